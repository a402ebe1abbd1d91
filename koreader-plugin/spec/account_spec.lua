--- The account: logged in by hand or by the download, and never mixed up with another.

local device = require("support/device")
local world = require("support/world")

describe("the account", function()
    local server, settings

    device.each({ auto_sync = false }, function(started) server, settings = started.server, started.settings end)

    local function form()
        local dialogs = world.ui_manager.windows("multiinputdialog")
        return dialogs[#dialogs]
    end

    local function submit(address, name, password)
        local dialog = form()
        dialog.typed = { address, name, password }
        dialog.buttons[1][2].callback()
    end

    it("logs in by hand: the server is asked first, and only the md5 of the password is kept and sent", function()
        settings:logOut()
        local browser = world.browse()
        world.menu(browser, "Account", "Log in").callback()
        submit("http://192.168.1.5:3000/api/v1/koreader/", " jane ", "secret1")
        assert.is_nil(settings:account())
        world.pass(5)
        assert.same({ origin = "http://192.168.1.5:3000", username = "jane", userkey = "e52d98c459819a11775936d8dfbb7929" },
            settings:account())
        assert.equal("e52d98c459819a11775936d8dfbb7929", world.sent("/users/auth")[1].headers["x-auth-key"])
        assert.matches("Connected to BookOrbit 1.2.3 as jane", device.said())
    end)

    it("keeps the address a server that wants encryption sends it to", function()
        settings:logOut()
        local answer = getmetatable(server).__call
        getmetatable(server).__call = function(self, request)
            if request.url:find("^http:") then return 301, { location = (request.url:gsub("^http:", "https:")) }, "" end
            return answer(self, request)
        end
        world.menu(world.browse(), "Account", "Log in").callback()
        submit("http://books.example.com", "jane", "secret1")
        world.pass(5)
        assert.equal("https://books.example.com", settings:account().origin)
    end)

    -- The server answers over http only.
    local function withoutEncryption(reason)
        world.respond = function(request)
            if request.url:find("^https:") then return nil, reason end
            if request.url:find("/healthcheck$") then return 200, {}, '{"state":"OK"}' end
            return server(request)
        end
    end

    local function keysSentInTheClear()
        local count = 0
        for _, request in ipairs(world.requests) do
            if request.url:find("^http:") and request.headers["x-auth-key"] then count = count + 1 end
        end
        return count
    end

    it("is tried without encryption when https finds no way to an address typed without either, and the reader is told and asked", function()
        for _, reason in ipairs({ "connection refused", "wrong version number", "timeout" }) do
            settings:logOut()
            withoutEncryption(reason)
            local browser = world.browse()
            world.menu(browser, "Account", "Log in").callback()
            submit("192.168.1.5:3000", "jane", "secret1")
            world.pass(5)
            assert.is_nil(settings:account())
            assert.equal(0, keysSentInTheClear())
            local question = world.ui_manager.windows("confirmbox")[1]
            local Messages = require("bookorbit/ui/messages")
            local why = Messages.failure(require("bookorbit/api/failure").fromNetworkError(reason))
            assert.matches(why, question.text, 1, true)
            assert.matches("http://192.168.1.5:3000, without encryption", question.text, 1, true)
            local log = browser.plugin.panel:log()
            assert.matches("without encryption", Messages.request(log[1]))
            assert.equal(Messages.logLine(log[2]):match("^(.-): %d"), why)
            question.ok_callback()
            world.ui_manager:close(question)
            world.pass(5)
            assert.equal("http://192.168.1.5:3000", settings:account().origin)
            assert.is_nil(settings:account().isSchemeOpen)
            world.requests = {}
        end
    end)

    it("has the Wi-Fi that was brought up for the log-in switched off when it is over, and not before", function()
        for _, answers in ipairs({ "yes", "no" }) do
            settings:logOut()
            withoutEncryption("connection refused")
            world.global_settings.wifi_disable_action = "turn_off"
            world.network.connected, world.network.turned_off = false, 0
            world.menu(world.browse(), "Account", "Log in").callback()
            submit("192.168.1.5:3000", "jane", "secret1")
            world.network.connected = true
            world.network.waiting_callback()
            world.pass(5)
            assert.equal(0, world.network.turned_off)
            local question = world.ui_manager.windows("confirmbox")[1]
            if answers == "yes" then
                question.ok_callback()
                world.ui_manager:close(question)
            else
                question:tapCancel()
            end
            world.pass(5)
            assert.equal(1, world.network.turned_off)
            assert.equal(answers == "yes", settings:account() ~= nil)
        end
    end)

    it("is never tried without encryption by who typed https, nor where the name is unknown or something else answers", function()
        local function tryAt(address, reason)
            settings:logOut()
            withoutEncryption(reason)
            world.menu(world.browse(), "Account", "Log in").callback()
            submit(address, "jane", "secret1")
            world.pass(5)
            assert.is_nil(settings:account())
            assert.equal(0, #world.ui_manager.windows("confirmbox"))
            assert.is_string(device.said())
        end
        tryAt("https://192.168.1.5:3000", "connection refused")
        tryAt("HTTPS://192.168.1.5:3000", "wrong version number")
        tryAt("books.example.com", "host not found")
        for _, request in ipairs(world.requests) do assert.matches("^https:", request.url) end
        world.respond = function(request)
            if request.url:find("^https:") then return nil, "connection refused" end
            return 200, {}, "<html>Welcome to this router</html>"
        end
        world.menu(world.browse(), "Account", "Log in").callback()
        submit("192.168.1.1", "jane", "secret1")
        world.pass(5)
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
        assert.equal(0, keysSentInTheClear())
        assert.matches("did not accept the connection", device.said())
    end)

    it("keeps the form open when something is missing", function()
        settings:logOut()
        world.menu(world.browse(), "Account", "Log in").callback()
        submit("not an address://", "jane", "secret1")
        assert.is_not_nil(form())
        world.pass(5)
        assert.equal(0, #world.requests)
    end)

    it("does not take over an account the server refuses", function()
        settings:logOut()
        server.status, server.error = 401, "unauthorized"
        world.menu(world.browse(), "Account", "Log in").callback()
        submit("https://books.example.com", "jane", "wrong-1")
        world.pass(5)
        assert.is_nil(settings:account())
        assert.matches("did not accept this account", device.said())
    end)

    it("says nothing at suspend while somebody was logging in", function()
        settings:logOut()
        local browser = world.browse()
        world.menu(browser, "Account", "Log in").callback()
        world.ffiutil.hang = true
        submit("https://books.example.com", "jane", "secret1")
        world.ui_manager.shown = {}
        world.ffiutil.hang = nil
        browser.plugin:handleEvent({ handler = "onSuspend", args = { n = 0 } })
        assert.equal(0, #world.ui_manager.shown)
        assert.is_nil(settings:account())
    end)

    it("drops what comes back for an account that is not logged in any more", function()
        settings:set("auto_sync", true)
        server.remote = { percentage = 0.5, progress = "/body/DocFragment[50]/body/p[1]/text().0", device_id = "O", timestamp = world.NOW + 9 }
        local reader = world.open({ file = world.file("book.epub") })
        world.pass(1.1)
        world.menu(reader, "Account", "Log out").callback()
        world.pass(60)
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
        assert.is_nil(reader.plugin.book.record.match)
    end)

    it("logs out, keeps what waits, and never sends it as somebody else", function()
        settings:set("auto_sync", true)
        world.network.connected = false
        local reader = device.open()
        reader:turnTo(5)
        reader:close()
        local browser = world.browse()
        world.menu(browser, "Account", "Log out").callback()
        assert.equal(1, world.background().outbox:count("reader"))
        world.network.connected = true
        world.menu(browser, "Account", "Log in").callback()
        submit("https://books.example.com", "jane", "secret1")
        world.pass(600)
        assert.equal(0, #server.pushed)
        assert.equal(0, world.background().outbox:count("reader"))
    end)

    it("goes back to the downloaded account in one tap", function()
        settings:logIn({ origin = "https://other.example", username = "jane", userkey = ("c"):rep(32) })
        world.menu(world.browse(), "Account", "Use the downloaded account").callback()
        assert.same(world.PRESET, settings:account())
    end)

    it("sends what waited for an account when that is used again", function()
        settings:set("auto_sync", true)
        world.network.connected = false
        local reader = device.open()
        reader:turnTo(5)
        reader:close()
        world.menu(world.browse(), "Account", "Log out").callback()
        world.pass(60)
        world.network.connected = true
        world.menu(world.browse(), "Account", "Use the downloaded account").callback()
        world.pass(5)
        assert.equal(0.05, server.pushed[1].percentage)
    end)
end)
