--- Whoever asked for a sync by hand hears what came of it, whatever that is.

local device = require("support/device")
local world = require("support/world")

describe("the sync worker answers everybody who waits", function()
    local server, sync, settings

    device.each(nil, function(started) server, sync, settings = started.server, started.sync, started.settings end)

    local outcome

    local function ask()
        outcome = nil
        sync:request({ manual = true, pull = true, on_done = function(told) outcome = told end })
    end

    it("when the network is gone", function()
        device.open()
        world.network.connected = false
        ask()
        assert.equal("unreachable", outcome.failure.reason)
    end)

    it("when nobody is logged in", function()
        device.open()
        settings:logOut()
        ask()
        assert.equal("no_account", outcome.failure.kind)
    end)

    it("when there is nothing to do", function()
        ask() -- no book is open
        assert.same({}, outcome)
    end)

    it("when what was under way before fails", function()
        world.open({ file = world.file("book.epub") })
        server.offline = "connection refused"
        world.pass(1.1)
        ask()
        assert.is_nil(outcome)
        world.pass(5)
        assert.equal("refused", outcome.failure.reason)
    end)

    it("when the device goes to sleep", function()
        local reader = device.open()
        world.ffiutil.hang = true
        ask()
        reader:send("Suspend")
        assert.equal("interrupted", outcome.failure.kind)
    end)

    it("when somebody logged out meanwhile", function()
        device.open()
        ask()
        settings:logOut()
        world.pass(5)
        assert.equal("interrupted", outcome.failure.kind)
    end)
end)
