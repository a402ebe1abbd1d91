--- Sync all books: KOReader's history, sidecars and statistics, a few books per child process. It can be stopped, and goes on where it
-- stopped, even after a flat battery: what is done is in a file (store/sweep_log.lua).

local Failure = require("bookorbit/api/failure")
local Plan = require("bookorbit/sync/plan")
local Receiver = require("bookorbit/sync/receiver")
local Wire = require("bookorbit/api/wire")

local Sweep = {}
Sweep.__index = Sweep

local BOOKS_PER_SESSION = 5
local STATISTICS_PER_SESSION = 100 -- one request tells which of them the libraries have
local SESSION_SECONDS = 300
local WAIT_FOR_CHILD_SECONDS = 2
-- What came back is remembered between two page turns.
local SLICE_SECONDS = 0.006
local SECONDS_BETWEEN_SLICES = 0.05

--- @param sync table See book_sync.lua
-- @param parts table { files = function returning array of { key, file } of the history, key = function(path),
--   log = see store/sweep_log.lua, session = function(plan) for the child process }
function Sweep.new(sync, parts)
    return setmetatable({ sync = sync, parts = parts, is_running = false, total = 0 }, Sweep)
end

--- @param on_progress function(done, total); total is 0 while the books are looked for
-- @param on_end function({ counts, failure?, isCancelled, isInterrupted })
-- @return boolean false when one runs already
function Sweep:start(on_progress, on_end)
    if self.is_running then return false end
    self.is_running, self.is_cancelled, self.is_interrupted, self.is_complete = true, false, false, false
    self.on_progress, self.on_end = on_progress, on_end
    self.log = self.parts.log.open(self.sync:accountId(), self.sync.now())
    self.books, self.statistics, self.total = nil, nil, 0
    self.sync:resume() -- who asks by hand is awake, whatever became of the Resume event
    self.sync.standby.hold()
    self:step()
    return true
end

--- What was done stays done, and the next run goes on from there.
function Sweep:cancel()
    if not self.is_running or self.is_cancelled then return end
    self.is_cancelled = true
    if self.is_taking then return end -- what was sent is remembered first
    if self.has_child then self.sync.child:interrupt() else self:finish(nil) end
end

--- The device goes to sleep, or the plugin is switched off: no window stays, and nothing is begun any more.
function Sweep:interrupt()
    if not self.is_running then return end
    self.is_interrupted = true
    if self.has_child then
        self.sync.child:interrupt()
    elseif self.is_taking then -- what was sent is remembered, now or after the device has slept
        self:tellEnd(Failure.interrupted())
    else
        self:finish(Failure.interrupted())
    end
end

function Sweep:progress()
    local left = #(self.books or {}) + #(self.statistics or {})
    return math.max(0, self.total - left), self.total
end

local function isNotDone(log, key)
    return log.done[key] == nil
end

-- The queue: what the history names first, then what only sidecars tell of.
local function queueOf(self, found)
    local queue, seen = {}, {}
    local open_key = self.sync.book and self.sync.book.key
    local function add(book)
        if seen[book.key] then return end
        seen[book.key] = true
        self.total = self.total + 1
        if book.key ~= open_key and isNotDone(self.log, book.key) then table.insert(queue, book) end
    end
    for _, book in ipairs(self.parts.files()) do add(book) end
    for _, file in ipairs(found.files or {}) do add({ key = self.parts.key(file), file = file }) end
    return queue
end

-- Those the statistics know and no file stood for.
local function statisticsOf(self, found)
    local hashes = {}
    for hash in pairs(self.log.hashes) do hashes[hash] = true end
    local identity = self.sync.book and self.sync.book:identity()
    if identity then hashes[identity.hash] = true end
    local list = {}
    for _, book in ipairs(found.statistics or {}) do
        book.key = self.parts.key("statistics/" .. book.hash)
        if not hashes[book.hash] then
            self.total = self.total + 1
            if isNotDone(self.log, book.key) then table.insert(list, book) end
        end
    end
    return list
end

