--- When the server is asked what it can do: never so that an everyday opening costs a second request.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local DAY = 86400

describe("what the server can do", function()
    local server, file

    local function start(capabilities)
        local started = device.start({ capabilities = capabilities })
        server, file = started.server, started.file
    end

    after_each(world.stop)

    -- @return the paths of the requests that opening and closing an unchanged book took
    local function sitting(f)
        world.requests = {}
        local reader = world.open(highlights.book(file, {}))
        world.pass(30)
        if f then f(reader) end
        reader:close()
        world.pass(30)
        local paths = {}
        for i, request in ipairs(world.sent()) do paths[i] = request.path end
        return paths
    end

    it("is asked once, before the first exchange", function()
        start({ "oneCallSync", "gzipRequests" })
        assert.same({ "/plugin/version", "/plugin/sync" }, sitting())
    end)

    it("is not asked again by itself, however many days pass: open and close are one request", function()
        start({ "oneCallSync", "gzipRequests" })
        sitting()
        for _ = 1, 10 do
            world.pass(DAY)
            assert.same({ "/plugin/sync" }, sitting())
        end
    end)

    it("is asked after the rest once a day when the reader syncs by hand", function()
        start({ "oneCallSync", "gzipRequests" })
        sitting()
        world.pass(2 * DAY)
        local function byHand(reader)
            reader:send("BookOrbitSyncBook")
            world.pass(30)
        end
        assert.same({ "/plugin/sync", "/plugin/sync", "/plugin/version" }, sitting(byHand))
        assert.same({ "/plugin/sync", "/plugin/sync" }, sitting(byHand))
    end)

    it("is asked after the rest once a day where it lacked something, and used from then on", function()
        start({})
        sitting()
        server.capabilities = { "oneCallSync" }
        world.pass(2 * DAY)
        local paths = sitting()
        assert.equal("/plugin/version", paths[#paths])
        assert.same({ "/plugin/sync" }, sitting())
    end)

    it("is asked for in vain without any harm", function()
        start({ "oneCallSync" })
        sitting()
        world.pass(2 * DAY)
        world.respond = function(request)
            if request.url:find("/plugin/version", 1, true) then return nil, "closed" end
            return server(request)
        end
        assert.same({ "/plugin/sync", "/plugin/version" }, sitting())
        assert.is_nil(world.background().settings:get("last_failure"))
    end)

    it("is asked anew when it does not know the one call any more", function()
        start({ "oneCallSync", "gzipRequests" })
        sitting()
        server.capabilities, server.unknown_routes = {}, true
        sitting()
        assert.is_false(world.background().sync:serverCan("oneCallSync"))
        world.pass(2 * DAY)
        local paths = sitting(function(reader) reader:turnTo(9) end)
        assert.equal("/plugin/version", paths[1])
        assert.equal(0.09, server.pushed[#server.pushed].percentage)
    end)

    it("is known from the log-in, so that the first book opens with one request", function()
        start({ "oneCallSync", "gzipRequests" })
        local panel = world.browse().plugin.panel
        panel:logIn("https://books.example.com", "reader", "secret")
        world.pass(10)
        assert.same({ "/plugin/sync" }, sitting())
    end)

    it("is asked before the books of a sweep, when it was never asked", function()
        start({ "oneCallSync" })
        require("readhistory").hist[1] = { file = file }
        require("docsettings").put(file, { annotations = { highlights.highlight(1) }, percent_finished = 0.5, last_xpointer = "/body/p[1]" })
        world.browse():handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(60)
        assert.equal(1, #world.sent("/plugin/version"))
        assert.equal(1, #world.sent("/plugin/sync"))
    end)
end)
