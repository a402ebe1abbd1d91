--- Searches of the open document, each in the one child process there is: the network goes first, and what is not found in time waits.
-- `sync.may_interrupt` is the book of a search that may be interrupted for something more urgent.
-- What has to be searched for is kept aside (sync/aside.lua); an answer is for what still waits there when it comes.

local Aside = require("bookorbit/sync/aside")
local Wire = require("bookorbit/api/wire")

local Searching = {}

-- More than a search may take by itself (document/place_search.lua): it runs with the lowest priority.
local DEADLINE_SECONDS = 60
-- The reader waits for the place, or reads on.
local PLACE_DEADLINE_SECONDS = 20
local SECONDS_UNTIL_LOOK = 5
local MOST_AT_ONCE = 20
-- A search that never ends, for the device always goes to sleep meanwhile or memory runs out, is not begun at every opening.
local MOST_TRIES = 4

--- Whether something kept aside may be searched for once more.
function Searching.mayTry(kept)
    return (kept.searches or 0) < MOST_TRIES
end

local function asideOf(sync, book)
    return sync.aside:get(book.key, sync:accountId())
end

-- What was tried least goes first, so that one that never ends does not keep back the others.
local function pick(sync, book)
    local aside, list = asideOf(sync, book), {}
    for i, kept in ipairs(book.search.waiting) do
        if Aside.isWaiting(aside, kept) and Searching.mayTry(kept) then list[#list + 1] = { kept = kept, order = i } end
    end
    table.sort(list, function(a, b)
        local tried_a, tried_b = a.kept.searches or 0, b.kept.searches or 0
        if tried_a ~= tried_b then return tried_a < tried_b end
        return a.order < b.order
    end)
    local picked = {}
    for i = 1, math.min(#list, MOST_AT_ONCE) do picked[i] = list[i].kept end
    return picked
end

local function drop(book, kept)
    for i = #book.search.waiting, 1, -1 do
        if book.search.waiting[i] == kept then table.remove(book.search.waiting, i) end
    end
end

--- Goes on in a moment: what else begins now goes first.
function Searching.soon(sync, book)
    local search = book.search
    if not search or search.is_due then return end
    search.is_due = true
    sync.schedule(SECONDS_UNTIL_LOOK, sync.guarded(function()
        search.is_due = nil
        Searching.goOn(sync, book)
    end))
end

-- Counted before it is known how it ends: the battery may die of it.
local function count(sync, book, kept)
    local aside = asideOf(sync, book)
    kept.searches, aside.has_changed = (kept.searches or 0) + 1, true
    sync.aside:save(book.key, aside)
end

local function answersOf(text)
    local result = text and Wire.decode(text)
    return type(result) == "table" and type(result.answers) == "table" and result.answers or {}
end

local function finish(sync, book, picked, text, failure)
    sync.may_interrupt = nil
    local found = {}
    for i, answer in ipairs(answersOf(text)) do
        found[i] = { kept = picked[i], answer = answer }
        drop(book, picked[i])
    end
    if failure and failure.kind ~= "interrupted" then drop(book, picked[1]) end -- not again while the book is open
    if sync.book == book and book.notes and #found > 0 then book.search.apply(found) end
    sync:run()
    Searching.soon(sync, book)
end

--- Goes on with what waits, once no other child process runs.
function Searching.goOn(sync, book)
    local search = book.search
    if not search or sync.book ~= book or sync.is_stopped or sync.is_suspended then return end
    local picked = pick(sync, book)
    if #picked == 0 then return end
    if sync.child:isBusy() then
        Searching.soon(sync, book)
        return
    end
    local questions = {}
    for i, kept in ipairs(picked) do questions[i] = { highlight = kept.item } end
    local started = sync.child:start(book:searchTask(questions), DEADLINE_SECONDS, function(text, failure)
        finish(sync, book, picked, text, failure)
    end)
    -- No memory for a child process: all of it waits for the next opening, or for the server to offer it again.
    if not started then return end
    sync.may_interrupt = book
    count(sync, book, picked[1])
end

--- Has what was kept aside searched for.
-- @param kepts table Array of what `Aside.keep` returned
-- @param apply function(array of { kept, answer = see document/place_search.lua })
function Searching.begin(sync, book, kepts, apply)
    if #kepts == 0 then return end
    local search = book.search or { waiting = {} }
    -- What is kept aside is held, or it would be read anew, and none of it be what waits here.
    book.search, search.apply, search.aside = search, apply, asideOf(sync, book)
    for _, kept in ipairs(kepts) do
        drop(book, kept)
        table.insert(search.waiting, kept)
    end
    Searching.goOn(sync, book)
end

-- What came of searching for these words before: the next opening may ask for the same place.
local function known(book, place)
    local searched = book.record.searched
    if searched and searched.words == place.textAfter and searched.readAt == place.readAt then return searched end
    searched = { words = place.textAfter, readAt = place.readAt, tries = 0 }
    book.record.searched = searched
    return searched
end

--- Has the words of a place searched for.
-- @param is_manual boolean|nil Somebody waits for it
-- @param on_done function(answer, is_interrupted) At once, and with an empty answer, when it is known or cannot be
function Searching.place(sync, book, place, is_manual, on_done)
    local searched = known(book, place)
    if searched.isDone or searched.tries >= MOST_TRIES then
        on_done({ found = searched.found })
        return
    end
    local started = sync.child:start(book:searchTask({ { place = place } }), PLACE_DEADLINE_SECONDS, function(text, failure)
        sync.may_interrupt = nil
        local answer = answersOf(text)[1]
        if answer then
            searched.isDone, searched.found = true, answer.found
            sync.ledger:save(book.key, book.record)
        end
        on_done(answer or {}, failure ~= nil and failure.kind == "interrupted")
    end)
    if not started then
        on_done({})
        return
    end
    sync.may_interrupt = not is_manual and book or nil
    searched.tries = searched.tries + 1
    sync.ledger:save(book.key, book.record)
end

return Searching
