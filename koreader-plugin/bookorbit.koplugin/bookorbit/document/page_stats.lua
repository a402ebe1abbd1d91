--- Page stats from KOReader's statistics database, read only. Runs in a child process, on a connection of its own.

local Wire = require("bookorbit/api/wire")
local lfs = require("libs/libkoreader-lfs")
local logger = require("logger")

local PageStats = {}

local BUSY_MILLISECONDS = 5000
local LONGEST_DURATION_SECONDS = 86400
local LONGEST_TITLE, LONGEST_AUTHORS = 500, 1000

-- What the server can take. Rows it cannot are neither sent nor counted: it would ask for them for ever.
local USABLE = [[
id_book IN (SELECT id FROM book WHERE lower(md5) IN (?1, ?2)) AND start_time > 0 AND total_pages > 0 AND page >= 0]]
-- By the file's md5 and not by `id`: after an edit of title or authors a second row has the same md5.
-- The same page and second twice: the longer one was written later.
local ROWS = [[
SELECT page, start_time, MAX(duration), MAX(total_pages) FROM page_stat_data
WHERE ]] .. USABLE .. [[ AND start_time >= ?3
GROUP BY page, start_time ORDER BY start_time, page LIMIT ?4]]
local COUNT = [[
SELECT COUNT(*) FROM (SELECT DISTINCT page, start_time FROM page_stat_data WHERE ]] .. USABLE .. ")"

-- Every book the statistics know, whatever its title was.
local BOOKS = [[
SELECT lower(md5), MAX(title), MAX(authors), MAX(last_open) FROM book WHERE length(md5) = 32 GROUP BY lower(md5) ORDER BY 4 DESC LIMIT ?1]]

local function integer(value)
    return math.floor(tonumber(value) or 0)
end

-- Runs `f(connection)` on a connection of its own, read only.
local function withConnection(path, f)
    if lfs.attributes(path, "mode") ~= "file" then return nil end
    local ok, first, second = pcall(function()
        local connection = require("lua-ljsqlite3/init").open(path, "ro")
        local done, one, two = pcall(function()
            connection:set_busy_timeout(BUSY_MILLISECONDS)
            return f(connection)
        end)
        connection:close()
        if not done then error(one, 0) end
        return one, two
    end)
    if ok then return first, second end
    logger.warn("BookOrbit: the statistics could not be read:", first)
    return nil
end

local function eachRow(statement, f)
    while true do
        local row = statement:step()
        if not row then break end
        f(row)
    end
    statement:close()
end

--- @param path string statistics.sqlite3
-- @param hashes table One or two fingerprints the statistics may know the file by
-- @param since number Lowest start time
-- @param limit number Most rows
-- @return table|nil rows [page, startTime, duration, totalPages] by start time, number how many there are in all; nil without any
function PageStats.read(path, hashes, since, limit)
    local rows, row_count = withConnection(path, function(connection)
        local first, second = hashes[1], hashes[2] or hashes[1]
        local found, count = Wire.array(), 0
        eachRow(connection:prepare(ROWS):bind(first, second, since, limit), function(row)
            found[#found + 1] = Wire.array({
                integer(row[1]), integer(row[2]),
                math.max(0, math.min(LONGEST_DURATION_SECONDS, integer(row[3]))), integer(row[4]),
            })
        end)
        eachRow(connection:prepare(COUNT):bind(first, second), function(row) count = integer(row[1]) end)
        return found, count
    end)
    if not rows or row_count == 0 then return nil end
    return rows, row_count
end

--- The books the statistics know, those opened last first.
-- @return table Array of { hash, title?, authors?, lastOpen? }
function PageStats.books(path, limit)
    return withConnection(path, function(connection)
        local books = Wire.array()
        eachRow(connection:prepare(BOOKS):bind(limit), function(row)
            local last_open = integer(row[4])
            books[#books + 1] = {
                hash = row[1], title = row[2] and Wire.text(tostring(row[2]), LONGEST_TITLE), lastOpen = last_open > 0 and last_open or nil,
                authors = row[3] and row[3] ~= "" and Wire.text(tostring(row[3]), LONGEST_AUTHORS) or nil,
            }
        end)
        return books
    end) or Wire.array()
end

return PageStats
