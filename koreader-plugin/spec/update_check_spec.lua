--- Check for update, by the panel: what it says, what it leaves alone, and what a trial is about.

local device = require("support/device")
local lfs = require("lfs")
local plugin_folder = require("support/plugin_folder")
local world = require("support/world")

describe("checking for an update", function()
    local server, folder, trial

    device.each(nil, function(started)
        server = started.server
        folder, trial = world.folder .. "/bookorbit.koplugin", world.folder .. "/bookorbit-update-trial"
        world.plugin_class.path = folder
        for path, content in pairs(plugin_folder.version("0.1.0")) do plugin_folder.put(folder .. "/" .. path, content) end
    end)

    local function handOut(version)
        local files = plugin_folder.version(version)
        server.plugin_version, server.plugin_files = version, plugin_folder.listed(files, require("ffi/sha2").sha256)
        server.plugin_package = plugin_folder.zipped(files)
    end

    local function check(reader)
        world.menu(reader, "Check for update").callback()
    end

    local function question()
        return world.ui_manager.windows("confirmbox")[1]
    end

    -- A child process that does not come back before `action` is over.
    local function withChildAtWork(action)
        world.ffiutil.hang = true
        action()
        world.ffiutil.hang = nil
    end

    local function lastProblem()
        return world.background().settings:get("last_failure")
    end

    -- The reader has looked, and is asked whether to install the version that was found; nil where no package can be made.
    local function findUpdate()
        if not plugin_folder.has_zip then
            pending("there is no zip command")
            return nil
        end
        handOut("0.2.0")
        local reader = device.open()
        check(reader)
        world.pass(5)
        return reader
    end

    it("says when there is none", function()
        check(device.open())
        world.pass(5)
        assert.matches("version the server hands out", device.said())
    end)

    it("asks, installs, and wants a restart; asked again, it says so again", function()
        local reader = findUpdate()
        if not reader then return end
        assert.matches("0%.2%.0", question().text)
        question().ok_callback()
        world.pass(5)
        assert.matches("has to restart", world.ui_manager.restart_text)
        world.ui_manager.restart_text = nil
        local requests = #world.requests
        check(reader)
        assert.matches("has to restart", world.ui_manager.restart_text)
        assert.equal(requests, #world.requests)
        assert.equal("0.2.0", dofile(folder .. "/bookorbit/ui/more.lua"))
    end)

    it("does not let the version that goes on running prove the one that was put in place", function()
        if not findUpdate() then return end
        question().ok_callback()
        world.pass(5)
        device.close(world.reader)
        world.browse()
        device.open({ file = world.file("another.epub") }, 60)
        assert.equal("file", lfs.attributes(trial, "mode"))
        assert.equal("0.1.0", dofile(folder .. "/bookorbit.old/ui/more.lua"))
    end)

    it("lets a version that main.lua started on trial prove itself after a while", function()
        plugin_folder.put(trial, "1")
        package.loaded["bookorbit/on_trial"] = true
        device.open(nil, 10)
        assert.equal("file", lfs.attributes(trial, "mode"))
        world.pass(15)
        assert.is_nil(lfs.attributes(trial))
        assert.is_nil(lastProblem())
    end)

    for _, event in ipairs({ "Exit", "Restart", "PowerOff", "Reboot" }) do
        it("lets a version on trial prove itself when KOReader is ended in order, however soon: " .. event, function()
            plugin_folder.put(trial, "2")
            package.loaded["bookorbit/on_trial"] = true
            local reader = device.open(nil, 3)
            reader:close()
            assert.equal("file", lfs.attributes(trial, "mode"))
            reader:send(event)
            assert.is_nil(lfs.attributes(trial))
        end)
    end

    it("says in the status that an update was taken back, also when KOReader is ended soon after", function()
        package.loaded["bookorbit/rolled_back"] = true
        local reader = device.open(nil, 3)
        reader:send("Exit")
        assert.matches("rolled_back", assert(plugin_folder.get(world.folder .. "/bookorbit.lua")))
    end)

    it("says in the status that an update was taken back", function()
        package.loaded["bookorbit/rolled_back"] = true
        device.open(nil, 30)
        assert.equal("rolled_back", lastProblem().kind)
        assert.is_nil(package.loaded["bookorbit/rolled_back"])
    end)

    it("shows nothing while the device goes to sleep", function()
        local reader = device.open()
        withChildAtWork(function() check(reader) end)
        world.ui_manager.shown = {}
        reader:send("Suspend")
        world.pass(30)
        assert.same({}, world.ui_manager.shown)
        assert.is_nil(lastProblem())
    end)

    it("shows nothing when the device goes to sleep during the download, and nothing is changed", function()
        local reader = findUpdate()
        if not reader then return end
        withChildAtWork(function() question().ok_callback() end)
        world.ui_manager.shown = {}
        reader:send("Suspend")
        world.pass(30)
        assert.same({}, world.ui_manager.shown)
        assert.is_nil(lfs.attributes(trial))
        assert.equal("0.1.0", dofile(folder .. "/bookorbit/ui/more.lua"))
    end)

    it("keeps what is asked for meanwhile, and does it afterwards", function()
        local reader = device.open()
        reader:turnTo(4)
        withChildAtWork(function() check(reader) end)
        reader:close()
        world.browse()
        world.pass(5)
        assert.equal(0, #server.pushed)
        world.pass(200) -- the check ends, without an answer
        assert.equal(1, #server.pushed)
        assert.equal(0, world.background().outbox:count("reader"))
    end)

    it("waits for a sync that is under way", function()
        local reader = device.open()
        withChildAtWork(function() reader:send("BookOrbitPull") end)
        check(reader)
        world.pass(30)
        assert.is_nil(device.said())
        world.pass(100)
        assert.matches("version the server hands out", device.said())
    end)

    it("asked for before the device slept during a sync, is not brought up again", function()
        local reader = device.open()
        withChildAtWork(function() reader:send("BookOrbitPull") end)
        check(reader)
        reader:send("Suspend")
        world.ui_manager.shown = {}
        world.pass(30)
        assert.same({}, world.ui_manager.shown)
    end)

    it("shows in the diagnostics what was tried, and as the last problem what failed", function()
        if not findUpdate() then return end
        local respond = world.respond
        world.respond = function(request)
            if request.url:find("/plugin/package", 1, true) then
                return 503, {}, require("bookorbit/api/wire").encode({ code = 503, message = "No room." })
            end
            return respond(request)
        end
        question().ok_callback()
        world.pass(5)
        world.respond = respond
        local log = world.background().sync.log
        assert.same({ "/plugin/package", 503, "No room." }, { log[1].path, log[1].status, log[1].message })
        assert.equal("/plugin/version", log[2].path)
        assert.same({ "server", 503 }, { lastProblem().kind, lastProblem().status })
    end)

    describe("with Wi-Fi that was brought up for it", function()
        -- Returns how often Wi-Fi was switched off again.
        local function released(action)
            local reader = device.open()
            world.global_settings.wifi_disable_action = "turn_off"
            world.network.connected = false
            action(reader)
            world.network.connected = true
            world.network.waiting_callback()
            world.pass(5)
            return world.network.turned_off
        end

        it("switches it off when there is no update", function()
            assert.equal(1, released(check))
        end)

        it("switches it off when the update is declined, and not before", function()
            server.plugin_version = "0.2.0"
            assert.equal(0, released(check))
            question():tapCancel()
            assert.equal(1, world.network.turned_off)
        end)

        it("switches it off when the update is in place", function()
            if not plugin_folder.has_zip then pending("there is no zip command") return end
            handOut("0.2.0")
            assert.equal(0, released(check))
            question().ok_callback()
            world.pass(5)
            assert.is_string(world.ui_manager.restart_text)
            assert.equal(1, world.network.turned_off)
        end)

        it("switches it off after a test of the connection", function()
            assert.equal(1, released(function(reader) world.menu(reader, "Account", "Test the connection").callback() end))
            assert.matches("Connected", device.said())
        end)

        it("switches it off after a test that failed", function()
            server.offline = "timeout"
            assert.equal(1, released(function(reader) world.menu(reader, "Account", "Test the connection").callback() end))
        end)

        it("switches it off when the book it was for is closed by then", function()
            assert.equal(1, released(function(reader)
                reader:send("BookOrbitPull")
                reader:close()
            end))
        end)
    end)
end)
