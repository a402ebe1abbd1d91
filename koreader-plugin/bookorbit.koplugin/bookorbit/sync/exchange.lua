--- What happens while the network is there: recognise the book, send what waits, ask for what is new.
-- Runs in the child process on plain data, and hands back plain data; what was done before a failure still counts.

local Parcel = require("bookorbit/sync/parcel")
local Sections = require("bookorbit/sync/sections")
local Wire = require("bookorbit/api/wire")

local Exchange = {}

-- Larger batches lose more when the network goes in the middle; the protocol allows 100.
local ITEMS_PER_PUSH = 20
local BOOKS_PER_SYNC = 20
local ROWS_PER_REQUEST = 2000

local function identify(subject, fingerprint_of)
    local stamp_matches = subject.identity and subject.identity.size == subject.size
        and subject.identity.mtime == subject.mtime
    if stamp_matches then return subject.identity, false end
    return fingerprint_of(subject.file), true
end

-- Other fingerprints KOReader has on record for the file.
local function alsoKnownAs(subject, hash)
    local recorded = subject.recordedHash
    if type(recorded) ~= "string" or not recorded:find("^%x+$") or #recorded ~= 32 then return nil end
    if recorded:lower() == hash then return nil end
    return { recorded:lower() }
end

local function matchOf(match)
    if not match then return { isMatched = false } end
    return {
        isMatched = true,
        bookId = match.bookId,
        bookFileId = match.bookFileId,
        title = match.title,
        matchedBy = match.matchedBy,
    }
end

local function check(client, book, identity)
    local answer, failure = client:matchCheck({
        {
            hash = identity.hash,
            title = book.title,
            authors = book.authors,
            source = "current_file",
            domVersion = book.domVersion,
            contentSignature = identity.contentSignature,
            alsoKnownAs = alsoKnownAs(book, identity.hash),
        },
    })
    if not answer then return nil, failure end
    for _, match in ipairs(answer.matches) do
        if tostring(match.hash):lower() == identity.hash then return matchOf(match) end
    end
    return { isMatched = false }
end

local function itemOf(parcel)
    local item = Parcel.progressItem(parcel)
    item.hash = parcel.hash
    return item
end

-- One push. A batch the server refuses as a whole is sent again one by one, so that one bad item blocks nobody.
local function push(client, batch, report)
    local items = {}
    for i, parcel in ipairs(batch) do
        items[i] = itemOf(parcel)
    end
    local outcome, failure = client:pushProgress(items)
    if not outcome then
        if failure.kind ~= "refused" then return failure end
        if #batch == 1 then
            report(batch[1], "refused", failure.message)
            return nil
        end
        for _, parcel in ipairs(batch) do
            local single_failure = push(client, { parcel }, report)
            if single_failure then return single_failure end
        end
        return nil
    end
    for i, parcel in ipairs(batch) do
        if outcome.rejected[i] then
            report(parcel, "refused", outcome.rejected[i])
        elseif outcome.unmatched[parcel.hash] then
            report(parcel, "unmatched")
        else
            report(parcel, "sent")
        end
    end
    return nil
end

local function subjectOfEntry(waiting, hash, plan)
    local entry = waiting.entry
    return {
        key = waiting.key, hash = hash, recordedHash = entry.recordedHash, domVersion = entry.domVersion,
        contentSignature = entry.contentSignature, alsoKnownAs = alsoKnownAs(entry, hash),
        title = entry.title, authors = entry.authors, receive = plan.receive, stats = waiting.stats,
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
            parcels[#parcels + 1] = Parcel.new(subjectOfEntry(waiting, hash, plan), waiting.entry, {
                receives = plan.wants.pull and book ~= nil and book.key == waiting.key and book.receivesNotes,
                stats = waiting.entry.stats,
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
        contentSignature = identity.contentSignature, alsoKnownAs = alsoKnownAs(book, identity.hash),
        title = book.title, authors = book.authors, receive = plan.receive, stats = book.stats,
    }, nil, { receives = book.receivesNotes, stats = book.receivesNotes })
    parcel.is_open = true
    table.insert(parcels, parcel)
    return parcel
end

