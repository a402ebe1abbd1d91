--- Writes down where the reader is and what changed in the open book: one small file, no network.

local BookState = require("bookorbit/sync/book_state")
local Failure = require("bookorbit/api/failure")
local Progress = require("bookorbit/sync/progress")

local News = {}

local function countAcks(acks)
    local count = 0
    for _, part in pairs(acks or {}) do
        count = count + #part.applied + #part.deleted
    end
    return count
end

local function sameState(one, other)
    return one.values.status == other.values.status and one.values.rating == other.values.rating
        and one.values.review == other.values.review
end

-- What changed besides the place, and whether it is more than what waits already.
local function newsOf(sync, book, waiting)
    waiting = waiting or {}
    local arriving = sync.ledger:arriving(book.key, sync:accountId())
    local told = BookState.told(waiting.state, arriving.state)
    local news = { notes = book:noteChanges(waiting, arriving), state = book:stateChanges(sync.now(), told), acks = book.record.acks }
    local signature = news.notes and news.notes.signature
    local has_notes = signature ~= nil and signature ~= (waiting.notes and waiting.notes.signature)
    local has_state = news.state ~= nil and not (waiting.state ~= nil and sameState(news.state, waiting.state))
    return news, has_notes or has_state or countAcks(news.acks) > countAcks(waiting.acks)
end

local function putIntoOutbox(sync, book, owner, place, news)
    local number, reason = sync.outbox:put(book.key, book:entry(owner, place, news))
    if number then
        book.has_new_mark = false -- the entry holds it: one file is enough
    else
        sync:noteFailure(Failure.device(reason))
        if book.has_new_mark then sync:saveRecord(book) end
    end
end

--- @param sync table See book_sync.lua
-- @param options table { send = put it into the outbox if it is news, manual = the reader asked,
--   besidesPlace = all but the place, which opening a book does not make news,
--   readNow = the reader says this is the place, whenever it was read }
-- @return boolean Whether something waits to be sent for this book
function News.remember(sync, book, options)
    local here = not sync.is_stopped and book:here()
    if not here then return false end
    if options.readNow then here.readAt = sync.now() end
    local owner = sync:owner()
    local waiting = sync.outbox:get(book.key)
    local known = { pushed = waiting and waiting.progress or book.record.pushed, pulled = book.record.pulled }
    local had_seen = book.record.seen
    if options.send and owner then
        local is_news = not options.besidesPlace and Progress.isNews(here, known, options.manual)
        local news, has_more = newsOf(sync, book, waiting)
        if is_news or has_more then
            -- A sidecar that is not written any more, because the battery died, must not pass for one that lacks what is told here.
            if news.notes then book:markSidecar(sync.now()) end
            putIntoOutbox(sync, book, owner, is_news and here or waiting and waiting.progress or nil, news)
            return true
        end
    end
    -- A place that waits is written down already (open_book.lua reads it from there).
    local read = waiting and waiting.progress or book.record.read
    if here.readAt and not (read and read.progress == here.progress and read.readAt == here.readAt) then
        book.record.read = here
        sync:saveRecord(book)
    elseif book.has_new_mark or book.record.seen ~= had_seen then
        sync:saveRecord(book)
    end
    return waiting ~= nil
end

return News
