--- What the reader sees when another device has read on: go, ask or stay.

local device = require("support/device")
local world = require("support/world")

describe("pulling the newest place", function()
    local server, settings

    device.each(nil, function(started) server, settings = started.server, started.settings end)

    local function remote(fields)
        local place = {
            document = "x", percentage = 0.8, progress = "/body/DocFragment[80]/body/p[1]/text().0",
            device = "Clara", device_id = "OTHER", timestamp = world.NOW - 60,
        }
        for key, value in pairs(fields or {}) do
            place[key] = value
        end
        server.remote = place
    end

    -- A sitting on this device that ended at `page`, `ago` seconds before now.
    local function readBefore(page, ago)
        local reader = world.open({ file = world.file("book.epub") })
        world.pass(2)
        reader:turnTo(page)
        reader:close()
        world.pass(ago)
    end

    local function question()
        return world.ui_manager.windows("confirmbox")[1]
    end

    it("asks about a newer place, naming the device, the percentage and when it was read", function()
        remote()
        local reader = device.open()
        local box = question()
        assert.matches("newer place", box.text)
        assert.matches("80.0 %%", box.text)
        assert.matches("Clara", box.text)
        assert.is_truthy(box.text:find(os.date("%Y-%m-%d %H:%M", world.NOW - 60), 1, true))
        assert.equal(1, reader.page)
        box.ok_callback()
        assert.equal(80, reader.page)
    end)

    it("keeps the place it left for KOReader's own \"back\"", function()
        remote()
        local reader = device.open({ page = 5 })
        question().ok_callback()
        assert.same({ "/body/DocFragment[5]/body/p[1]/text().0" }, reader.back_stack)
    end)

    it("moves silently where the reader chose so, and says it in passing", function()
        settings:set("newer", "silent")
        remote()
        local reader = device.open()
        assert.equal(80, reader.page)
        assert.is_nil(question())
        assert.matches("Moved to the place read on Clara", world.ui_manager.windows("notification")[1].text)
    end)

    it("stays where the reader chose never", function()
        settings:set("newer", "never")
        remote()
        assert.equal(1, device.open().page)
        assert.is_nil(question())
    end)

    it("asks the server for nothing where it would never move", function()
        settings:set("newer", "never")
        settings:set("older", "never")
        device.open()
        assert.equal(0, #world.sent("/syncs/progress/"))
    end)

    it("does not take its own move for reading: nothing is sent back", function()
        settings:set("newer", "silent")
        remote()
        local reader = device.open()
        reader:close()
        world.pass(60)
        assert.equal(0, #server.pushed)
    end)

    it("never follows an xpointer that is not in the document, but goes near by percentage and says so", function()
        settings:set("newer", "silent")
        remote({ progress = "/body/DocFragment[999]/body/p[1]/text().0" })
        local reader = device.open()
        assert.equal(80, reader.page)
        assert.matches("near", world.ui_manager.windows("notification")[1].text)
    end)

    it("goes to a page in a paged document, and by percentage when the other reader has no pages", function()
        settings:set("newer", "silent")
        remote({ progress = "33" })
        assert.equal(33, device.open({ paged = true }).page)
        remote({ progress = "epubcfi(/6/4)", percentage = 0.5, timestamp = world.NOW + 9 })
        assert.equal(50, device.open({ paged = true, file = world.file("other.pdf") }).page)
        remote({ progress = "4000", percentage = 0.25, timestamp = world.NOW + 9 })
        assert.equal(25, device.open({ paged = true, file = world.file("third.pdf") }).page)
    end)

    it("takes what was read here later as the newer state, also in the next sitting", function()
        readBefore(20, 3600)
        remote({ timestamp = world.NOW - 60 })
        local reader = device.open({ page = 20 })
        assert.is_nil(question())
        assert.equal(20, reader.page)
    end)

    it("keeps the later time of reading when an older place is sent after it", function()
        settings:set("auto_sync", false)
        world.network.connected = false
        local reader = device.open()
        reader:turnTo(5)
        reader:send("BookOrbitPush")
        world.pass(1000)
        reader:turnTo(9)
        reader:close()
        world.network.connected = true
        world.browse().plugin:handleEvent({ handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(10)
        assert.equal(0.05, server.pushed[1].percentage)
        remote({ timestamp = os.time() - 500 })
        settings:set("auto_sync", true)
        reader = device.open({ page = 9 })
        assert.is_nil(question())
        assert.equal(9, reader.page)
    end)

    it("asks about an older place only where the reader wants that", function()
        readBefore(20, 3600)
        settings:set("older", "prompt")
        remote({ timestamp = world.NOW - 60 })
        device.open({ page = 20 })
        assert.matches("older place", question().text)
    end)

    it("compares by the server's clock when this device's clock is wrong", function()
        server.skew = 86400
        readBefore(20, 600)
        -- Read elsewhere an hour before the sitting here, as the server saw both.
        remote({ timestamp = world.NOW + 86400 - 3600 })
        local reader = device.open({ page = 20 })
        assert.is_nil(question())
        assert.equal(20, reader.page)
    end)

    it("tells the time of reading by this device's clock", function()
        server.skew = -7200
        remote({ timestamp = world.NOW - 7200 - 60 })
        device.open()
        assert.is_truthy(question().text:find(os.date("%Y-%m-%d %H:%M", world.NOW - 60), 1, true))
    end)

    it("still knows in the next sitting when the place it moved to was read", function()
        settings:set("newer", "silent")
        remote()
        device.open():close()
        world.pass(600)
        settings:set("newer", "prompt")
        remote({ percentage = 0.9, progress = "/body/DocFragment[90]/body/p[1]/text().0", timestamp = world.NOW - 90 })
        device.open({ page = 80 })
        assert.is_nil(question())
    end)

    it("says nothing when the place is on the screen already", function()
        remote({ percentage = 0.41, progress = "/body/DocFragment[40]/body/p[1]/text().0" })
        device.open({ page = 40 })
        assert.is_nil(question())
    end)

    it("says nothing about the place this device itself sent", function()
        readBefore(20, 60)
        remote({
            device_id = world.global_settings.device_id, percentage = 0.2,
            progress = "/body/DocFragment[20]/body/p[1]/text().0", timestamp = world.NOW + 10000,
        })
        device.open({ page = 7 })
        assert.is_nil(question())
    end)

    it("offers a place under its own id that it never sent: another device has a copy of its settings", function()
        remote({ device_id = world.global_settings.device_id })
        device.open()
        assert.is_not_nil(question())
    end)

    it("does not ask again about a place the reader said no to, until there is another", function()
        remote()
        local reader = device.open()
        local box = question()
        box.cancel_callback()
        world.ui_manager:close(box)
        reader:close()
        world.pass(5)
        reader = device.open()
        assert.is_nil(question())
        remote({ percentage = 0.9, progress = "/body/DocFragment[90]/body/p[1]/text().0", timestamp = world.NOW + 5 })
        world.pass(60)
        reader:send("Resume")
        world.pass(10)
        assert.is_not_nil(question())
    end)

    it("ends an unanswered question at suspend, and asks again after resume", function()
        remote()
        local reader = device.open()
        reader:send("Suspend")
        assert.is_nil(question())
        world.pass(600)
        reader:send("Resume")
        world.pass(10)
        assert.is_not_nil(question())
    end)

    it("does not move a book that was closed while the question stood", function()
        remote()
        local reader = device.open()
        local box = question()
        reader:close()
        local second = device.open({ file = world.file("second.epub") })
        box.ok_callback()
        assert.equal(1, second.page)
        assert.equal(1, reader.page)
    end)

    it("tries the pull again by itself after the server failed", function()
        remote()
        server.status, server.error = 503, "unavailable"
        device.open()
        assert.is_nil(question())
        server.status = nil
        world.pass(90)
        assert.is_not_nil(question())
        local pulls = #world.sent("/syncs/progress/")
        world.pass(3600)
        assert.equal(pulls, #world.sent("/syncs/progress/"))
    end)
end)
