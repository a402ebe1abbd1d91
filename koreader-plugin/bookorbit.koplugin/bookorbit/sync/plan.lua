--- What the next child process is to do: plain questions to the settings, the outbox and the open book, answered as one plan.

local Plan = {}

local MATCH_STANDS_SECONDS = 7 * 86400
local NO_MATCH_STANDS_SECONDS = 3600
local MOST_ENTRIES = 100
local VERSION_STANDS_SECONDS = 86400
-- Opening, resuming and connecting come in bursts.
local PULL_STANDS_SECONDS = 25

local function needsCheck(sync, manual)
    local identity, match = sync.book:identity(), sync.book.record.match
    if not identity or not match or match.hash ~= identity.hash then return true end
    local age = sync.now() - (match.checkedAt or 0)
    if age < 0 then return true end
    if match.isMatched then return age > MATCH_STANDS_SECONDS end
    return manual or age > NO_MATCH_STANDS_SECONDS
end

local function needsPull(sync, wish)
    if not wish.pull or not sync.book then return false end
    if wish.manual then return true end
    local moves = sync.settings:get("newer") ~= "never" or sync.settings:get("older") ~= "never"
    if not moves and not sync.book.notes then return false end
    local age = sync.pulled and sync.pulled.book == sync.book and sync.now() - sync.pulled.at
    return not age or age < 0 or age > PULL_STANDS_SECONDS
end

-- What the server said it is, if that was this one.
local function serverOf(sync)
    local server = sync.settings:get("server")
    return type(server) == "table" and server.account == sync:accountId() and server or nil
end

-- All that this plugin can make use of. A server that has it has nothing to say that would save a request.
local USEFUL = { "oneCallSync", "gzipRequests" }

--- When the server is to be asked what it can do: "first", as it was never asked; "after" the rest, as nobody waits for it; or not at all.
-- Once a day where there is something to gain, or where somebody waits for an answer anyway; the everyday opening stays one request.
-- @param is_manual boolean
-- @return string|nil
function Plan.versionIsDue(sync, is_manual)
    local server = serverOf(sync)
    if not server or server.askedBy ~= sync.pluginVersion then return "first" end
    local has_all = true
    for _, capability in ipairs(USEFUL) do has_all = has_all and server[capability] == true end
    local age = sync.now() - server.at
    local is_old = age < 0 or age > VERSION_STANDS_SECONDS
    return is_old and (is_manual or not has_all) and "after" or nil
end

--- Whether the server said it can do something.
function Plan.serverCan(sync, capability)
    local server = serverOf(sync)
    return server ~= nil and server[capability] == true
end

--- Remembers what the server said it is.
function Plan.learnServer(sync, version)
    local server = { account = sync:accountId(), at = sync.now(), version = version.serverVersion, askedBy = sync.pluginVersion }
    for _, capability in ipairs(version.capabilities) do
        server[tostring(capability)] = true
    end
    sync.settings:set("server", server)
    sync.unsupported = {}
end

--- The one call is not known where it was: an older server, or another one. It is asked anew what it can do.
function Plan.noteFailure(sync, plan, failure)
    local is_unknown = plan.oneCall and failure.kind == "not_bookorbit" and (failure.status == 404 or failure.status == 405)
    if is_unknown then sync.settings:set("server", nil) end
end

local function entriesToSend(sync)
    local waiting, entries = sync.outbox:waiting(sync:owner()), {}
    for i = 1, math.min(#waiting, MOST_ENTRIES) do
        entries[i] = waiting[i]
        entries[i].confirms = sync.aside:get(waiting[i].key, sync:accountId()).confirms
    end
    return entries
end

--- @param sync table See book_sync.lua
-- @param wish table What was asked for
-- @return table|nil the plan (see exchange.lua), or nil when there is nothing to do; boolean whether there is a link
function Plan.make(sync, wish)
    local is_online = sync.network.isConnected()
    -- Somebody who waits for the answer is not held up by the back-off.
    local may_try = is_online and (wish.manual or sync.backoff:waitSeconds(sync.now()) == 0)
    local book = not wish.account and sync.book or nil
    local entries = may_try and not wish.account and entriesToSend(sync) or {}
    local wants = {
        identify = book ~= nil and book:identity() == nil,
        authorize = may_try and wish.account ~= nil,
        version = may_try and wish.version == true,
        push = #entries > 0,
        pull = may_try and book ~= nil and needsPull(sync, wish),
    }
    -- What the server can do is not worth a child process of its own.
    local due = (wants.pull or wants.push) and not wants.version and Plan.versionIsDue(sync, wish.manual)
    wants.version = wants.version or due == "first"
    wants.refresh = due == "after"
    -- Before anything is sent for the open book the server must have had a chance to recognise it.
    wants.check = book ~= nil and may_try and (wants.pull or wants.push) and needsCheck(sync, wish.manual)
    local has_work = false
    for _, wanted in pairs(wants) do
        has_work = has_work or wanted
    end
    if not has_work then return nil, is_online end
    local facts = book and book:facts() or nil
    if facts then facts.confirms = sync.aside:get(facts.key, sync:accountId()).confirms end
    return {
        book = facts,
        wants = wants,
        entries = entries,
        isOnline = may_try,
        wish = wish,
        account = wish.account or sync.settings:account(),
        accountId = sync:accountId(),
        oneCall = Plan.serverCan(sync, "oneCallSync"),
        gzip = Plan.serverCan(sync, "gzipRequests"),
        receive = sync.settings:get("two_way") and true or false,
        skip = sync.unsupported,
    }, is_online
end

return Plan
