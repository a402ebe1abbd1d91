--- Collect, exchange, apply, remember: the one place where work for the network is begun and its outcome is used.
-- It lives as long as KOReader runs; books come and go. Collaborators are injected.

local Backoff = require("bookorbit/sync/backoff")
local Failure = require("bookorbit/api/failure")
local News = require("bookorbit/sync/news")
local Outcome = require("bookorbit/sync/outcome")
local Plan = require("bookorbit/sync/plan")
local Searching = require("bookorbit/sync/searching")
local Wire = require("bookorbit/api/wire")

local BookSync = {}
BookSync.__index = BookSync

-- Name look-up alone may take half a minute on bad Wi-Fi, and a session makes up to three requests.
local DEADLINE_SECONDS = 90
local LONGEST_LOG = 30
local SECONDS_BETWEEN_SLICES = 0.05
local SECONDS_AFTER_CLOSE = 1

local function tell(wish, outcome)
    for _, callback in ipairs(wish.callbacks) do
        callback(outcome)
    end
end

--- @param parts table {
--   settings, outbox, ledger, aside = see store/aside_files.lua, child, network (see their modules), now = function,
--   schedule = function(seconds, f), unschedule = function(f),
--   session = function(plan) returning a function for the child process that returns JSON, deviceId, pluginVersion,
--   guarded = function(f) returning f with its errors caught, sidecar = see document/sidecar.lua,
--   standby = { hold, release }, notice = { ask = function(question), moved = function(place) } }
function BookSync.new(parts)
    local sync = setmetatable(parts, BookSync)
    sync.backoff = Backoff.new()
    sync.log = {}
    sync.may_interrupt = nil -- see sync/searching.lua
    sync.unsupported = {} -- routes this server does not know, by name
    sync.retry = function()
        sync:request({ pull = sync:isPullDue() })
    end
    return sync
end

function BookSync:owner()
    local account = self.settings:account()
    return account and account.username
end

--- Names server and account, for agreements that hold with them only.
function BookSync:accountId()
    local account = self.settings:account()
    return account and account.origin .. " " .. account.username or ""
end

--- Whether automatic syncing is on and allowed.
function BookSync:isAutomatic()
    return self.settings:get("auto_sync") and self.settings:account() ~= nil and not self.network.blocksAutoSync()
end

function BookSync:attach(book)
    self.book = book
    self:rememberForgotten(book)
end

--- What the sidecar lost must not pass for deleted once the sidecar bears a new mark: the disk forgets it before.
function BookSync:rememberForgotten(book)
    if not book.forgotten then return end
    self.ledger:save(book.key, book.record, true)
    if not book.notes.isNew and not self.ledger:saveNotes(book.key, book.notes) then return end
    self.ledger:dropArriving(book.key, self:accountId(), book.forgotten)
    book.forgotten = nil
end

function BookSync:detach(book)
    if self.book == book then self.book = nil end
    -- Nobody waits for a search of a closed book; but what comes after it must not begin within the close.
    if self.may_interrupt ~= book then return end
    self.schedule(SECONDS_AFTER_CLOSE, self.guarded(function()
        if self.may_interrupt == book then self.child:interrupt() end
    end))
end

function BookSync:recordOf(key)
    if self.book and self.book.key == key then return self.book.record end
    return self.ledger:get(key, self:accountId())
end

--- Writes down where the reader is, and what changed: see sync/news.lua.
-- @return boolean Whether something waits to be sent for this book
function BookSync:remember(book, options)
    return News.remember(self, book, options)
end

function BookSync:saveRecord(book)
    book.has_new_mark = false
    self.ledger:save(book.key, book.record)
end

--- Asks for work; what is asked for meanwhile is done together.
-- @param wish table { pull, manual = somebody waits for the answer, account = log in with it, version,
--   on_done = function(outcome) }
function BookSync:request(wish)
    self.wish = self.wish or { callbacks = {} }
    local merged = self.wish
    for _, name in ipairs({ "pull", "manual", "version" }) do
        merged[name] = merged[name] or wish[name]
    end
    merged.account = wish.account or merged.account
    -- Who asks by hand is awake, whatever became of the Resume event.
    if wish.manual then self.is_suspended = false end
    if wish.on_done then table.insert(merged.callbacks, wish.on_done) end
    -- A search can be done again; what comes by itself waits for its end.
    if wish.manual and self.may_interrupt then self.child:interrupt() end
    self:run()
end

--- A link came up. What failed for want of one may be tried at once.
function BookSync:networkConnected()
    self.backoff:networkChanged()
    self:request({ pull = self:isAutomatic() })
end

--- The device goes to sleep: the network is gone already, and a child would wake up with a dead socket.
function BookSync:suspend()
    self.is_suspended = true
    self.child:interrupt()
end

function BookSync:resume()
    local was_suspended = self.is_suspended
    self.is_suspended = false
    if was_suspended and self.book then Searching.soon(self, self.book) end
end

