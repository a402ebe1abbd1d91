--- What came back for a book besides its place: what the server has now is remembered, and what it sends is applied,
-- to the open book in slices, to a closed one through its sidecar.

local BookState = require("bookorbit/sync/book_state")
local Rules = require("bookorbit/sync/annotations")

local Receiver = {}

-- A slice of work between two page turns.
local JOBS_PER_SLICE = 5
local SECONDS_BETWEEN_SLICES = 0.1
local LONGEST_EXCERPT = 80

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

local function noteFailed(record, id, reason, text)
    record.failed = record.failed or {}
    record.failed[tostring(id)] = reason and { reason = reason, text = tostring(text or ""):sub(1, LONGEST_EXCERPT) } or nil
    if next(record.failed) == nil then record.failed = nil end
end

-- Acknowledged is also what the server could not use: it is shown, and sent again only when it changes.
local function acknowledge(notes, sent, data, record)
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
                noteFailed(record, change.datetime, reason, change.wire.text)
            end
            is_any = is_any or #changes > 0 or #deleted > 0 or (notes.isNew and sent ~= nil)
        end
    end
    return is_any
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

local function acksOf(record, name)
    record.acks = record.acks or {}
    record.acks[name] = record.acks[name] or { applied = {}, deleted = {} }
    return record.acks[name]
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

-- Array of function(applier): each one item.
local function jobsOf(record, data)
    local jobs = {}
    local function job(f)
        jobs[#jobs + 1] = f
    end
    local highlights = data.annotations and data.annotations.toApply or {}
    local bookmarks = data.bookmarks and data.bookmarks.toApply or {}
    for _, part in ipairs({ "delete", "edit", "add" }) do
        for _, item in ipairs(highlights[part] or {}) do
            job(function(applier)
                local ack = applier[part](applier, item)
                local acks = acksOf(record, "annotations")
                if part == "delete" then
                    table.insert(acks.deleted, ack)
                else
                    table.insert(acks.applied, ack)
                    noteFailed(record, item.serverId, ack.status == "failed" and ack.reason or nil, item.text)
                end
            end)
        end
    end
    for _, item in ipairs(bookmarks.delete or {}) do
        job(function(applier) table.insert(acksOf(record, "bookmarks").deleted, applier:delete(item)) end)
    end
    for _, item in ipairs(bookmarks.add or {}) do
        job(function(applier) table.insert(acksOf(record, "bookmarks").applied, applier:addBookmark(item)) end)
    end
    return jobs
end

-- A sidecar that KOReader has not written since then, because the battery died, must not pass for the one the ledger was written from:
-- what it lacks was not deleted. So the new mark is on the disk before the ledger is.
local function remember(sync, key, record, notes, book)
    if book then book:markSidecar(sync.now()) end
    sync.ledger:save(key, record, true)
    sync.ledger:saveNotes(key, notes)
end

-- Applies to the open book, a few at a time. If the book is closed in between, the server offers the rest again.
local function applyInSlices(sync, book, jobs)
    local next_job = 1
    local function slice()
        if sync.book ~= book then return end
        local applier = book:applier()
        for _ = 1, JOBS_PER_SLICE do
            if not jobs[next_job] then break end
            jobs[next_job](applier)
            next_job = next_job + 1
        end
        applier:finish()
        Rules.acknowledge(book.notes.entries, applier.acknowledged, applier.forgotten)
        if jobs[next_job] then
            sync.schedule(SECONDS_BETWEEN_SLICES, sync.guarded(slice))
            return
        end
        remember(sync, book.key, book.record, book.notes, book)
        -- The server hears at once what became of it, and sends more if it has more.
        sync:remember(book, { send = true })
        sync:request({})
    end
    sync.schedule(SECONDS_BETWEEN_SLICES, sync.guarded(slice))
end

local function applyToSidecar(sync, file, data, notes, record)
    local result = sync.sidecar.apply(file, {
        annotations = data.annotations and data.annotations.toApply,
        bookmarks = data.bookmarks and data.bookmarks.toApply,
    })
    if not result then return false end
    local has_any = false
    for name, part in pairs(result) do
        Rules.acknowledge(notes.entries, part.acknowledged, part.forgotten)
        if #part.applied > 0 or #part.deleted > 0 then
            local acks = acksOf(record, name)
            for _, ack in ipairs(part.applied) do
                table.insert(acks.applied, ack)
            end
            for _, ack in ipairs(part.deleted) do
                table.insert(acks.deleted, ack)
            end
            has_any = true
        end
    end
    return has_any
end

local function hasToApply(data)
    for _, name in ipairs({ "annotations", "bookmarks" }) do
        for _, list in pairs(data[name] and data[name].toApply or {}) do
            if #list > 0 then return true end
        end
    end
    return false
end

--- @param sync table See book_sync.lua
-- @param key string The book
-- @param data table { annotations?, bookmarks?, state?, stats?, rejected?, hasAcked } (see sections.lua)
-- @param sent table { file, notes?, state?, acks? } what was sent of it
-- @return table { hasMore = another exchange is due, added, deleted, failed }
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
    if data.state then receiveState(sync, record, data, sent.state, book, sent.file) end
    local notes = book and book.notes or sync.ledger:notes(key, sync:accountId())
    local has_changed = acknowledge(notes, sent.notes, data, record)
    if data.annotations and book then book.notes_complete = false end
    if data.annotations then outcome.held = tonumber(data.annotations.held) end
    if sync.settings:get("two_way") and hasToApply(data) then
        if book and book.notes then
            applyInSlices(sync, book, jobsOf(record, data))
        elseif not book and applyToSidecar(sync, sent.file, data, notes, record) then
            has_changed = true
        end
    end
    if has_changed then remember(sync, key, record, notes, book) else sync.ledger:save(key, record) end
    outcome.hasMore = outcome.hasMore or (book ~= nil and data.annotations ~= nil and sent.notes ~= nil and sent.notes.more == true)
    return outcome
end

return Receiver
