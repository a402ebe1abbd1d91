--- Page stats on their way: all of them at first, afterwards only what is new, and again what the server lost.

local Exchange = require("bookorbit/sync/exchange")
local Wire = require("bookorbit/api/wire")

local HASH = ("a"):rep(32)
local DAY = 86400

describe("sending page stats", function()
    local rows, requests, watermark, clock

    before_each(function()
        rows, requests, watermark, clock = {}, {}, 0, 1795000000
        for i = 1, 5000 do
            rows[i] = Wire.array({ i % 300, 1700000000 + i * 100, 30, 300 })
        end
    end)

    local function run(known, slowness)
        requests = {}
        local client = {
            device = { deviceId = "D" },
            exchange = function(_, route, entries)
                assert(route == "pageStats")
                clock = clock + (slowness or 0)
                local entry = entries[1]
                table.insert(requests, entry)
                for _, row in ipairs(entry.rows) do
                    watermark = math.max(watermark, row[2])
                end
                return { results = { [HASH] = { hash = HASH, accepted = #entry.rows, watermark = watermark } }, unmatched = {}, rejected = {} }
            end,
        }
        local tools = {
            now = function() return clock end,
            pageStats = function(_, since, limit)
                local found = Wire.array()
                for _, row in ipairs(rows) do
                    if row[2] >= since and #found < limit then found[#found + 1] = row end
                end
                return found, #rows
            end,
        }
        local result = Exchange.run({
            wants = { push = true }, skip = { bookStates = true, annotations = true, bookmarks = true },
            entries = { { key = "k", entry = { number = 1, hash = HASH, stats = true }, stats = known } },
        }, client, tools)
        return result.books.k.stats
    end

    it("goes in slices, with the number of all rows, and then not again", function()
        local stats = run(nil)
        assert.same({ 2000, 2000, 1000 }, { #requests[1].rows, #requests[2].rows, #requests[3].rows })
        assert.equal(5000, requests[1].rowCount)
        assert.equal(5000, stats.accepted)
        assert.is_falsy(stats.has_more)
        assert.is_nil(run(stats))
        assert.equal(0, #requests)
    end)

    it("reads the last day again for a row that grew", function()
        local stats = run(nil)
        rows[5000] = Wire.array({ rows[5000][1], rows[5000][2], 60, 300 })
        run(stats)
        assert.equal(1, #requests)
        assert.is_true(requests[1].rows[1][2] >= watermark - DAY)
        assert.equal(60, requests[1].rows[#requests[1].rows][3])
    end)

    it("begins anew when the server has none any more", function()
        local stats = run(nil)
        table.insert(rows, Wire.array({ 1, rows[5000][2] + 50, 30, 300 }))
        watermark, stats.watermark = 0, 0
        run(stats)
        local sent = 0
        for _, request in ipairs(requests) do
            sent = sent + #request.rows
        end
        assert.equal(5001, sent)
    end)

    it("stops in time on a slow network, keeps what is done, and goes on from there", function()
        local stats = run(nil, 30)
        assert.equal(2, #requests)
        assert.is_true(stats.has_more)
        stats = run(stats, 0)
        assert.equal(1, #requests)
        assert.equal(rows[5000][2], requests[1].rows[#requests[1].rows][2])
        assert.is_falsy(stats.has_more)
    end)
end)