--- Another account or none: what failed or was agreed on before says nothing now.
function BookSync:accountChanged()
    self.backoff:succeeded()
    self.pull_due = nil
    self.unsupported = {}
    if self.book then
        local key, account = self.book.key, self:accountId()
        self.book.record = self.ledger:get(key, account)
        self.book:changeNotes(self.ledger:notes(key, account), { arriving = self.ledger:arriving(key, account) })
        self:rememberForgotten(self.book)
    end
    self:scheduleRetry()
end

--- The plugin is switched off: nothing is written or sent any more in this run of KOReader.
function BookSync:stop()
    self.is_stopped = true
    self.unschedule(self.retry)
    self.child:interrupt()
end

function BookSync:serverCan(capability)
    return Plan.serverCan(self, capability)
end

function BookSync:run()
    if self.is_stopped or self.is_suspended or self.child:isBusy() or not self.wish then return end
    local wish = self.wish
    self.wish = nil
    if not wish.account and not self.settings:account() then
        tell(wish, { failure = { kind = "no_account" } })
        return
    end
    local plan, is_online = Plan.make(self, wish)
    if not plan or (wish.manual and not plan.isOnline) then
        local failure = not is_online and Failure.fromNetworkError("network unreachable") or nil
        tell(wish, { failure = failure })
        self:scheduleRetry()
        return
    end
    local started, failure = self.child:start(self.session(plan), DEADLINE_SECONDS, function(text, child_failure)
        self:finish(plan, text, child_failure)
    end)
    if not started then
        self:fail(plan, failure)
        return
    end
    if wish.manual then
        plan.holds_standby = true
        self.standby.hold()
    end
end

function BookSync:finish(plan, text, failure)
    if plan.holds_standby then self.standby.release() end
    if failure and failure.kind == "interrupted" then
        -- Nothing is lost: what was to be sent is in the outbox, and resuming asks for the newest place.
        tell(plan.wish, { failure = failure })
        return
    end
    if plan.accountId ~= self:accountId() then
        -- Somebody else logged in meanwhile: what came of it is not theirs.
        tell(plan.wish, { failure = Failure.interrupted() })
        self:run()
        return
    end
    local result = text and Wire.decode(text)
    if type(result) ~= "table" then
        self:fail(plan, failure or Failure.device("no answer from the child"))
        return
    end
    local outcome = Outcome.apply(self, plan, result)
    if result.failure then
        self:fail(plan, result.failure, outcome)
        return
    end
    if plan.isOnline then
        self.backoff:succeeded()
        if not plan.wish.account then self.settings:note("last_sync", self.now(), self.now()) end
        if not outcome.refusal then self.settings:set("last_failure", nil) end
    end
    if outcome.version and not plan.wish.account then Plan.learnServer(self, outcome.version) end
    if outcome.hasMore then
        -- Large first exchanges go on by themselves, between two page turns.
        self.schedule(SECONDS_BETWEEN_SLICES, self.guarded(function() self:goOn(plan.wants.pull) end))
    end
    self:finishWith(plan, outcome)
end

-- The newest place may have to be searched for before anybody can be told.
function BookSync:finishWith(plan, outcome)
    local function done()
        tell(plan.wish, outcome)
        self:scheduleRetry()
        self:run()
    end
    if outcome.place then outcome.place(done) else done() end
end

function BookSync:goOn(pull)
    if self.book then self:remember(self.book, { send = true }) end
    if pull then self.pulled = nil end
    self:request({ pull = pull })
end

function BookSync:fail(plan, failure, outcome)
    outcome = outcome or {}
    outcome.failure = failure
    -- A log-in that failed says nothing about the account in use.
    if not plan.wish.account then
        self.backoff:failed(failure, self.now())
        self:noteFailure(failure)
        Plan.noteFailure(self, plan, failure)
    end
    if plan.wants.pull and plan.book then self.pull_due = plan.book.key end
    self:finishWith(plan, outcome)
end

--- Whether the open book's newest place was asked for in vain.
function BookSync:isPullDue()
    return self.book ~= nil and self.pull_due == self.book.key and self:isAutomatic()
end

--- When what failed is tried again by itself; nil when nothing waits for a time.
function BookSync:nextTry()
    local seconds = self.backoff:waitSeconds(self.now())
    return seconds > 0 and self.now() + seconds or nil
end

--- Keeps the last requests for the diagnostics, the newest first.
function BookSync:noteLog(log)
    for _, line in ipairs(log or {}) do
        table.insert(self.log, 1, line)
    end
    for i = #self.log, LONGEST_LOG + 1, -1 do
        self.log[i] = nil
    end
end

function BookSync:noteFailure(failure, title)
    self.settings:set("last_failure", {
        at = self.now(),
        kind = failure.kind,
        reason = failure.reason,
        status = failure.status,
        message = failure.message,
        title = title,
    })
end

--- While something waits and there is a link, the next try comes by itself. Without a link the network will tell.
function BookSync:scheduleRetry()
    self.unschedule(self.retry)
    local owner = self:owner()
    if self.is_suspended or not owner then return end
    if self.outbox:count(owner) == 0 and not self:isPullDue() then return end
    if not self.network.isConnected() then return end
    self.schedule(math.max(1, self.backoff:waitSeconds(self.now())), self.retry)
end

return BookSync
