--- Page stats, status, highlights and dog-ears of one book: sent route by route, or read from the answer of the one call.
-- Runs in the child process. A route the server does not know is left out, and what it would have carried stays unsent.

local PageStats = require("bookorbit/sync/page_stats")
local Parcel = require("bookorbit/sync/parcel")

local Sections = {}
Sections.__index = Sections

Sections.ROWS_PER_REQUEST = 2000

-- The rest of a large database comes with the next exchange: a child that is killed for its slowness would begin anew.
local MOST_STATS_REQUESTS = 20
local MOST_STATS_SECONDS = 40

function Sections.new(client, tools, result, skip)
    return setmetatable({ client = client, tools = tools, result = result, skip = setmetatable({}, { __index = skip }),
        started_at = tools.now and tools.now() }, Sections)
end

--- Whether a parcel carries or wants more than a place.
function Sections.hasAny(parcel)
    return parcel.notes ~= nil or parcel.state ~= nil or parcel.acks ~= nil or parcel.receives == true or parcel.wants_stats == true
end

--- What the server could not use of one book, by section and index from 1.
-- @param rejected table Array of { path = "books[0].annotations.changes[2]", reason }
-- @return table { annotations, bookmarks = reasons by index as text, progress? = reason }
function Sections.rejectedOf(rejected, book_index)
    local found = { annotations = {}, bookmarks = {} }
    for _, item in ipairs(rejected or {}) do
        local index, section, change = tostring(item.path):match("^books%[(%d+)%]%.(%a+)%.changes%[(%d+)%]")
        if not index then
            index, change = tostring(item.path):match("^books%[(%d+)%]%.changes%[(%d+)%]")
        end
        if tostring(item.path):find(("^books%%[%d%%]%%.progress"):format(book_index)) then
            found.progress = tostring(item.reason)
        elseif tonumber(index) == book_index and change then
            section = section or "annotations"
            if found[section] then found[section][tostring(tonumber(change) + 1)] = tostring(item.reason) end
        end
    end
    return found
end

function Sections:book(parcel)
    self.result.books[parcel.key] = self.result.books[parcel.key] or {}
    return self.result.books[parcel.key]
end

-- The first rows to send, or nil when the server has them all.
function Sections:statsSlice(parcel, size)
    if not parcel.wants_stats or not self.tools.pageStats then return nil end
    local known = parcel.stats or {}
    local hashes = { parcel.hash }
    local recorded = parcel.subject.recordedHash
    if type(recorded) == "string" and recorded:lower() ~= parcel.hash then hashes[2] = recorded:lower() end
    local since = PageStats.since(known.hash == parcel.hash and known.watermark or 0)
    local rows, row_count = self.tools.pageStats(hashes, since, size + 1)
    if not rows then return nil end
    local signature = PageStats.signature(rows, row_count)
    if known.hash == parcel.hash and known.signature == signature then return nil end
    local chunk, has_more = PageStats.chunk(rows, size)
    return { rows = chunk, rowCount = row_count, has_more = has_more, hashes = hashes, since = since }
end

function Sections:noteStats(parcel, slice, answer)
    local watermark = answer and tonumber(answer.watermark) or 0
    local stats = { hash = parcel.hash, watermark = watermark }
    if watermark > 0 and not slice.has_more then
        local rows, row_count = self.tools.pageStats(slice.hashes, PageStats.since(watermark), 1000000)
        stats.signature = rows and PageStats.signature(rows, row_count) or nil
    end
    local book = self:book(parcel)
    stats.accepted = (book.stats and book.stats.accepted or 0) + (answer and tonumber(answer.accepted) or 0)
    stats.has_more = slice.has_more
    book.stats = stats
end

