--- Page stats from KOReader's statistics database, read only. Runs in a child process, on a connection of its own.

local Wire = require("bookorbit/api/wire")
local lfs = require("libs/libkoreader-lfs")
local logger = require("logger")

local PageStats = {}

local BUSY_MILLISECONDS = 5000
local LONGEST_DURATION_SECONDS = 86400

-- By the file's md5 and not by `id`: after an edit of title or authors a second row has the same md5.
-- The same page and second twice: the longer one was written later.
local ROWS = [[
SELECT page, start_time, MAX(duration), MAX(total_pages) FROM page_stat_data
WHERE id_book IN (SELECT id FROM book WHERE lower(md5) IN (?1, ?2)) AND start_time >= ?3 AND start_time > 0 AND total_pages > 0
    AND page >= 0
GROUP BY page, start_time ORDER BY start_time, page LIMIT ?4]]
local COUNT = [[
SELECT COUNT(*) FROM (SELECT DISTINCT page, start_time FROM page_stat_data
WHERE id_book IN (SELECT id FROM book WHERE lower(md5) IN (?1, ?2)))]]

local function integer(value)
    return math.floor(tonumber(value) or 0)
end

local function read(path, hashes, since, limit)
    local SQ3 = require("lua-ljsqlite3/init")
    local connection = SQ3.open(path, "ro")
    local ok, rows, row_count = pcall(function()
        connection:set_busy_timeout(BUSY_MILLISECONDS)
        local first, second = hashes[1], hashes[2] or hashes[1]
        local found = Wire.array()
        local statement = connection:prepare(ROWS):bind(first, second, since, limit)
        while true do
            local row = statement:step()
            if not row then break end
            found[#found + 1] = Wire.array({
                integer(row[1]), integer(row[2]),
                math.max(0, math.min(LONGEST_DURATION_SECONDS, integer(row[3]))), integer(row[4]),
            })
        end
        statement:close()
        statement = connection:prepare(COUNT):bind(first, second)
        local count = integer(statement:step()[1])
        statement:close()
        return found, count
    end)
    connection:close()
    if not ok then error(rows, 0) end
    return rows, row_count
end

--- @param path string statistics.sqlite3
-- @param hashes table One or two fingerprints the statistics may know the file by
-- @param since number Lowest start time
-- @param limit number Most rows
-- @return table|nil rows [page, startTime, duration, totalPages] by start time, number how many there are in all; nil without any
function PageStats.read(path, hashes, since, limit)
    if lfs.attributes(path, "mode") ~= "file" then return nil end
    local ok, rows, row_count = pcall(read, path, hashes, since, limit)
    if not ok then
        logger.warn("BookOrbit: the statistics could not be read:", rows)
        return nil
    end
    if row_count == 0 then return nil end
    return rows, row_count
end

return PageStats
