--- What came back for a book besides its place: what the server has now is remembered, and what it sends is applied.

local Applying = require("bookorbit/sync/applying")
local Aside = require("bookorbit/sync/aside")
local BookState = require("bookorbit/sync/book_state")
local Rules = require("bookorbit/sync/annotations")

local Receiver = {}

local function changesOf(notes, kind)
    local list = {}
    for _, change in ipairs(notes and notes.changes or {}) do
        if change.kind == kind then list[#list + 1] = change end
    end
    return list
end

local function deletedOf(notes, kind)
    local list = {}
    for _, entry in ipairs(notes and notes.deleted or {}) do
        if entry.kind == kind then list[#list + 1] = entry end
    end
    return list
end

-- Acknowledged is also what the server could not use: it is shown, and sent again only when it changes.
local function acknowledge(notes, sent, data, aside)
    local is_any = false
    for _, pair in ipairs({ { "highlight", "annotations" }, { "bookmark", "bookmarks" } }) do
        local kind, name = pair[1], pair[2]
        if data[name] then
            local changes = changesOf(sent, kind)
            local deleted = deletedOf(sent, kind)
            Rules.acknowledge(notes.entries, changes, deleted)
            Rules.acknowledge(notes.entries, {}, deletedOf({ deleted = sent and sent.lost }, kind))
            for i, change in ipairs(changes) do
                local reason = data.rejected and data.rejected[name] and data.rejected[name][tostring(i)]
                Aside.noteSent(aside, Rules.identity(change.kind, change.datetime, change.pos0), reason, change.wire.text)
            end
            is_any = is_any or #changes > 0 or #deleted > 0 or (notes.isNew and sent ~= nil)
        end
    end
    return is_any
end

-- What of what was sent got an answer.
local function answered(data, sent)
    local found = {}
    for _, list in ipairs(sent and { sent.changes, sent.deleted, sent.lost } or {}) do
        for _, item in ipairs(list) do
            if data[item.kind == "highlight" and "annotations" or "bookmarks"] then table.insert(found, item) end
        end
    end
    return found
end

local function dropAcks(record, sent)
    if not record.acks or not sent then return end
    local left = false
    for name, acks in pairs(record.acks) do
        for _, part in ipairs({ "applied", "deleted" }) do
            for _ = 1, #((sent[name] or {})[part] or {}) do
                table.remove(acks[part], 1)
            end
            left = left or #acks[part] > 0
        end
    end
    if not left then record.acks = nil end
end

local function today(now)
    return os.date("%Y-%m-%d", now)
end

local function receiveState(sync, record, data, sent, book, file)
    local values = sent and sent.values or record.state or {}
    local now_values = book and book:state() or values
    local agreed, set = BookState.receive(data.state, values, now_values, record.state)
    record.state, record.seen = agreed, nil
    if next(set) == nil then return end
    if book then
        book:applyState(set, today(sync.now()))
    else
        sync.sidecar.apply(file, {
            summary = function(summary) return BookState.applyTo(summary, set, today(sync.now())) end,
        })
    end
end

local function hasToApply(data)
    for _, name in ipairs({ "annotations", "bookmarks" }) do
        for _, list in pairs(data[name] and data[name].toApply or {}) do
            if #list > 0 then return true end
        end
    end
    return false
end

-- The server knows of fewer exchanges than this device: it was restored from a backup, or the document is another file there now.
-- A count that does not fall back is no such thing, and would go on for ever.
local function hasForgotten(record, answer)
    local round = answer and tonumber(answer.round)
    local is_behind = answer ~= nil and answer.resend == true and record.round ~= nil and round ~= nil and round <= record.round
    if round then record.round = round end
    return is_behind
end

-- All that is here is told anew. What was acknowledged stays known:
-- what is gone from here was deleted, and an older text is not taken for a newer one.
local function beginAnew(record, notes, aside)
    for _, entry in pairs(notes.entries) do entry.content = "" end
    record.pushed, record.state, record.seen, record.stats, record.acks = nil, nil, nil, nil, nil
    Aside.keepOffered(aside, { add = {}, edit = {}, bookmark = {} })
end

-- Deletions the server does not believe until the user confirms them.
local function noteHeld(aside, held)
    held = held > 0 and held or nil
    if aside.held == held and (held or not aside.confirms) then return end
    aside.held, aside.has_changed = held, true
    if not held then aside.confirms = nil end
end

--- @param sync table See book_sync.lua
-- @param key string The book
-- @param data table { annotations?, bookmarks?, state?, stats?, rejected?, hasAcked } (see sections.lua)
-- @param sent table { file, notes?, state?, acks? } what was sent of it
-- @return table { hasMore = another exchange is due, statsAccepted? }
function Receiver.receive(sync, key, data, sent)
    local book = sync.book and sync.book.key == key and sync.book or nil
    local record = sync:recordOf(key)
    local outcome = { hasMore = false }
    if data.hasAcked then dropAcks(record, sent.acks) end
    if data.stats then
        local before = record.stats and record.stats.watermark or 0
        record.stats = { hash = data.stats.hash, watermark = data.stats.watermark, signature = data.stats.signature }
        outcome.statsAccepted = data.stats.accepted
        -- Only what gets on is carried on with.
        outcome.hasMore = data.stats.has_more == true and data.stats.watermark > before
    end
    local has_forgotten = hasForgotten(record, data.annotations)
    if data.state and not has_forgotten then receiveState(sync, record, data, sent.state, book, sent.file) end
    local notes = book and book.notes or sync.ledger:notes(key, sync:accountId())
    local aside = sync.aside:get(key, sync:accountId())
    local has_changed = acknowledge(notes, sent.notes, data, aside) or has_forgotten
    if has_forgotten then beginAnew(record, notes, aside) end
    if data.annotations and sent.notes and sent.notes.complete then record.listDue = nil end
    if data.annotations and book then book.notes_complete = false end
    local has_lost = book ~= nil and book.notes ~= nil and book:forgetLost()
    if data.annotations then noteHeld(aside, tonumber(data.annotations.held) or 0) end
    aside.file, aside.path = sent.file and sent.file:match("[^/]+$") or aside.file, sent.file or aside.path
    sync.aside:save(key, aside)
    if sync.settings:get("two_way") then
        if book and book.notes then
            Applying.toOpenBook(sync, book, data)
        elseif not book and (hasToApply(data) or #aside.items > 0)
            and Applying.toClosedBook(sync, key, sent.file, data, notes, record) then
            has_changed = true
        end
    end
    if has_changed then Applying.remember(sync, key, record, notes, book) else sync.ledger:save(key, record) end
    sync.ledger:dropArriving(key, sync:accountId(), answered(data, sent.notes), data.state and sent.state and sent.state.seen)
    outcome.hasMore = outcome.hasMore or has_lost or has_forgotten
    outcome.hasMore = outcome.hasMore or (book ~= nil and data.annotations ~= nil and sent.notes ~= nil and sent.notes.more == true)
    return outcome
end

return Receiver
