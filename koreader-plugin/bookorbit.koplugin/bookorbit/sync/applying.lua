--- Puts what the server sent where it belongs: into the open book a few at a time, into a closed one through its sidecar.
-- What has to wait, or finds no place, is kept aside.

local Aside = require("bookorbit/sync/aside")
local Rules = require("bookorbit/sync/annotations")
local Searching = require("bookorbit/sync/searching")

local Applying = {}

-- Work between two page turns. Should a slice take longer, the reader gets twice as long to turn a page.
local SLICE_SECONDS = 0.008
local SECONDS_BETWEEN_SLICES = 0.1

--- The acks a book owes, begun if there are none.
function Applying.acksOf(record, name)
    record.acks = record.acks or {}
    record.acks[name] = record.acks[name] or { applied = {}, deleted = {} }
    return record.acks[name]
end

--- A sidecar that KOReader has not written since then, because the battery died, must not pass for the one the ledger was written from:
-- what it lacks was not deleted. So the new mark is on the disk before the ledger is.
function Applying.remember(sync, key, record, notes, book)
    if book then book:markSidecar(sync.now()) end
    sync.ledger:save(key, record, true)
    sync.ledger:saveNotes(key, notes)
end

local function asideOf(sync, key)
    return sync.aside:get(key, sync:accountId())
end

local METHODS = { add = "add", edit = "edit", bookmark = "addBookmark" }
local COULD_NOT = "KOReader could not take it"

-- One item into the open book. What failed before is news when it finds its place now: the server has written it off for this device.
-- @param answer table|nil What a child process found of its place
local function place(sync, book, applier, op, item, was_failed, answer)
    local aside = asideOf(sync, book.key)
    -- An error inside KOReader must not keep back what comes after it.
    local attempt = sync.guarded(function() return applier[METHODS[op]](applier, item, was_failed, answer) end)
    local ack = attempt() or { serverId = item.serverId, version = item.version, status = "failed", reason = COULD_NOT }
    if ack.reason == "later" then
        local kept = Aside.keep(aside, op, item, nil, was_failed)
        if Searching.mayTry(kept) then
            table.insert(applier.wanted, kept) -- now, at the next opening, or when the server offers it again
            return
        end
        ack.reason = COULD_NOT
    end
    if ack.reason == "changed" then
        Aside.settle(aside, op, item) -- the server merges what is sent, and offers what comes of it
        return
    end
    if not was_failed then
        table.insert(applier.acks[op == "bookmark" and "bookmarks" or "annotations"].applied, ack)
    end
    if ack.status == "failed" then
        Aside.keep(aside, op, item, ack.reason or "")
    else
        Aside.settle(aside, op, item)
    end
end

-- Array of function(applier): each one item of the answer, deletions first.
local function jobsOf(sync, book, data)
    local jobs = {}
    local highlights = data.annotations and data.annotations.toApply or {}
    local bookmarks = data.bookmarks and data.bookmarks.toApply or {}
    for name, part in pairs({ annotations = highlights, bookmarks = bookmarks }) do
        for _, item in ipairs(part.delete or {}) do
            table.insert(jobs, function(applier)
                local ack = sync.guarded(function() return applier:delete(item) end)()
                if ack then table.insert(applier.acks[name].deleted, ack) end
            end)
        end
    end
    local function placed(op, items)
        for _, item in ipairs(items or {}) do
            table.insert(jobs, function(applier) place(sync, book, applier, op, item) end)
        end
    end
    placed("edit", highlights.edit)
    placed("add", highlights.add)
    placed("bookmark", bookmarks.add)
    return jobs
end

local function applierOf(sync, book)
    local applier = book:applier()
    applier.aside = asideOf(sync, book.key) -- held, or it would be read anew in every slice
    applier.acks = { annotations = { applied = {}, deleted = {} }, bookmarks = { applied = {}, deleted = {} } }
    applier.wanted = {} -- what has to be searched for
    return applier
end

local applyFound

-- What was done is remembered.
local function remember(sync, book, applier)
    for name, acks in pairs(applier.acks) do
        for _, part in ipairs({ "applied", "deleted" }) do
            for _, ack in ipairs(acks[part]) do table.insert(Applying.acksOf(book.record, name)[part], ack) end
        end
    end
    Applying.remember(sync, book.key, book.record, book.notes, book)
    sync.aside:save(book.key, applier.aside)
end

-- The server hears at once what became of it, and sends more if it has more.
local function report(sync, book, applier)
    if sync:remember(book, { send = true }) then sync:request({}) end
    Searching.begin(sync, book, applier.wanted, function(found) applyFound(sync, book, found) end)
end

