--- The panel: every entry does what it says, and says what came of it.

local device = require("support/device")
local world = require("support/world")

describe("the panel", function()
    local server, settings

    device.each({ auto_sync = false }, function(started) server, settings = started.server, started.settings end)

    it("has the product page's entries, and none for what does not work yet", function()
        local reader = device.open()
        local items = {}
        reader.registered:addToMainMenu(items)
        local texts = {}
        for _, item in ipairs(items.bookorbit.sub_item_table) do
            texts[#texts + 1] = item.text or item.text_func()
        end
        assert.same({
            "Auto sync this book", "Two-way highlight sync", "Periodically sync every # pages (0)", "Sync behavior",
            "Sync this book now", "Sync all books now",
            "Push progress from this device now", "Pull progress from other devices now", "Status (0 waiting)",
            "Retry failed highlights (0)", "Diagnostics", "Check for update", "Account: reader",
        }, texts)
    end)

    it("shows what was tried and what the server said, without names or keys", function()
        local reader = device.open()
        world.pass(5)
        reader:send("BookOrbitSyncBook")
        world.pass(5)
        world.menu(reader, "Diagnostics").callback()
        local page = world.ui_manager.windows("keyvaluepage")[1]
        local text = {}
        for _, pair in ipairs(page.kv_pairs) do
            text[#text + 1] = pair[1] .. " " .. pair[2]
        end
        text = table.concat(text, "\n")
        assert.matches("which books are in the libraries answered: %d+ bytes sent, %d+ received", text)
        assert.is_nil(text:find(world.PRESET.userkey, 1, true))
        server.status, server.error = 403, "sync_disabled"
        reader:send("BookOrbitSyncBook")
        world.pass(5)
        world.menu(reader, "Diagnostics").callback()
        page = world.ui_manager.windows("keyvaluepage")[2]
        assert.matches("refused %(HTTP 403%): Do something%.", page.kv_pairs[6][2])
        assert.is_nil(text:find("%x%x%x%x%x%x%x%x%x"))
    end)

    it("refuses auto sync where Wi-Fi could ask, and says which setting to change", function()
        world.global_settings.wifi_enable_action = "prompt"
        local reader = device.open()
        local entry = world.menu(reader, "Auto sync this book")
        entry.callback()
        assert.is_false(entry.checked_func())
        assert.matches("Action when Wi%-Fi is off", device.said())
        world.global_settings.wifi_enable_action = "turn_on"
        entry.callback()
        assert.is_true(entry.checked_func())
    end)

    it("lets auto sync be enabled where KOReader cannot switch Wi-Fi itself", function()
        require("device").has_seamless_wifi_toggle = false
        world.global_settings.wifi_enable_action = nil
        local entry = world.menu(device.open(), "Auto sync this book")
        entry.callback()
        assert.is_true(entry.checked_func())
    end)

    it("pauses auto sync when the Wi-Fi setting is changed behind its back, and the status says so", function()
        settings:set("auto_sync", true)
        world.global_settings.wifi_enable_action = "prompt"
        local reader = device.open()
        reader:turnTo(9)
        reader:close()
        world.pass(60)
        assert.equal(0, #world.requests - #world.sent("/plugin/match-check"))
        reader = device.open()
        world.menu(reader, "Status").callback()
        local rows = world.ui_manager.windows("keyvaluepage")[1].kv_pairs
        assert.matches("Paused", rows[3][2])
    end)

    it("sends nothing by itself while auto sync is off, but remembers when the place was read", function()
        local reader = device.open()
        reader:turnTo(30)
        local read_at = os.time()
        reader:close()
        world.pass(600)
        assert.equal(0, #server.pushed)
        reader = device.open({ page = 30 })
        world.menu(reader, "Sync this book now").callback()
        world.pass(5)
        assert.equal(read_at, server.pushed[1].timestamp)
        assert.matches("sent to BookOrbit", device.said())
    end)

    it("pushes by hand as read now: the reader says this is the place", function()
        local reader = device.open({ page = 12 })
        world.menu(reader, "Push progress").callback()
        world.pass(5)
        assert.equal(0.12, server.pushed[1].percentage)
        assert.is_true(server.pushed[1].timestamp >= world.NOW)
        assert.equal(0, #world.sent("/syncs/progress/"))
    end)

    it("asks about a place pulled by hand even where automatic moves are off", function()
        settings:set("newer", "never")
        server.remote = {
            percentage = 0.5, progress = "/body/DocFragment[50]/body/p[1]/text().0", device = "Clara", device_id = "OTHER",
            timestamp = world.NOW + 50,
        }
        local reader = device.open()
        world.menu(reader, "Pull progress").callback()
        world.pass(5)
        world.ui_manager.windows("confirmbox")[1].ok_callback()
        assert.equal(50, reader.page)
    end)

    it("says that a pulled book has no other place", function()
        local reader = device.open()
        world.menu(reader, "Pull progress").callback()
        world.pass(5)
        assert.matches("no other place", device.said())
    end)

    it("says when the book is not in the library, and keeps reporting its place", function()
        server.matched = false
        local reader = device.open()
        reader:turnTo(3)
        world.menu(reader, "Sync this book now").callback()
        world.pass(5)
        assert.matches("not in your BookOrbit libraries", device.said())
        assert.equal(1, #server.pushed)
    end)

    it("says when the book's file cannot be read any more", function()
        local file = world.file("gone.epub")
        local reader = world.open({ file = file })
        os.remove(file)
        world.menu(reader, "Sync this book now").callback()
        world.pass(5)
        assert.matches("could not be read", device.said())
    end)

    it("syncs by gesture like by the panel", function()
        local reader = device.open()
        reader:turnTo(3)
        reader:send("BookOrbitSyncBook")
        world.pass(5)
        assert.equal(1, #server.pushed)
    end)

    it("keeps a place pushed without network, brings Wi-Fi up as KOReader is set to, and switches it off again if so set", function()
        world.network.connected = false
        world.global_settings.wifi_disable_action = "turn_off"
        local reader = device.open()
        reader:turnTo(5)
        world.menu(reader, "Sync this book now").callback()
        assert.equal(1, world.background().outbox:count("reader"))
        assert.matches("will be sent", world.ui_manager.windows("notification")[1].text)
        world.network.connected = true
        world.network.waiting_callback()
        world.pass(5)
        assert.equal(1, #server.pushed)
        assert.equal(1, world.network.turned_off)
    end)

    it("does not sync a book that was closed while Wi-Fi came up", function()
        world.network.connected = false
        local reader = device.open()
        reader:send("BookOrbitPull")
        reader:close()
        world.network.connected = true
        world.network.waiting_callback()
        world.pass(5)
        assert.equal(0, #world.sent("/syncs/progress/"))
        assert.equal(0, #world.ui_manager.shown)
    end)

    it("promises to send later only what waits", function()
        local reader = device.open()
        reader:turnTo(5)
        reader:send("BookOrbitSyncBook")
        world.pass(5)
        world.ui_manager.shown = {}
        world.network.connected = false
        reader:send("BookOrbitSyncBook")
        assert.equal(0, #world.ui_manager.shown)
    end)

    it("keeps its choices when KOReader flushes settings", function()
        local reader = device.open()
        world.menu(reader, "Auto sync this book").callback()
        world.menu(reader, "Sync behavior", "Sync to an older state", "Silently").callback()
        reader:send("FlushSettings")
        world.start({ preset = world.PRESET, respond = server, folder = world.folder })
        assert.is_true(world.background().settings:get("auto_sync"))
        assert.equal("silent", world.background().settings:get("older"))
    end)

    it("keeps the device awake only while something asked by hand is under way", function()
        local reader = device.open()
        world.ffiutil.hang = true
        reader:send("BookOrbitPull")
        assert.equal(1, world.ui_manager.standby_holds)
        world.ffiutil.hang = nil
        reader:send("Suspend")
        assert.equal(0, world.ui_manager.standby_holds)
    end)

    local FAULTS = {
        { "host not found", "name could not be found" },
        { "connection refused", "did not accept the connection" },
        { "timeout", "did not answer in time" },
        { "certificate verify failed", "secure connection" },
        { "closed", "cut before" },
    }
    for _, fault in ipairs(FAULTS) do
        it("says in plain words what \"" .. fault[1] .. "\" means", function()
            server.offline = fault[1]
            local reader = device.open()
            reader:send("BookOrbitPull")
            world.pass(5)
            assert.matches(fault[2], device.said())
        end)
    end

    it("takes a login page for what it is, and loses nothing", function()
        server.raw = { status = 200, body = "<!DOCTYPE html><title>Welcome to Hotel Wi-Fi</title>" }
        local reader = device.open()
        reader:turnTo(5)
        reader:send("BookOrbitSyncBook")
        world.pass(5)
        assert.matches("login page", device.said())
        assert.equal(1, world.background().outbox:count("reader"))
    end)

    it("says where to switch progress sync on again", function()
        server.status, server.error = 403, "sync_disabled"
        device.open():send("BookOrbitPull")
        world.pass(5)
        assert.matches("Settings › Integrations › KOReader", device.said())
    end)

    it("shows the status in plain words", function()
        settings:set("auto_sync", true)
        server.offline = "connection refused"
        local reader = device.open()
        reader:turnTo(5)
        reader:close()
        world.pass(10)
        reader = device.open()
        assert.equal("Status (1 waiting)", world.menu(reader, "Status").text_func())
        world.menu(reader, "Status").callback()
        local rows = world.ui_manager.windows("keyvaluepage")[1].kv_pairs
        assert.same({ "Last sync", "never" }, rows[1])
        assert.same({ "Waiting uploads", "1" }, rows[2])
        local texts = {}
        for i, row in ipairs(rows) do texts[i] = row[2] end
        assert.matches("Is BookOrbit running", table.concat(texts, "\n"))
    end)

    it("warns once, when KOReader's own progress sync sends to the same server", function()
        local kosync = { settings = { auto_sync = true, userkey = "k", custom_server = "http://books.example.com/api/v1/koreader" } }
        local reader = device.open({ kosync = kosync })
        assert.matches("Two are one too many", device.said())
        reader:close()
        world.pass(5)
        world.ui_manager.shown = {}
        device.open({ kosync = kosync })
        assert.is_nil(device.said())
    end)

    it("does not warn of a progress sync that goes elsewhere", function()
        device.open({ kosync = { settings = { auto_sync = true, userkey = "k" } } })
        assert.is_nil(device.said())
    end)

    it("survives an error in one of its own menu callbacks", function()
        world.expects_error = true
        local reader = device.open()
        reader.plugin.panel.syncBook = function() error("a mistake of ours") end
        world.menu(reader, "Sync this book now").callback()
        local lines = require("logger").lines
        assert.matches("a mistake of ours", lines[#lines])
    end)

    it("leaves nothing behind when its settings are deleted", function()
        local reader = device.open()
        reader:turnTo(2)
        reader.plugin:deletePluginSettings()
        os.remove(reader.plugin.settings_file) -- pluginloader.lua does this
        reader:turnTo(3)
        reader:close()
        world.pass(600)
        assert.equal(0, #server.pushed)
        local lfs = require("lfs")
        assert.is_nil(lfs.attributes(world.folder .. "/bookorbit"))
        assert.is_nil(lfs.attributes(world.folder .. "/bookorbit.lua"))
    end)
end)
