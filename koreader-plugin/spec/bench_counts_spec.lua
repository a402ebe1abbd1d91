--- What an everyday sitting costs in requests, bytes and files written: the counts of the benchmark, without its times.

local Scenario = require("bench/scenario")
local statistics = require("support/statistics")
local world = require("support/world")

describe("a sitting with a book of 760 highlights", function()
    if not statistics.isAvailable() then
        it("is not measured", function() pending("there is no sqlite3 command") end)
        return
    end

    local scenario

    setup(function()
        scenario = Scenario.start({ highlights = 760, rows = 3000, own_rows = 1500 })
        scenario:settle()
    end)

    teardown(function() Scenario.stop() end)

    before_each(function()
        scenario.takeRequests()
        world.pass(100)
    end)

    it("begins and ends with one request under 1 KB when nothing changed", function()
        scenario:open()
        world.pass(100)
        local opening = scenario.takeRequests()
        assert.equal(1, #opening)
        assert.equal("/plugin/sync", opening[1].path)
        assert.is_true(opening[1].bytes < 1024, "bytes: " .. opening[1].bytes)
        local written = scenario.watchFiles(function() scenario:close() end)
        assert.same({}, written)
        world.pass(100)
        assert.same({}, scenario.takeRequests())
    end)

    it("takes one packed request under 20 KB after 10 highlights were changed and 300 pages turned", function()
        scenario:open()
        world.pass(100)
        scenario.takeRequests()
        scenario:beBusy(10, 300)
        world.pass(5)
        local written = scenario.watchFiles(function() scenario:close() end)
        assert.equal(1, #written)
        assert.matches("%.json%.new$", written[1].path)
        assert.is_true(written[1].bytes < 20 * 1024, "bytes: " .. written[1].bytes)
        world.pass(100)
        local closing = scenario.takeRequests()
        assert.equal(1, #closing)
        assert.is_true(closing[1].is_packed)
        assert.is_true(closing[1].bytes < 20 * 1024, "bytes: " .. closing[1].bytes)
        assert.equal(0, world.background().outbox:count("reader"))
    end)

    it("writes one small file at suspend, and nothing when the page was not turned", function()
        scenario:open()
        world.pass(100)
        scenario.takeRequests()
        scenario.reader:turnTo(scenario.reader.page + 1)
        local written = scenario.watchFiles(function() scenario.reader:send("Suspend") end)
        assert.equal(1, #written)
        assert.is_true(written[1].bytes < 2048, "bytes: " .. written[1].bytes)
        assert.same({}, scenario.watchFiles(function() scenario.reader:send("Suspend") end))
        scenario.reader:send("Resume")
        world.pass(100)
        assert.equal(1, #scenario.takeRequests())
        scenario:close()
    end)

    it("writes nothing at all while pages are turned", function()
        scenario:open()
        world.pass(100)
        scenario.takeRequests()
        local written = scenario.watchFiles(function()
            for page = 30, 60 do
                scenario.reader:turnTo(page)
                world.pass(2)
            end
        end)
        assert.same({}, written)
        assert.same({}, scenario.takeRequests())
        scenario:close()
    end)
end)
