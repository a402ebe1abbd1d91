--- Sync all books: KOReader's history, a few books at a time. It can be stopped, and goes on where it stopped.

local Failure = require("bookorbit/api/failure")
local Receiver = require("bookorbit/sync/receiver")
local Wire = require("bookorbit/api/wire")

local Sweep = {}
Sweep.__index = Sweep

local BOOKS_PER_SESSION = 4
local SESSION_SECONDS = 300
local WAIT_FOR_CHILD_SECONDS = 2
local RESUMABLE_SECONDS = 86400

--- @param sync table See book_sync.lua
-- @param parts table { files = function returning array of { key, file }, session = function(plan) for the child process }
function Sweep.new(sync, parts)
    return setmetatable({ sync = sync, parts = parts, is_running = false }, Sweep)
end

local function noCounts()
    return { matched = 0, unmatched = 0, missing = 0, refused = 0, pageStats = 0, highlights = 0 }
end

-- What an earlier run has done, if it was stopped today.
function Sweep:resumed()
    local saved = self.sync.settings:get("sweep")
    local age = type(saved) == "table" and saved.account == self.sync:accountId() and self.sync.now() - saved.at
    if not age or age < 0 or age > RESUMABLE_SECONDS then return {}, noCounts() end
    return saved.done, saved.counts
end

--- @param on_progress function(done, total)
-- @param on_end function({ counts, failure?, isCancelled })
-- @return boolean false when one runs already
function Sweep:start(on_progress, on_end)
    if self.is_running then return false end
    self.is_running, self.is_cancelled = true, false
    self.done, self.counts = self:resumed()
    self.on_progress, self.on_end = on_progress, on_end
    self.queue, self.total, self.skipped = {}, 0, 0
    local open_key = self.sync.book and self.sync.book.key
    for _, book in ipairs(self.parts.files()) do
        self.total = self.total + 1
        if self.done[book.key] or book.key == open_key then
            self.skipped = self.skipped + 1
        else
            table.insert(self.queue, book)
        end
    end
    self.position = 0
    self.sync.standby.hold()
    self:step()
    return true
end

--- What was done stays done, and the next run goes on from there.
function Sweep:cancel()
    if not self.is_running or self.is_cancelled then return end
    self.is_cancelled = true
    if self.has_child then self.sync.child:interrupt() else self:finish(nil) end
end

function Sweep:progress()
    return self.skipped + self.position, self.total
end

function Sweep:step()
    if not self.is_running then return end
    if self.is_cancelled then
        self:finish(nil)
        return
    end
    self.on_progress(self:progress())
    if self.sync.child:isBusy() then
        self.sync.schedule(WAIT_FOR_CHILD_SECONDS, self.sync.guarded(function() self:step() end))
        return
    end
    local books = {}
    for i = self.position + 1, math.min(self.position + BOOKS_PER_SESSION, #self.queue) do
        books[#books + 1] = self.queue[i]
    end
    local plan = {
        books = books, account = self.sync.settings:account(), accountId = self.sync:accountId(),
        oneCall = self.sync:serverCan("oneCallSync"), gzip = self.sync:serverCan("gzipRequests"),
        receive = self.sync.settings:get("two_way") and true or false,
        skip = self.sync.unsupported,
    }
    if #books == 0 then
        plan.last = {
            booksMatched = self.counts.matched, pageStatsUploaded = self.counts.pageStats, annotationsUpserted = self.counts.highlights,
        }
    end
    local started, failure = self.sync.child:start(self.parts.session(plan), SESSION_SECONDS, function(text, child_failure)
        self.has_child = false
        self:received(plan, text, child_failure)
    end)
    self.has_child = started == true
    if not started then self:finish(failure) end
end

function Sweep:received(plan, text, child_failure)
    if child_failure and child_failure.kind == "interrupted" then
        self:finish(not self.is_cancelled and child_failure or nil)
        return
    end
    local result = text and Wire.decode(text)
    if type(result) ~= "table" then
        self:finish(child_failure or Failure.device("no answer from the child"))
        return
    end
    if plan.accountId ~= self.sync:accountId() then
        self:finish(Failure.interrupted())
        return
    end
    self.sync.clock_skew = result.clockSkew or self.sync.clock_skew
    self.sync:noteLog(result.log)
    for _, item in ipairs(result.swept) do
        self:take(item)
    end
    if result.failure then
        self:finish(result.failure)
    elseif plan.last then
        self.is_complete = true
        self:finish(nil)
    else
        self.position = self.position + #plan.books
        self:step()
    end
end

-- One book's outcome: remembered like that of an open one.
function Sweep:take(item)
    local sync, counts = self.sync, self.counts
    local is_first = not self.done[item.key]
    self.done[item.key] = true
    if item.outcome == "sent" then
        local record = sync:recordOf(item.key)
        record.identity = item.identity or record.identity
        if item.progress then record.pushed = item.progress end
        sync.ledger:save(item.key, record)
        if is_first then counts.matched = counts.matched + 1 end
        if item.data then
            local received = Receiver.receive(sync, item.key, item.data, item.sent)
            counts.pageStats = counts.pageStats + (received.statsAccepted or 0)
            if item.data.annotations and item.sent.notes then
                counts.highlights = counts.highlights + #item.sent.notes.changes
            end
        end
    elseif item.outcome == "refused" then
        counts.refused = counts.refused + 1
        sync:noteFailure({ kind = "refused", message = item.reason }, item.file:match("[^/]+$"))
    elseif is_first then
        local name = item.outcome == "unmatched" and "unmatched" or "missing"
        counts[name] = counts[name] + 1
    end
end

function Sweep:finish(failure)
    self.is_running = false
    self.sync.standby.release()
    if self.is_complete then
        self.sync.settings:set("sweep", nil)
        self.sync.settings:set("last_sweep", self.sync.now())
    else
        self.sync.settings:set("sweep",
            { at = self.sync.now(), account = self.sync:accountId(), done = self.done, counts = self.counts })
    end
    self.is_complete = false
    if failure and failure.kind ~= "interrupted" then self.sync:noteFailure(failure) end
    self.sync.settings:flush()
    self.on_end({ counts = self.counts, failure = failure, isCancelled = self.is_cancelled })
    self.sync:run() -- what was asked for meanwhile
end

return Sweep