--- Sends the slices after the first.
function Sections:statsRest(parcel, slice, answer, size)
    self:noteStats(parcel, slice, answer)
    for _ = 1, MOST_STATS_REQUESTS do
        local seconds = self.started_at and self.tools.now() - self.started_at or 0
        if seconds > MOST_STATS_SECONDS or seconds < 0 then return nil end
        local watermark = answer and tonumber(answer.watermark)
        local since
        if watermark == 0 and slice.since > 0 then
            since = 0 -- the server was purged, or asks for older rows that were merged in here
        elseif slice.has_more then
            since = slice.rows[#slice.rows][2] + 1
        end
        if not since then return nil end
        local rows, row_count = self.tools.pageStats(slice.hashes, since, size + 1)
        if not rows or #rows == 0 then return nil end
        local chunk, has_more = PageStats.chunk(rows, size)
        slice = { rows = chunk, rowCount = row_count, has_more = has_more, hashes = slice.hashes, since = 0 }
        local outcome, failure = self.client:exchange("pageStats", { { hash = parcel.hash, rows = chunk, rowCount = row_count } })
        if not outcome then return failure end
        answer = outcome.results[parcel.hash]
        if not answer then return nil end
        self:noteStats(parcel, slice, answer)
        if self.tools.tidy then self.tools.tidy() end
    end
    return nil
end

--- Reads one book of the answer of `plugin/sync`.
-- @param asked table The book of the request
function Sections:receive(parcel, asked, answer, rejected)
    local book = self:book(parcel)
    for _, name in ipairs({ "annotations", "bookmarks" }) do
        if asked[name] and not answer[name] then
            self.skip[name] = true
            self.result.unsupported[name] = true
        end
    end
    book.annotations, book.bookmarks, book.state = answer.annotations, answer.bookmarks, answer.state
    book.rejected = rejected
    book.hasAcked = parcel.acks ~= nil
end

-- One route. Nil when it went well, was left out, or the server does not know the book.
function Sections:call(route, entry, on_answer)
    if self.skip[route] then return nil end
    local outcome, failure = self.client:exchange(route, { entry })
    if not outcome then
        if failure.kind == "not_bookorbit" and (failure.status == 404 or failure.status == 405) then
            self.skip[route] = true
            self.result.unsupported[route] = true
            return nil
        end
        if failure.kind == "refused" then
            self.refusal = failure.message or ""
            return nil
        end
        return failure
    end
    if outcome.unmatched[entry.hash] then self.is_unmatched = true end
    local answer = outcome.results[entry.hash]
    if answer then on_answer(answer, outcome) end
    return nil
end

local KINDS = {
    { kind = "highlight", name = "annotations", ack = "annotationAcks" },
    { kind = "bookmark", name = "bookmarks", ack = "bookmarkAcks" },
}

--- Everything of one book, route by route.
-- @return table|nil failure, string|nil why the server refused a part, string "sent" or "unmatched"
function Sections:exchange(parcel, size)
    self.refusal, self.is_unmatched = nil, false
    local book = self:book(parcel)
    local failure
    local slice = not self.skip.pageStats and self:statsSlice(parcel, size)
    if slice then
        local answer
        failure = self:call("pageStats", { hash = parcel.hash, rows = slice.rows, rowCount = slice.rowCount }, function(found)
            answer = found
        end)
        failure = failure or (answer and self:statsRest(parcel, slice, answer, size))
        if failure then return failure end
    end
    local state = Parcel.stateItem(parcel)
    if state and not self.is_unmatched then
        state.hash = parcel.hash
        failure = self:call("bookStates", state, function(answer) book.state = answer end)
        if failure then return failure end
    end
    for _, kind in ipairs(KINDS) do
        local ack = Parcel.ack(parcel, kind.kind)
        if ack and not self.is_unmatched then
            ack.hash = parcel.hash
            failure = self:call(kind.ack, ack, function() book.hasAcked = true end)
            if failure then return failure end
        end
        local exchange = Parcel.exchange(parcel, kind.kind, self.tools.key)
        if exchange and not self.is_unmatched then
            exchange.hash = parcel.hash
            failure = self:call(kind.name, exchange, function(answer, outcome)
                book[kind.name] = answer
                local rejected = Sections.rejectedOf(outcome.rejected, 0)
                book.rejected = book.rejected or {}
                book.rejected[kind.name] = rejected.annotations
            end)
            if failure then return failure end
        end
    end
    return nil, self.refusal, self.is_unmatched and "unmatched" or "sent"
end

return Sections
