--- Collect, exchange, apply, remember: the one place where work for the network is begun and its outcome is used.
-- It lives as long as KOReader runs; books come and go. Collaborators are injected.

local Backoff = require("bookorbit/sync/backoff")
local Failure = require("bookorbit/api/failure")
local Outcome = require("bookorbit/sync/outcome")
local Progress = require("bookorbit/sync/progress")
local Wire = require("bookorbit/api/wire")

local BookSync = {}
BookSync.__index = BookSync

-- Name look-up alone may take half a minute on bad Wi-Fi, and a session makes up to three requests.
local DEADLINE_SECONDS = 90
local MATCH_STANDS_SECONDS = 7 * 86400
local NO_MATCH_STANDS_SECONDS = 3600
local MOST_ENTRIES = 100
local VERSION_STANDS_SECONDS = 86400
local LONGEST_LOG = 30
-- Opening, resuming and connecting come in bursts.
local PULL_STANDS_SECONDS = 25

local function tell(wish, outcome)
    for _, callback in ipairs(wish.callbacks) do
        callback(outcome)
    end
end

--- @param parts table {
--   settings, outbox, ledger, child, network (see their modules), now = function,
--   schedule = function(seconds, f), unschedule = function(f),
--   session = function(plan) returning a function for the child process that returns JSON, deviceId,
--   guarded = function(f) returning f with its errors caught, sidecar = see document/sidecar.lua,
--   standby = { hold, release }, notice = { ask = function(question), moved = function(place) } }
function BookSync.new(parts)
    local sync = setmetatable(parts, BookSync)
    sync.backoff = Backoff.new()
    sync.log = {}
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
end

function BookSync:detach(book)
    if self.book == book then self.book = nil end
end

function BookSync:recordOf(key)
    if self.book and self.book.key == key then return self.book.record end
    return self.ledger:get(key, self:accountId())
end

--- Writes down where the reader is: one small file, no network.
-- @param options table { send = put it into the outbox if it is news, manual = the reader asked,
--   besidesPlace = all but the place, which opening a book does not make news,
--   readNow = the reader says this is the place, whenever it was read }
-- @return boolean Whether something waits to be sent for this book
function BookSync:remember(book, options)
    local here = not self.is_stopped and book:here()
    if not here then return false end
    if options.readNow then here.readAt = self.now() end
    local owner = self:owner()
    local waiting = self.outbox:get(book.key)
    local known = { pushed = waiting and waiting.progress or book.record.pushed, pulled = book.record.pulled }
    local had_seen = book.record.seen
    if options.send and owner then
        local is_news = not options.besidesPlace and Progress.isNews(here, known, options.manual)
        local news, has_more = self:newsOf(book, waiting)
        if is_news or has_more then
            local progress = is_news and here or waiting and waiting.progress or nil
            local number, reason = self.outbox:put(book.key, book:entry(owner, progress, news))
            if not number then self:noteFailure(Failure.device(reason)) end
            if book.has_new_mark then self:saveRecord(book) end
            return true
        end
    end
    local read = book.record.read
    if here.readAt and not (read and read.progress == here.progress and read.readAt == here.readAt) then
        book.record.read = here
        self:saveRecord(book)
    elseif book.has_new_mark or book.record.seen ~= had_seen then
        self:saveRecord(book)
    end
    return waiting ~= nil
end

function BookSync:saveRecord(book)
    book.has_new_mark = false
    self.ledger:save(book.key, book.record)
end

local function countAcks(acks)
    local count = 0
    for _, part in pairs(acks or {}) do
        count = count + #part.applied + #part.deleted
    end
    return count
end

-- What changed besides the place, and whether it is more than what waits already.
function BookSync:newsOf(book, waiting)
    waiting = waiting or {}
    local news = { notes = book:noteChanges(waiting), state = book:stateChanges(self.now()), acks = book.record.acks }
    local function differs(name, field)
        local now_value, before = news[name] and news[name][field], waiting[name] and waiting[name][field]
        return now_value ~= nil and now_value ~= before
    end
    local state, before = news.state, waiting.state
    local has_state = state ~= nil and not (before ~= nil and before.values.status == state.values.status
        and before.values.rating == state.values.rating and before.values.review == state.values.review)
    return news, differs("notes", "signature") or has_state or countAcks(news.acks) > countAcks(waiting.acks)
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
    self.is_suspended = false
end

--- Another account or none: what failed or was agreed on before says nothing now.
function BookSync:accountChanged()
    self.backoff:succeeded()
    self.pull_due = nil
    self.unsupported = {}
    if self.book then
        self.book.record = self.ledger:get(self.book.key, self:accountId())
        if self.book.notes then self.book:changeNotes(self.ledger:notes(self.book.key, self:accountId())) end
    end
    self:scheduleRetry()
end

--- The plugin is switched off: nothing is written or sent any more in this run of KOReader.
function BookSync:stop()
    self.is_stopped = true
    self.unschedule(self.retry)
    self.child:interrupt()