-- Batches in which no fingerprint comes twice: copies of one file are told apart by their place in different requests.
local function batchesOf(parcels)
    local batches = {}
    for _, parcel in ipairs(parcels) do
        local home
        for _, batch in ipairs(batches) do
            if #batch.parcels < BOOKS_PER_SYNC and not batch.hashes[parcel.hash] then
                home = batch
                break
            end
        end
        if not home then
            home = { parcels = {}, hashes = {} }
            batches[#batches + 1] = home
        end
        home.hashes[parcel.hash] = true
        table.insert(home.parcels, parcel)
    end
    return batches
end

local function oneCall(run, batch)
    local books, slices = {}, {}
    for i, parcel in ipairs(batch) do
        slices[i] = run.sections:statsSlice(parcel, ROWS_PER_REQUEST)
        books[i] = Parcel.syncBook(parcel, slices[i] and { rows = slices[i].rows, rowCount = slices[i].rowCount } or nil,
            run.key_of, run.sections.skip)
    end
    local outcome, failure = run.client:sync(books)
    if not outcome then
        if failure.kind ~= "refused" then return failure end
        if #batch == 1 then
            run.report(batch[1], "refused", failure.message)
            return nil
        end
        for _, parcel in ipairs(batch) do
            local single_failure = oneCall(run, { parcel })
            if single_failure then return single_failure end
        end
        return nil
    end
    for i, parcel in ipairs(batch) do
        local answer = outcome.books[parcel.hash] or { unmatched = true }
        local is_matched = answer.unmatched ~= true
        run.result.matches[parcel.key] = matchOf(is_matched and answer.match or nil)
        if is_matched then run.result.matches[parcel.key].isMatched = true end
        local rejected = Sections.rejectedOf(outcome.rejected, i - 1)
        if is_matched then
            run.sections:receive(parcel, books[i], answer, rejected)
            if slices[i] then
                failure = run.sections:statsRest(parcel, slices[i], answer.pageStats, ROWS_PER_REQUEST)
                if failure then return failure end
            end
        end
        if parcel.is_open then
            run.result.remote = Parcel.remote(answer.progress and answer.progress.newest, run.device_id)
        end
        if parcel.number then
            local done = is_matched and (rejected.progress and "refused" or "sent") or "unmatched"
            run.report(parcel, done, rejected.progress)
        end
    end
    return nil
end

local function singleRoutes(run, plan, parcels, identity)
    local failure
    if plan.wants.check and identity then
        run.result.match, failure = check(run.client, plan.book, identity)
        if failure then return failure end
    end
    local progress, outcomes = {}, {}
    for _, parcel in ipairs(parcels) do
        if parcel.progress then progress[#progress + 1] = parcel end
    end
    local function note(parcel, outcome, reason)
        if Sections.hasAny(parcel) and outcome == "sent" then
            outcomes[parcel] = outcome
        else
            run.report(parcel, outcome, reason)
            outcomes[parcel] = outcome
        end
    end
    for first = 1, #progress, ITEMS_PER_PUSH do
        local batch = {}
        for i = first, math.min(first + ITEMS_PER_PUSH - 1, #progress) do
            batch[#batch + 1] = progress[i]
        end
        failure = push(run.client, batch, note)
        if failure then return failure end
    end
    for _, parcel in ipairs(parcels) do
        local is_unmatched = outcomes[parcel] == "unmatched"
            or (parcel.is_open and run.result.match and not run.result.match.isMatched)
        if Sections.hasAny(parcel) and not is_unmatched then
            local refusal, found
            failure, refusal, found = run.sections:exchange(parcel, ROWS_PER_REQUEST)
            if failure then return failure end
            if parcel.number and outcomes[parcel] ~= "refused" then
                run.report(parcel, refusal and "refused" or found, refusal)
            end
        elseif parcel.number and not outcomes[parcel] then
            run.report(parcel, "unmatched")
        end
    end
    if plan.wants.pull and identity then
        run.result.remote, failure = run.client:pullProgress(identity.hash)
        if failure then return failure end
    end
    return nil
end

--- @param plan table {
--   book = { key, file, size, mtime, identity?, recordedHash?, title?, authors?, domVersion?, receivesNotes?, stats? } or nil,
--   wants = { identify, authorize, version, check, push, pull } booleans, entries = outbox entries in order,
--   oneCall = the server takes everything in one request, receive = false when nothing is to be applied here,
--   skip = set of sections this server does not know }
-- @param client table See api/client.lua; nil when there is no network
-- @param tools table { fingerprint = function(path) returning an identity or nil,
--   pageStats = function(hashes, since, limit) returning rows and their number in all, or nil,
--   key = function(datetime, pos0), now = function }, or the first of them alone
-- @return table { identity?, account?, version?, match?, matches = by key, sent = array of { key, number, outcome, reason? },
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
        client = client, result = result, key_of = tools.key,
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
            if failure then return failure end
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
        if not has_one_call then return singleRoutes(run, plan, parcels, identity) end
        for _, batch in ipairs(batchesOf(parcels)) do
            failure = oneCall(run, batch.parcels)
            if failure then return failure end
        end
        if plan.book then result.match = result.matches[plan.book.key] end
        return nil
    end

    result.failure = work()
    result.clockSkew = client.clock_skew
    result.origin = client.origin
    result.log = client.log and Wire.array(client.log)
    return result
end

return Exchange