local function firstOf(list, count)
    local first = {}
    for i = 1, math.min(count, #list) do first[i] = list[i] end
    return first
end

function Sweep:plan()
    local plan = {
        account = self.sync.settings:account(), accountId = self.sync:accountId(), skip = self.sync.unsupported,
        oneCall = self.sync:serverCan("oneCallSync"), gzip = self.sync:serverCan("gzipRequests"),
        receive = self.sync.settings:get("two_way") and true or false,
    }
    if not self.books then
        plan.gather, plan.version = Wire.array(), Plan.versionIsDue(self.sync, true) ~= nil
        for i, book in ipairs(self.parts.files()) do plan.gather[i] = book.file end
    elseif #self.books > 0 then
        plan.books = firstOf(self.books, BOOKS_PER_SESSION)
    else
        self.statistics = self.statistics or statisticsOf(self, self.found)
        if #self.statistics > 0 then
            plan.statistics = firstOf(self.statistics, STATISTICS_PER_SESSION)
        else
            local counts = self.log.counts
            plan.last = { booksMatched = counts.matched, pageStatsUploaded = counts.pageStats, annotationsUpserted = counts.highlights }
        end
    end
    return plan
end

function Sweep:step()
    if not self.is_running then return end
    if self.is_cancelled or self.is_interrupted then
        self:finish(self.is_interrupted and Failure.interrupted() or nil)
        return
    end
    if self.sync.child:isBusy() then
        local run = self.log
        self.sync.schedule(WAIT_FOR_CHILD_SECONDS, self.sync.guarded(function()
            if self.log == run then self:step() end -- and not into one begun since
        end))
        return
    end
    local plan = self:plan()
    self.on_progress(self:progress())
    local started, failure = self.sync.child:start(self.parts.session(plan), SESSION_SECONDS, function(text, child_failure)
        self.has_child = false
        self:received(plan, text, child_failure)
    end)
    self.has_child = started == true
    if not started then self:finish(failure) end
end

local function withoutDone(log, list)
    local left = {}
    for _, book in ipairs(list) do
        if isNotDone(log, book.key) then table.insert(left, book) end
    end
    return left
end

function Sweep:received(plan, text, child_failure)
    if child_failure and child_failure.kind == "interrupted" then
        self.is_interrupted = not self.is_cancelled
        self:finish(self.is_interrupted and child_failure or nil)
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
    self:takeAll(result.swept, function() self:goOn(plan, result) end)
end

-- A session brings up to a hundred books: they are taken a few at a time.
function Sweep:takeAll(swept, on_taken)
    local next_item = 1
    self.is_taking = true
    local function slice()
        local started = os.clock()
        while swept[next_item] and os.clock() - started < SLICE_SECONDS do
            self.sync.guarded(function() self:take(swept[next_item]) end)()
            next_item = next_item + 1
        end
        self.log:flush()
        if swept[next_item] then
            self.sync.schedule(SECONDS_BETWEEN_SLICES, self.sync.guarded(slice))
        else
            self.is_taking = false
            on_taken()
        end
    end
    if #swept > 0 then
        self.sync.schedule(SECONDS_BETWEEN_SLICES, self.sync.guarded(slice))
    else
        slice()
    end
end

function Sweep:goOn(plan, result)
    if result.version then Plan.learnServer(self.sync, result.version) end
    if result.failure then
        Plan.noteFailure(self.sync, plan, result.failure)
        self:finish(result.failure)
    elseif plan.last then
        self.is_complete = true
        self:finish(nil)
    elseif plan.gather then
        self.found = result.found or {}
        self.books = queueOf(self, self.found)
        self:step()
    elseif #result.swept == 0 then
        self:finish(Failure.fromNetworkError("timeout"))
    else
        self.books = withoutDone(self.log, self.books)
        self.statistics = self.statistics and withoutDone(self.log, self.statistics)
        self:step()
    end
end

-- One book's outcome: remembered like that of an open one.
function Sweep:take(item)
    local sync = self.sync
    local line = { key = item.key, hash = item.hash, recorded = item.recorded, outcome = item.outcome,
        pageStats = 0, highlights = 0, oldNotes = 0 }
    if item.isStatistics then line.outcome = item.outcome == "sent" and "statistics" or item.outcome end
    local is_partial = item.isPartial == true
    if item.outcome == "sent" then
        local record = sync:recordOf(item.key)
        record.identity = item.identity or record.identity
        if item.progress then record.pushed = item.progress end
        self:noteMatch(record, item)
        sync.ledger:save(item.key, record)
        line.oldNotes = item.hasOldNotes and 1 or 0
        if item.data then
            local received = Receiver.receive(sync, item.key, item.data, item.sent)
            line.pageStats = received.statsAccepted or 0
            if item.data.annotations and item.sent.notes then line.highlights = #item.sent.notes.changes end
            is_partial = is_partial or received.hasMore -- page stats that the next session goes on with
        end
    elseif item.outcome == "unmatched" and item.identity then
        local record = sync:recordOf(item.key)
        record.identity = item.identity -- the file need not be read again
        self:noteMatch(record, item)
        sync.ledger:save(item.key, record)
    elseif item.outcome == "refused" then
        sync:noteFailure({ kind = "refused", message = item.reason }, item.title or tostring(item.file):match("[^/]+$"))
    end
    self.log:add(line, is_partial)
end

function Sweep:noteMatch(record, item)
    if not item.match then return end
    record.match = item.match
    record.match.hash, record.match.checkedAt = item.hash, self.sync.now()
end

function Sweep:finish(failure)
    self.is_running = false
    self.sync.standby.release()
    local counts = self.log.counts
    if self.is_complete then
        self.log:remove()
        self.sync.settings:set("last_sweep", self.sync.now())
        if counts.refused == 0 then self.sync.settings:set("last_failure", nil) end
    end
    if failure and failure.kind ~= "interrupted" then self.sync:noteFailure(failure) end
    self.sync.settings:flush()
    self:tellEnd(failure)
    self.sync:run() -- what was asked for meanwhile
end

-- Once, whatever comes after.
function Sweep:tellEnd(failure)
    local on_end = self.on_end
    self.on_end = function() end
    on_end({
        counts = self.log.counts, failure = failure, isCancelled = self.is_cancelled,
        isInterrupted = failure ~= nil and failure.kind == "interrupted",
    })
end

return Sweep