end

function BookSync:needsCheck(manual)
    local identity, match = self.book:identity(), self.book.record.match
    if not identity or not match or match.hash ~= identity.hash then return true end
    local age = self.now() - (match.checkedAt or 0)
    if age < 0 then return true end
    if match.isMatched then return age > MATCH_STANDS_SECONDS end
    return manual or age > NO_MATCH_STANDS_SECONDS
end

function BookSync:needsPull(wish)
    if not wish.pull or not self.book then return false end
    if wish.manual then return true end
    local moves = self.settings:get("newer") ~= "never" or self.settings:get("older") ~= "never"
    if not moves and not self.book.notes then return false end
    local age = self.pulled and self.pulled.book == self.book and self.now() - self.pulled.at
    return not age or age < 0 or age > PULL_STANDS_SECONDS
end

function BookSync:serverCan(capability)
    local server = self.settings:get("server")
    return type(server) == "table" and server.account == self:accountId() and server[capability] == true
end

-- What the server can do is asked for once in a while, along with something else.
function BookSync:needsVersion(wish)
    if wish.account or not self.book or not self.book.notes then return false end
    local server = self.settings:get("server")
    local age = type(server) == "table" and server.account == self:accountId() and self.now() - server.at
    return not age or age < 0 or age > VERSION_STANDS_SECONDS
end

--- Remembers what the server said it is.
function BookSync:learnServer(version)
    local server = { account = self:accountId(), at = self.now(), version = version.serverVersion, plugin = version.pluginVersion }
    for _, capability in ipairs(version.capabilities) do
        server[tostring(capability)] = true
    end
    self.settings:set("server", server)
    self.unsupported = {}
end

function BookSync:plan(wish)
    local is_online = self.network.isConnected()
    -- Somebody who waits for the answer is not held up by the back-off.
    local may_try = is_online and (wish.manual or self.backoff:waitSeconds(self.now()) == 0)
    local book = not wish.account and self.book or nil
    local entries = {}
    if may_try and not wish.account then
        local waiting = self.outbox:waiting(self:owner())
        for i = 1, math.min(#waiting, MOST_ENTRIES) do
            entries[i] = waiting[i]
        end
    end
    local wants = {
        identify = book ~= nil and book:identity() == nil,
        authorize = may_try and wish.account ~= nil,
        version = may_try and (wish.version == true or self:needsVersion(wish)),
        push = #entries > 0,
        pull = may_try and book ~= nil and self:needsPull(wish),
    }
    -- Before anything is sent for the open book the server must have had a chance to recognise it.
    wants.check = book ~= nil and may_try and (wants.pull or wants.push) and self:needsCheck(wish.manual)
    local has_work = false
    for name, wanted in pairs(wants) do
        -- What the server can do is not worth a request of its own.
        has_work = has_work or (wanted and (name ~= "version" or wish.version == true))
    end
    if not has_work then return nil, is_online end
    return {
        book = book and book:facts() or nil,
        wants = wants,
        entries = entries,
        isOnline = may_try,
        wish = wish,
        account = wish.account or self.settings:account(),
        accountId = self:accountId(),
        oneCall = self:serverCan("oneCallSync"),
        receive = self.settings:get("two_way") and true or false,
        skip = self.unsupported,
    }, is_online
end

function BookSync:run()
    if self.is_stopped or self.is_suspended or self.child:isBusy() or not self.wish then return end
    local wish = self.wish
    self.wish = nil
    if not wish.account and not self.settings:account() then
        tell(wish, { failure = { kind = "no_account" } })
        return
    end
    local plan, is_online = self:plan(wish)
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
        if not plan.wish.account then self.settings:set("last_sync", self.now()) end
        if not outcome.refusal then self.settings:set("last_failure", nil) end
    end
    if outcome.version and not plan.wish.account then self:learnServer(outcome.version) end
    if outcome.hasMore then
        -- Large first exchanges go on by themselves.
        if self.book then self:remember(self.book, { send = true }) end
        self.wish = self.wish or { callbacks = {} }
        self.wish.pull = self.wish.pull or plan.wants.pull
        if plan.wants.pull then self.pulled = nil end
    end
    tell(plan.wish, outcome)
    self:scheduleRetry()
    self:run()
end

function BookSync:fail(plan, failure, outcome)
    outcome = outcome or {}
    outcome.failure = failure
    -- A log-in that failed says nothing about the account in use.
    if not plan.wish.account then
        self.backoff:failed(failure, self.now())
        self:noteFailure(failure)
    end
    if plan.wants.pull and plan.book then self.pull_due = plan.book.key end
    tell(plan.wish, outcome)
    self:scheduleRetry()
    self:run()
end

--- Whether the open book's newest place was asked for in vain.
function BookSync:isPullDue()
    return self.book ~= nil and self.pull_due == self.book.key and self:isAutomatic()
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
