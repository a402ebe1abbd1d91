--- What happens while the network is there: recognise the book, send what waits, ask for what is new.
-- Runs in the child process on plain data, and hands back plain data; what was done before a failure still counts.

local Address = require("bookorbit/api/address")
local Match = require("bookorbit/sync/match")
local OneCall = require("bookorbit/sync/one_call")
local Parcel = require("bookorbit/sync/parcel")
local Sections = require("bookorbit/sync/sections")
local SingleRoutes = require("bookorbit/sync/single_routes")
local Wire = require("bookorbit/api/wire")

local Exchange = {}

-- No request is begun after so long: a child killed at its deadline would have to do everything again, and never get on.
local MOST_SECONDS = 45

local function identify(subject, fingerprint_of)
    local stamp_matches = subject.identity and subject.identity.size == subject.size
        and subject.identity.mtime == subject.mtime
    if stamp_matches then return subject.identity, false end
    return fingerprint_of(subject.file), true
end

local function subjectOfEntry(waiting, hash, plan)
    local entry = waiting.entry
    return {
        key = waiting.key, hash = hash, recordedHash = entry.recordedHash, domVersion = entry.domVersion,
        contentSignature = entry.contentSignature, alsoKnownAs = Match.alsoKnownAs(entry, hash),
        title = entry.title, authors = entry.authors, receive = plan.receive, stats = waiting.stats, confirms = waiting.confirms,
        round = entry.round,
    }
end

-- Every waiting entry as a parcel; those whose file is gone or changed since cannot be sent any more.
local function parcelsOf(plan, identity, fingerprint_of, report)
    local parcels = {}
    local book = plan.book
    for _, waiting in ipairs(plan.entries) do
        local hash = waiting.entry.hash
        if not hash then
            local found = fingerprint_of(waiting.entry.file)
            local is_same = found and found.size == waiting.entry.size and found.mtime == waiting.entry.mtime
            hash = is_same and found.hash or nil
        end
        if hash then
            local is_open = plan.wants.pull and book ~= nil and book.key == waiting.key
            parcels[#parcels + 1] = Parcel.new(subjectOfEntry(waiting, hash, plan), waiting.entry, {
                receives = is_open or plan.wants.receive, stats = waiting.entry.stats,
                receives_notes = is_open and book.receivesNotes or plan.wants.receive and plan.receive,
            })
        else
            report({ key = waiting.key, number = waiting.entry.number }, "lost")
        end
    end
    return parcels, identity
end

-- The open book is asked for even when nothing of it waits.
local function withOpenBook(plan, identity, parcels)
    local book = plan.book
    if not book or not identity or not plan.wants.pull then return nil end
    for _, parcel in ipairs(parcels) do
        if parcel.key == book.key then
            parcel.is_open = true
            return parcel
        end
    end
    local parcel = Parcel.new({
        key = book.key, hash = identity.hash, recordedHash = book.recordedHash, domVersion = book.domVersion,
        contentSignature = identity.contentSignature, alsoKnownAs = Match.alsoKnownAs(book, identity.hash),
        title = book.title, authors = book.authors, receive = plan.receive, stats = book.stats, confirms = book.confirms,
        round = book.round,
    }, nil, { receives = true, receives_notes = book.receivesNotes, stats = true })
    parcel.is_open = true
    table.insert(parcels, parcel)
    return parcel
end

--- A function that tells whether so many seconds have passed, or the clock was set meanwhile.
function Exchange.lateAfter(now, seconds)
    local started_at = now and now()
    return function()
        local passed = started_at and now() - started_at or 0
        return passed > seconds or passed < 0
    end
end

-- Nobody said how to connect, and https found no way: is the server there without encryption? Only the reader can say that this will do.
-- @return string|nil The address
local function plainOriginOf(client, account, failure)
    if not account or not account.isSchemeOpen or failure.kind ~= "offline" or failure.reason == "dns" then return nil end
    local plain = Address.plain(client.origin)
    return plain ~= client.origin and client:isAt(plain) and plain or nil
end

--- @param plan table {
--   book = { key, file, size, mtime, identity?, recordedHash?, title?, authors?, domVersion?, receivesNotes?, stats?, confirms?,
--     round? } or nil,
--   wants = { identify, authorize, version, refresh = version after the rest, check, push, pull,
--     receive = news of every entry's book too } booleans,
--   entries = outbox entries in order,
--   account = { isSchemeOpen = the address was typed without http or https } or nil,
--   oneCall = the server takes everything in one request, receive = false when nothing is to be applied here,
--   skip = set of sections this server does not know }
-- @param client table See api/client.lua; nil when there is no network
-- @param tools table { fingerprint = function(path) returning an identity or nil,
--   pageStats = function(hashes, since, limit) returning rows and their number in all, or nil,
--   key = function(datetime, pos0), now = function }, or the first of them alone
-- @return table { identity?, account?, version?, plainOrigin? = where a server answers that https does not reach,
--   match?, matches = by key, sent = array of { key, number, outcome, reason? },
--   books = what came back for each book by key (see sections.lua), unsupported, remote?, failure?, clockSkew?, origin? }
function Exchange.run(plan, client, tools)
    if type(tools) == "function" then tools = { fingerprint = tools } end
    local result = { sent = {}, books = {}, matches = {}, unsupported = {} }
    local wants = plan.wants
    local identity, is_fresh
    if plan.book then
        identity, is_fresh = identify(plan.book, tools.fingerprint)
        if is_fresh then result.identity = identity end
    end
    if not client then return result end

    local run = {
        client = client, result = result, key_of = tools.key, isLate = Exchange.lateAfter(tools.now, MOST_SECONDS),
        device_id = client.device and client.device.deviceId,
        report = function(parcel, outcome, reason)
            table.insert(result.sent, { key = parcel.key, number = parcel.number, outcome = outcome, reason = reason })
        end,
    }
    run.sections = Sections.new(client, tools, result, plan.skip or {})

    local function work()
        local failure
        if wants.authorize then
            result.account, failure = client:authorize()
            if failure then
                result.plainOrigin = plainOriginOf(client, plan.account, failure)
                return failure
            end
        end
        if wants.version then
            result.version, failure = client:version()
            if failure then return failure end
        end
        local parcels = wants.push and parcelsOf(plan, identity, tools.fingerprint, run.report) or {}
        withOpenBook(plan, identity, parcels)
        local has_one_call = plan.oneCall
        if result.version then
            has_one_call = false
            for _, capability in ipairs(result.version.capabilities) do
                has_one_call = has_one_call or capability == "oneCallSync"
            end
        end
        if not has_one_call then return SingleRoutes.run(run, plan, parcels, identity) end
        failure = OneCall.run(run, parcels)
        if plan.book then result.match = result.matches[plan.book.key] end
        return failure
    end

    result.failure = work()
    -- Its failure is nobody's: all that was wanted is done.
    if wants.refresh and not result.failure and not run.isLate() then result.version = client:version() end
    result.clockSkew = client.clock_skew
    result.origin = client.origin
    result.log = client.log and Wire.array(client.log)
    return result
end

return Exchange
