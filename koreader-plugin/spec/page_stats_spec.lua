--- Page stats: which are read, which are sent, and in what slices.

local shared = require("support/shared")
local statistics = require("support/statistics")
local Rules = require("bookorbit/sync/page_stats")

local HASH, OTHER = ("a"):rep(32), ("b"):rep(32)
local DAY = 86400

describe("the rules for page stats", function()
    it("read the last day before the watermark again, and everything where there is none", function()
        assert.equal(1795000000 - DAY, Rules.since(1795000000))
        assert.equal(0, Rules.since(nil))
        assert.equal(0, Rules.since(100))
    end)

    it("cut a chunk between two seconds, never within one", function()
        local rows = { { 1, 10, 5, 9 }, { 2, 20, 5, 9 }, { 3, 20, 5, 9 }, { 4, 30, 5, 9 } }
        local chunk, has_more = Rules.chunk(rows, 2)
        assert.same({ rows[1] }, chunk)
        assert.is_true(has_more)
        chunk, has_more = Rules.chunk(rows, 3)
        assert.equal(3, #chunk)
        assert.is_true(has_more)
        chunk, has_more = Rules.chunk(rows, 4)
        assert.equal(4, #chunk)
        assert.is_false(has_more)
    end)

    it("send more than a chunk rather than cut a second that is larger than one", function()
        local chunk, has_more = Rules.chunk({ { 1, 20, 5, 9 }, { 2, 20, 5, 9 }, { 3, 20, 5, 9 }, { 4, 30, 5, 9 } }, 2)
        assert.equal(3, #chunk)
        assert.is_true(has_more)
    end)

    it("know a slice again unless a row was added, grew or went", function()
        local rows = { { 1, 10, 5, 9 }, { 2, 20, 5, 9 } }
        local signature = Rules.signature(rows, 2)
        assert.equal(signature, Rules.signature(rows, 2))
        assert.not_equal(signature, Rules.signature(rows, 3))
        assert.not_equal(signature, Rules.signature({ { 1, 10, 6, 9 }, { 2, 20, 5, 9 } }, 2))
    end)
end)

describe("KOReader's statistics", function()
    local PageStats, path

    before_each(function()
        PageStats = require("bookorbit/document/page_stats")
        path = os.tmpname()
        os.remove(path)
    end)

    after_each(function() os.remove(path) end)

    local function plain(rows)
        local list = {}
        for i, row in ipairs(rows) do
            list[i] = { row[1], row[2], row[3], row[4] }
        end
        return list
    end

    it("are grouped by the file, whatever title it had, and the longer of two rows counts", function()
        if not statistics.isAvailable() then pending("there is no sqlite3 command") return end
        statistics.write(path, { { title = "Old title", md5 = HASH:upper() }, { title = "New title", md5 = HASH }, { title = "X", md5 = OTHER } }, {
            { 1, 3, 1000, 20, 100 }, { 2, 3, 1000, 50, 100 }, { 2, 4, 1050, 10, 100 }, { 3, 9, 1060, 10, 100 },
        })
        local rows, count = PageStats.read(path, { HASH }, 0, 100)
        assert.same({ { 3, 1000, 50, 100 }, { 4, 1050, 10, 100 } }, plain(rows))
        assert.equal(2, count)
    end)

    it("are found under the fingerprint the file had when it was first opened as well", function()
        if not statistics.isAvailable() then pending("there is no sqlite3 command") return end
        statistics.write(path, { { title = "A", md5 = OTHER } }, { { 1, 3, 1000, 20, 100 } })
        assert.is_nil(PageStats.read(path, { HASH }, 0, 100))
        assert.equal(1, #PageStats.read(path, { HASH, OTHER }, 0, 100))
    end)

    it("begin at a start time, in order, and no more than asked for", function()
        if not statistics.isAvailable() then pending("there is no sqlite3 command") return end
        statistics.write(path, { { title = "A", md5 = HASH } },
            { { 1, 3, 3000, 20, 100 }, { 1, 1, 1000, 20, 100 }, { 1, 2, 2000, 20, 100 }, { 1, 5, 0, 20, 100 }, { 1, 6, 4000, 200000, 100 } })
        local rows, count = PageStats.read(path, { HASH }, 2000, 2)
        assert.same({ { 2, 2000, 20, 100 }, { 3, 3000, 20, 100 } }, plain(rows))
        assert.equal(4, count)
        assert.same({ { 6, 4000, DAY, 100 } }, plain(PageStats.read(path, { HASH }, 4000, 2)))
    end)

    it("count as many rows as they give, whatever a damaged book left among them", function()
        if not statistics.isAvailable() then pending("there is no sqlite3 command") return end
        statistics.write(path, { { title = "A", md5 = HASH } },
            { { 1, 1, 1000, 20, 100 }, { 1, 2, 1020, 20, 0 }, { 1, -1, 1040, 20, 100 }, { 1, 3, 0, 20, 100 }, { 1, 4, 1060, 20, 100 } })
        local rows, count = PageStats.read(path, { HASH }, 0, 100)
        assert.same({ { 1, 1000, 20, 100 }, { 4, 1060, 20, 100 } }, plain(rows))
        assert.equal(2, count)
    end)

    it("are absent on a device without them, and a damaged database is no error", function()
        assert.is_nil(PageStats.read(path, { HASH }, 0, 10))
        local file = assert(io.open(path, "wb"))
        file:write(("not a database "):rep(200))
        file:close()
        assert.is_nil(PageStats.read(path, { HASH }, 0, 10))
    end)

    it("of two real devices come whole, in slices as in one go", function()
        if not shared.folder then pending("there are no real device files beside the repository") return end
        if not statistics.isAvailable() then pending("there is no sqlite3 command, so maybe no SQLite either") return end
        local total = { ["device-a"] = 192, ["device-b"] = 39 }
        local hashes = {
            ["device-a"] = { "62ddbb74c0f63d63210a052e5dc2241f", "75c0c48b9c7d7f7078e85aea2e19d02a", "70a53d07101bf841e22947f54456face",
                "63b32a2b126fa26ecc773fb0471c5818", "f043e7f59d02a3a8448cbbce22a9573e" },
            ["device-b"] = { "62ddbb74c0f63d63210a052e5dc2241f", "63b32a2b126fa26ecc773fb0471c5818", "40cd9035601c0e7f42589ad408315760",
                "8175eaf7f36441de8460596a78746c72" },
        }
        for device, expected in pairs(total) do
            local database = shared.folder .. "/koreader-data/" .. device .. "/settings/statistics.sqlite3"
            local sum = 0
            for _, hash in ipairs(hashes[device]) do
                local all, count = PageStats.read(database, { hash }, 0, 1000000)
                assert.equal(count, #all)
                local sliced, since = {}, 0
                repeat
                    local chunk, has_more = Rules.chunk(PageStats.read(database, { hash }, since, 8), 7)
                    for _, row in ipairs(chunk) do
                        sliced[#sliced + 1] = row
                    end
                    since = chunk[#chunk][2] + 1
                until not has_more
                assert.same(plain(all), plain(sliced))
                sum = sum + count
            end
            assert.equal(expected, sum)
        end
    end)
end)