-- All that follows once everything is in the list. Lost with a flat battery, an edit would pass for one the reader took back: it is on
-- the disk before the server hears of it. Writing a large sidecar, as KOReader does it, fills a slice by itself.
local function stepsAfter(sync, book, applier)
    local steps = {}
    local function add(step) steps[#steps + 1] = step end
    if applier.has_edited then
        add(function() book:markSidecar(sync.now()) end)
        add(function() book:flushSidecar() end)
    end
    add(function() remember(sync, book, applier) end)
    add(function() report(sync, book, applier) end)
    return steps
end

-- Runs one step after the other, between two page turns, while the book is open.
-- @param steps table Array of function, which returns true to be called again
local function inTurn(sync, book, steps)
    local next_step = 1
    local function slice()
        if sync.book ~= book then return end
        local started = os.clock()
        if not steps[next_step]() then next_step = next_step + 1 end
        if steps[next_step] then sync.schedule(math.max(SECONDS_BETWEEN_SLICES, 2 * (os.clock() - started)), sync.guarded(slice)) end
    end
    sync.schedule(SECONDS_BETWEEN_SLICES, sync.guarded(slice))
end

-- If the book is closed in between, the server offers again what it has heard nothing of.
local function runInSlices(sync, book, jobs)
    local next_job, applier = 1, applierOf(sync, book)
    local steps = {}
    steps[1] = function()
        local started = os.clock()
        repeat
            jobs[next_job](applier)
            next_job = next_job + 1
        until not jobs[next_job] or os.clock() - started > SLICE_SECONDS
        applier:announce()
        Rules.acknowledge(book.notes.entries, applier.acknowledged, applier.forgotten)
        applier.acknowledged, applier.forgotten = {}, {}
        if jobs[next_job] then return true end
        applier:finish()
        for _, step in ipairs(stepsAfter(sync, book, applier)) do steps[#steps + 1] = step end
        return false
    end
    inTurn(sync, book, steps)
end

-- What was searched for, as far as it waits still: the server may have sent another version meanwhile, or the reader made it himself.
applyFound = function(sync, book, found)
    local jobs = {}
    for i, one in ipairs(found) do
        local kept = one.kept
        jobs[i] = function(applier)
            if not Aside.isWaiting(asideOf(sync, book.key), kept) then return end
            place(sync, book, applier, kept.op, kept.item, kept.was_failed, one.answer)
        end
    end
    runInSlices(sync, book, jobs)
end

--- Applies an answer to the open book.
function Applying.toOpenBook(sync, book, data)
    local jobs = jobsOf(sync, book, data)
    if #jobs > 0 then runInSlices(sync, book, jobs) end
end

--- Applies what waited for the book to be opened; no network is needed for it.
function Applying.waiting(sync, book)
    if not book.notes or not sync.settings:get("two_way") then return 0 end
    local jobs = {}
    for i, kept in ipairs(Aside.waiting(asideOf(sync, book.key))) do
        jobs[i] = function(applier) place(sync, book, applier, kept.op, kept.item, kept.was_failed) end
    end
    if #jobs > 0 then runInSlices(sync, book, jobs) end
    return #jobs
end

-- What the server is to be sent again is what the ledger does not know.
local function forget(sync, key, book, identities)
    if #identities == 0 then return end
    local notes = book and book.key == key and book.notes or sync.ledger:notes(key, sync:accountId())
    for _, identity in ipairs(identities) do
        notes.entries[identity] = nil
    end
    sync.ledger:saveNotes(key, notes)
end

--- Tries all that failed once more: what is to be applied now or when its book is opened, what is to be sent with the next exchange.
-- @param book table|nil The open one
-- @return number items of the open book, number items of others
function Applying.retry(sync, book)
    local here, elsewhere = 0, 0
    for _, found in ipairs(sync.aside:all(sync:accountId())) do
        local count, identities = Aside.retry(found.aside)
        forget(sync, found.key, book, identities)
        sync.aside:save(found.key, found.aside)
        if book and book.key == found.key then here = here + count else elsewhere = elsewhere + count end
    end
    if here > 0 then Applying.waiting(sync, book) end
    return here, elsewhere
end

-- An xpointer that is not in the document breaks KOReader's sorting, and a PDF's boxes come from the page:
-- only an open document can check what is added or moved.
local function keepForOpening(aside, data, left)
    for _, section in ipairs({ data.annotations or {}, data.bookmarks or {} }) do
        if section.toApply and not section.more then
            Aside.keepOffered(aside, section == data.annotations and { add = section.toApply.add, edit = left }
                or { bookmark = section.toApply.add })
        end
    end
    local function keep(op, items)
        for _, item in ipairs(items or {}) do Aside.keep(aside, op, item) end
    end
    keep("add", data.annotations and data.annotations.toApply and data.annotations.toApply.add)
    keep("edit", left)
    keep("bookmark", data.bookmarks and data.bookmarks.toApply and data.bookmarks.toApply.add)
end

--- Applies an answer to a closed book: edits and deletions through its sidecar, the rest when it is opened.
-- @return boolean Whether the ledger changed
function Applying.toClosedBook(sync, key, file, data, notes, record)
    local result = sync.sidecar.apply(file, {
        annotations = data.annotations and data.annotations.toApply,
        bookmarks = data.bookmarks and data.bookmarks.toApply,
    })
    local aside = asideOf(sync, key)
    local to_apply = data.annotations and data.annotations.toApply or {}
    keepForOpening(aside, data, result and result.left or to_apply.edit or {})
    sync.aside:save(key, aside)
    if not result then return false end
    local has_any = false
    for _, name in ipairs({ "annotations", "bookmarks" }) do
        local part = result[name]
        Rules.acknowledge(notes.entries, part.acknowledged, part.forgotten)
        if #part.applied > 0 or #part.deleted > 0 then
            local acks = Applying.acksOf(record, name)
            for _, ack in ipairs(part.applied) do table.insert(acks.applied, ack) end
            for _, ack in ipairs(part.deleted) do table.insert(acks.deleted, ack) end
            has_any = true
        end
    end
    return has_any
end

return Applying
