--- The traps of KOReader's life cycle (koreader-facts 5 to 7): events in their real order, against the whole plugin.

local device = require("support/device")
local world = require("support/world")

local function elsewhere(page, read_at)
    return {
        document = "x",
        percentage = page / 100,
        progress = ("/body/DocFragment[%d]/body/p[1]/text().0"):format(page),
        device = "Clara",
        device_id = "OTHER",
        timestamp = read_at,
    }
end

describe("the plugin in KOReader", function()
    local server

    device.each(nil, function(started) server = started.server end)

    local function book(options)
        options = options or {}
        options.file = options.file or world.file("book.epub")
        return options
    end

    it("registers its panel under Tools and its gestures in the file browser too, where there is no document", function()
        local browser = world.browse()
        local items = {}
        browser.registered:addToMainMenu(items)
        assert.equal("BookOrbit sync", items.bookorbit.text)
        assert.equal("tools", items.bookorbit.sorting_hint)
        local actions = require("dispatcher").actions
        for id, event in pairs({
            bookorbit_sync_book = "BookOrbitSyncBook", bookorbit_push = "BookOrbitPush", bookorbit_pull = "BookOrbitPull",
        }) do
            assert.equal(event, actions[id].event)
            assert.is_true(actions[id].reader)
            assert.is_truthy(world.plugin_class["on" .. event])
        end
        assert.is_false(world.plugin_class.is_doc_only)
        for _, event in ipairs({ "BookOrbitSyncBook", "BookOrbitPush", "BookOrbitPull", "SaveSettings", "FlushSettings",
            "Suspend", "Resume", "NetworkConnected", "CloseDocument", "CloseWidget" }) do
            browser.plugin:handleEvent({ handler = "on" .. event, args = { n = 0 } })
        end
        world.pass(60)
        assert.equal(0, #world.sent())
    end)

    it("asks for the newest place when a book opens, and pushes nothing: opening is not reading", function()
        local reader = world.open(book({ page = 40 }))
        world.pass(5)
        reader:close()
        world.pass(60)
        assert.equal(1, #world.sent("/syncs/progress/"))
        assert.equal(0, #world.sent("/plugin/progress"))
    end)

    it("sends the place read, with the time of the last page turn, after the book is closed", function()
        local reader = world.open(book())
        world.pass(100)
        reader:turnTo(12)
        local read_at = os.time()
        world.pass(500)
        reader:close()
        assert.equal(0, #server.pushed)
        world.pass(5)
        assert.equal(1, #server.pushed)
        assert.equal(read_at, server.pushed[1].timestamp)
        assert.equal("/body/DocFragment[12]/body/p[1]/text().0", server.pushed[1].progress)
        assert.equal(0.12, server.pushed[1].percentage)
    end)

    it("counts scrolling to another page as reading", function()
        local reader = world.open(book())
        world.pass(50)
        reader.page, reader.xpointer = 3, "/body/DocFragment[3]/body/p[1]/text().0"
        reader:send("PosUpdate", 2400, 3)
        local read_at = os.time()
        world.pass(50)
        reader:close()
        world.pass(5)
        assert.equal(read_at, server.pushed[1].timestamp)
    end)

    it("touches no network in the handlers of close and suspend", function()
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(9)
        local before, children = #world.requests, world.ffiutil.started
        reader:send("Suspend")
        reader:close()
        assert.equal(before, #world.requests)
        assert.equal(children, world.ffiutil.started)
        assert.equal(1, world.background().outbox:count("reader"))
    end)

    it("does not take a page number that changed with the font for reading", function()
        local reader = world.open(book({ page = 40 }))
        world.pass(5)
        reader:send("PageUpdate", 57) -- re-rendered: another number, the same xpointer
        reader:close()
        world.pass(60)
        assert.equal(0, #server.pushed)
    end)

    it("neither pulls nor pushes when the document is only loaded anew, and keeps the time of reading", function()
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(20)
        local read_at = os.time()
        world.pass(30)
        local before = #world.requests
        reader = reader:reload()
        world.pass(60)
        assert.equal(before, #world.requests)
        reader:close()
        world.pass(5)
        assert.equal(1, #server.pushed)
        assert.equal(read_at, server.pushed[1].timestamp)
        before = #world.sent("/syncs/progress/")
        world.open(book())
        world.pass(5)
        assert.equal(before + 1, #world.sent("/syncs/progress/"))
    end)

    it("survives SaveSettings after the document is gone", function()
        local reader = world.open(book())
        reader:send("SaveSettings")
        reader:close() -- sends SaveSettings with ui.document nil
        reader:send("SaveSettings")
    end)

    it("drops an answer that comes when another book is open", function()
        server.remote = elsewhere(80, world.NOW + 1000)
        world.ffiutil.inline = true
        local first = world.open(book())
        world.pass(1.1) -- the child has run, its answer is not read yet
        first:close()
        local second = world.open({ file = world.file("second.epub") })
        server.remote = nil
        world.pass(60)
        assert.equal(1, second.page)
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
    end)

    it("opens the next book with the old one's place still being sent", function()
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(30)
        reader:close()
        world.open({ file = world.file("second.epub") })
        world.pass(10)
        assert.equal(1, #server.pushed)
        assert.equal(0.3, server.pushed[1].percentage)
    end)

    it("kills the child on suspend and does its work again after resume", function()
        world.ffiutil.hang = true
        local reader = world.open(book())
        world.pass(2)
        assert.equal(1, world.ffiutil.started)
        reader:send("Suspend")
        assert.equal(1, #world.ffiutil.killed)
        world.ffiutil.hang = nil
        world.pass(3600)
        assert.equal(0, #world.requests)
        reader:send("Resume")
        world.pass(10)
        assert.equal(1, #world.sent("/syncs/progress/"))
    end)

    it("gives a child that hangs up after a while, and collects it", function()
        world.ffiutil.hang = true
        world.open(book())
        world.pass(80)
        assert.equal(0, #world.ffiutil.killed)
        world.pass(30)
        assert.equal(1, #world.ffiutil.killed)
        assert.equal("offline", world.background().settings:get("last_failure").kind)
        assert.is_false(world.background().sync.child:isBusy())
        assert.equal(0, #world.background().sync.child.dying)
    end)

    it("runs one child at a time, whatever events come", function()
        world.ffiutil.hang = true
        local reader = world.open(book())
        for _ = 1, 5 do
            reader:send("NetworkConnected")
            reader:send("Resume")
            world.pass(3)
        end
        assert.equal(1, world.ffiutil.started)
    end)

    it("postpones when no process can be started, and never asks the server in KOReader's own process", function()
        world.ffiutil.fork_error = "fork failed: Cannot allocate memory"
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(3)
        reader:close()
        world.pass(30)
        assert.equal(0, #world.requests)
        assert.equal(1, world.background().outbox:count("reader"))
        world.ffiutil.fork_error = false
        world.pass(300)
        assert.equal(1, #server.pushed)
    end)

    it("pulls once for a burst of events", function()
        local reader = world.open(book())
        world.pass(5)
        assert.equal(1, #world.sent("/syncs/progress/"))
        for _ = 1, 4 do
            reader:send("Resume")
            reader:send("NetworkConnected")
            world.pass(3)
        end
        assert.equal(1, #world.sent("/syncs/progress/"))
        world.pass(60)
        reader:send("NetworkConnected")
        reader:send("NetworkConnected")
        world.pass(10)
        assert.equal(2, #world.sent("/syncs/progress/"))
    end)

    it("keeps the place while the network is away and sends it when it comes back, in the order the books were left", function()
        world.network.connected = false
        for i, name in ipairs({ "a.epub", "b.epub", "c.epub" }) do
            local reader = world.open({ file = world.file(name) })
            world.pass(5)
            reader:turnTo(10 * i)
            world.pass(60)
            reader:close()
        end
        world.pass(600)
        assert.equal(0, #world.requests)
        assert.equal(3, world.background().outbox:count("reader"))
        world.network.connected = true
        world.browse().plugin:handleEvent({ handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(10)
        assert.same({ 0.1, 0.2, 0.3 }, { server.pushed[1].percentage, server.pushed[2].percentage, server.pushed[3].percentage })
        assert.equal(0, world.background().outbox:count("reader"))
    end)

    it("finds what was waiting when KOReader starts again", function()
        world.network.connected = false
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(44)
        reader:close()
        local folder = world.folder
        world.start({ preset = world.PRESET, respond = server, folder = folder })
        world.browse().plugin:handleEvent({ handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(10)
        assert.equal(0.44, server.pushed[1].percentage)
    end)

    it("never switches Wi-Fi on by itself", function()
        world.network.wifi_on, world.network.connected = false, false
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(2)
        reader:send("Suspend")
        reader:send("Resume")
        world.pass(5)
        reader:close()
        world.pass(60)
        assert.is_false(world.network.waiting_callback)
    end)

    it("pushes after so many page turns, once the reader pauses", function()
        world.background().settings:set("pages_before_push", 3)
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(2)
        reader:turnTo(3)
        world.pass(30)
        assert.equal(0, #server.pushed)
        reader:turnTo(4)
        world.pass(8)
        reader:turnTo(5)
        world.pass(8)
        assert.equal(0, #server.pushed)
        world.pass(5)
        assert.equal(1, #server.pushed)
        assert.equal(0.05, server.pushed[1].percentage)
    end)

    it("forgets what it meant to do after opening when the book is closed at once", function()
        local kosync = { settings = { auto_sync = true, userkey = "k", custom_server = "https://books.example.com" } }
        world.open(book({ kosync = kosync })):close()
        world.pass(60)
        assert.equal(0, #world.requests)
        assert.equal(0, #world.ui_manager.shown)
    end)

    it("does not push after page turns once auto sync is switched off", function()
        world.background().settings:set("pages_before_push", 1)
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(2)
        world.background().settings:set("auto_sync", false)
        world.pass(60)
        assert.equal(0, #server.pushed)
    end)

    it("leaves no push waiting for idleness at suspend", function()
        world.background().settings:set("pages_before_push", 1)
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(2)
        reader:send("Suspend")
        assert.equal(0, #world.ui_manager.tasks)
    end)

    it("cancels the push that waits for idleness when the book closes", function()
        world.background().settings:set("pages_before_push", 1)
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(2)
        reader:close()
        world.pass(60)
        assert.equal(1, #server.pushed)
    end)

    it("leaves nothing open and nothing scheduled of the instance after closing", function()
        server.remote = elsewhere(80, world.NOW + 1000)
        local reader = world.open(book())
        world.pass(5)
        assert.equal(1, #world.ui_manager.windows("confirmbox"))
        reader:close()
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
        world.pass(60)
        assert.equal(0, #world.ui_manager.tasks)
    end)

    it("shows no window at suspend and close, whatever fails", function()
        server.offline = "connection refused"
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(8)
        reader:send("Suspend")
        reader:send("Resume")
        world.pass(5)
        reader:close()
        world.pass(600)
        assert.equal(0, #world.ui_manager.shown)
        assert.equal("refused", world.background().settings:get("last_failure").reason)
    end)

    it("does nothing without an account", function()
        world.background().settings:logOut()
        local reader = world.open(book())
        world.pass(5)
        reader:turnTo(8)
        reader:close()
        world.pass(60)
        assert.equal(0, #world.requests)
        assert.equal(0, #world.ui_manager.shown)
    end)
end)
