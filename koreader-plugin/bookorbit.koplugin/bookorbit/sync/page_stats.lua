--- Which page stats to send: plain data in, decision out.

local PageStats = {}

-- KOReader may let a row's duration grow later, so the last day is read again; the server drops what it has.
local OVERLAP_SECONDS = 86400

--- From which start time on rows are read.
-- @param watermark number|nil The highest start time the server has of this device; 0 or nil: none
function PageStats.since(watermark)
    return math.max(0, (watermark or 0) - OVERLAP_SECONDS)
end

--- The first rows that fit into one request, never cut within one start second: the watermark could not tell the rest.
-- @param rows table Array of [page, startTime, duration, totalPages] by start time
-- @return table the chunk, boolean whether some are left
function PageStats.chunk(rows, size)
    if #rows <= size then return rows, false end
    local stop = size
    while stop > 0 and rows[stop][2] == rows[stop + 1][2] do
        stop = stop - 1
    end
    if stop == 0 then
        -- More rows in one second than fit: then it takes a larger request.
        stop = size
        while rows[stop + 1] and rows[stop][2] == rows[stop + 1][2] do
            stop = stop + 1
        end
    end
    local chunk = {}
    for i = 1, stop do
        chunk[i] = rows[i]
    end
    return chunk, stop < #rows
end

--- What the rows are known by: the same again need not be sent.
function PageStats.signature(rows, row_count)
    local seconds, last = 0, 0
    for _, row in ipairs(rows) do
        seconds = seconds + row[3]
        last = math.max(last, row[2])
    end
    return ("%d:%d:%d:%d"):format(row_count, #rows, seconds, last)
end

return PageStats
