--- What a finished exchange changes: the ledger, the outbox, and maybe the page on the screen.

local Failure = require("bookorbit/api/failure")
local Progress = require("bookorbit/sync/progress")
local Receiver = require("bookorbit/sync/receiver")
local Searching = require("bookorbit/sync/searching")

local Outcome = {}

local function applyBook(sync, plan, result, outcome)
    local record = sync:recordOf(plan.book.key)
    local identity = result.identity or plan.book.identity
    if result.identity then record.identity = result.identity end
    if result.match and identity then
        record.match = result.match
        record.match.hash = identity.hash
        record.match.checkedAt = sync.now()
    end
    if result.identity or result.match then sync.ledger:save(plan.book.key, record) end
    outcome.isMatched = record.match and record.match.isMatched
    outcome.isUnreadable = identity == nil
end

local function applySent(sync, plan, sent, outcome)
    local entry
    for _, waiting in ipairs(plan.entries) do
        if waiting.key == sent.key then entry = waiting.entry end
    end
    local record = sync:recordOf(sent.key)
    -- An open book's own mark is at least as new.
    if not sync.book or sync.book.key ~= sent.key then record.mark = entry.mark or record.mark end
    if sent.outcome == "sent" and entry.progress then
        record.pushed = entry.progress
        if not record.read or (record.read.readAt or 0) <= (entry.progress.readAt or 0) then record.read = entry.progress end
    end
    if entry.mark or entry.progress then sync.ledger:save(sent.key, record) end
    local left_over = entry.notes and entry.notes.arriving
    if left_over then sync.ledger:addArriving(sent.key, sync:accountId(), left_over) end
    sync.outbox:remove(sent.key, sent.number)
    if sent.outcome == "sent" then
        if plan.book and sent.key == plan.book.key then outcome.isPushed = true end
    elseif sent.outcome == "refused" then
        outcome.refusal = sent.reason or ""
        sync:noteFailure({ kind = "refused", message = sent.reason }, entry.file:match("[^/]+$"))
    end
end

-- Highlights, status and page stats of every book that was spoken of.
local function applyBooks(sync, plan, books, outcome)
    local sent_by_key = {}
    for _, waiting in ipairs(plan.entries) do
        sent_by_key[waiting.key] = waiting.entry
    end
    for key, data in pairs(books) do
        local sent = sent_by_key[key] or { file = plan.book and plan.book.key == key and plan.book.file or nil }
        local received = Receiver.receive(sync, key, data, sent)
        outcome.hasMore = outcome.hasMore or received.hasMore
    end
end

-- A time of the server as this device's clock would have shown it.
local function byOurClock(sync, server_time)
    return server_time and server_time - (sync.clock_skew or 0)
end

local function move(sync, book, remote)
    local quality = book:go(remote, byOurClock(sync, remote.readAt))
    sync.ledger:save(book.key, book.record)
    sync.notice.moved(remote, quality)
end

local function factsOf(sync, plan, book, remote)
    return {
        here = book:here(),
        remote = remote,
        is_shown = false,
        device_id = sync.deviceId,
        clock_skew = sync.clock_skew,
        answered = book.record.answered,
        pushed = book.record.pushed,
        manual = plan.wish.manual,
        choices = { newer = sync.settings:get("newer"), older = sync.settings:get("older") },
    }
end

local function ask(sync, book, remote, decision)
    sync.notice.ask({
        place = remote,
        direction = decision.direction,
        readAt = byOurClock(sync, remote.readAt),
        yes = function()
            if sync.book == book then move(sync, book, remote) end
        end,
        no = function()
            book.record.answered = remote
            sync.ledger:save(book.key, book.record)
        end,
    })
end

-- The place in the document is known as well as it will be; the reader may have read on meanwhile.
local function settle(sync, plan, book, remote, outcome)
    local facts = factsOf(sync, plan, book, remote)
    facts.is_shown = book:isShown(remote)
    local decision = Progress.decidePull(facts)
    outcome.pull = decision
    if decision.action == "go" then
        move(sync, book, remote)
    elseif decision.action == "ask" then
        ask(sync, book, remote, decision)
    end
end

-- Its words stand elsewhere than its pointer says. Without them the percentage has to do.
local function search(sync, plan, book, remote, outcome)
    outcome.place = function(on_done)
        Searching.place(sync, book, remote, plan.wish.manual, function(answer, is_interrupted)
            if is_interrupted then
                sync.pulled, sync.pull_due = nil, book.key
                outcome.failure = Failure.interrupted()
            elseif sync.book == book then
                book:resolve(remote, answer)
                settle(sync, plan, book, remote, outcome)
            end
            on_done()
        end)
    end
end

local function receive(sync, plan, remote, outcome)
    local book = sync.book
    -- The reader went on to another book meanwhile.
    if not book or book.key ~= plan.book.key then return end
    sync.pulled = { book = book, at = sync.now() }
    local decision = Progress.decidePull(factsOf(sync, plan, book, remote))
    local is_wanted = decision.action ~= "stay"
    outcome.pull = decision
    -- Finding the place in the document may take a moment: not for this device's own place at every opening.
    if not remote.percentage or not (is_wanted or plan.wish.manual) then return end
    if book:resolve(remote, not is_wanted and {} or nil) then
        search(sync, plan, book, remote, outcome)
    else
        settle(sync, plan, book, remote, outcome)
    end
end

--- @param sync table The BookSync whose books and collaborators are used
-- @param plan table What was asked for
-- @param result table What the child process brought back (see exchange.lua)
-- @return table What a person may be told: { isMatched?, isPushed?, isUnreadable?, refusal?, pull?, account?, version?, origin?,
--   plainOrigin? }; and `place` = function(on_done) when the newest place has to be searched for before that can be told
function Outcome.apply(sync, plan, result)
    local outcome = { account = result.account, version = result.version, plainOrigin = result.plainOrigin }
    sync.clock_skew = result.clockSkew or sync.clock_skew
    sync:noteLog(result.log)
    if not plan.wish.account and result.origin then sync.settings:changeOrigin(result.origin) end
    outcome.origin = result.origin
    if plan.book then applyBook(sync, plan, result, outcome) end
    for _, sent in ipairs(result.sent or {}) do
        applySent(sync, plan, sent, outcome)
    end
    for section in pairs(result.unsupported or {}) do
        sync.unsupported[section] = true
    end
    applyBooks(sync, plan, result.books or {}, outcome)
    if result.remote then
        sync.pull_due = nil
        receive(sync, plan, result.remote, outcome)
    end
    return outcome
end

return Outcome
