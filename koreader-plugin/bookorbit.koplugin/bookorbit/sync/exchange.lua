--- What happens while the network is there: recognise the book, send what waits, ask for the newest place.
-- Runs in the child process on plain data, and hands back plain data; what was done before a failure still counts.

local Exchange = {}

-- Larger batches lose more when the network goes in the middle; the protocol allows 100.
local ITEMS_PER_PUSH = 20

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
        if tostring(match.hash):lower() == identity.hash then
            return {
                isMatched = true,
                bookId = match.bookId,
                bookFileId = match.bookFileId,
                title = match.title,
                matchedBy = match.matchedBy,
            }
        end
    end
    return { isMatched = false }
end

local function itemOf(entry, hash)
    return {
        hash = hash,
        percentage = entry.progress.percentage,
        progress = entry.progress.progress,
        timestamp = entry.progress.readAt,
        domVersion = entry.domVersion,
    }
end

-- One push. A batch the server refuses as a whole is sent again one by one, so that one bad item blocks nobody.
local function push(client, batch, report)
    local items = {}
    for i, waiting in ipairs(batch) do
        items[i] = itemOf(waiting.entry, waiting.hash)
    end
    local outcome, failure = client:pushProgress(items)
    if not outcome then
        if failure.kind ~= "refused" then return failure end
        if #batch == 1 then
            report(batch[1], "refused", failure.message)
            return nil
        end
        for _, waiting in ipairs(batch) do
            local single_failure = push(client, { waiting }, report)
            if single_failure then return single_failure end
        end
        return nil
    end
    for i, waiting in ipairs(batch) do
        if outcome.rejected[i] then
            report(waiting, "refused", outcome.rejected[i])
        elseif outcome.unmatched[waiting.hash] then
            report(waiting, "unmatched")
        else
            report(waiting, "sent")
        end
    end
    return nil
end

-- Gives every waiting entry its fingerprint; those whose file is gone or changed since cannot be sent any more.
local function readyToSend(entries, fingerprint_of, report)
    local ready = {}
    for _, waiting in ipairs(entries) do
        local hash = waiting.entry.hash
        if not hash then
            local identity = fingerprint_of(waiting.entry.file)
            local is_same = identity and identity.size == waiting.entry.size and identity.mtime == waiting.entry.mtime
            hash = is_same and identity.hash or nil
        end
        if hash then
            ready[#ready + 1] = { key = waiting.key, entry = waiting.entry, hash = hash }
        else
            report(waiting, "lost")
        end
    end
    return ready
end

--- @param plan table {
--   book = { key, file, size, mtime, identity?, recordedHash?, title?, authors?, domVersion? } or nil,
--   wants = { identify, authorize, version, check, push, pull } booleans, entries = outbox entries in order }
-- @param client table See api/client.lua; nil when there is no network
-- @param fingerprint_of function(path) returning an identity or nil
-- @return table { identity?, account?, version?, match?, sent = array of { key, number, outcome, reason? },
--   remote?, failure?, clockSkew?, origin? }
function Exchange.run(plan, client, fingerprint_of)
    local result = { sent = {} }
    local wants = plan.wants
    local identity, is_fresh
    if plan.book then
        identity, is_fresh = identify(plan.book, fingerprint_of)
        if is_fresh then result.identity = identity end
    end
    if not client then return result end

    local function report(waiting, outcome, reason)
        table.insert(result.sent, { key = waiting.key, number = waiting.entry.number, outcome = outcome, reason = reason })
    end

    local function run()
        local failure
        if wants.authorize then
            result.account, failure = client:authorize()
            if failure then return failure end
        end
        if wants.version then
            result.version, failure = client:version()
            if failure then return failure end
        end
        if wants.check and identity then
            result.match, failure = check(client, plan.book, identity)
            if failure then return failure end
        end
        if wants.push then
            local ready = readyToSend(plan.entries, fingerprint_of, report)
            for first = 1, #ready, ITEMS_PER_PUSH do
                local batch = {}
                for i = first, math.min(first + ITEMS_PER_PUSH - 1, #ready) do
                    batch[#batch + 1] = ready[i]
                end
                failure = push(client, batch, report)
                if failure then return failure end
            end
        end
        if wants.pull and identity then
            result.remote, failure = client:pullProgress(identity.hash)
            if failure then return failure end
        end
        return nil
    end

    result.failure = run()
    result.clockSkew = client.clock_skew
    result.origin = client.origin
    return result
end

return Exchange
