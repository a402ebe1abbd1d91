--- One child process of a sweep: finds the books, or syncs a few closed ones, or those of which only the statistics are left.
-- Hands back what was sent and answered.

local ClosedBook = require("bookorbit/sync/closed_book")
local Exchange = require("bookorbit/sync/exchange")
local Match = require("bookorbit/sync/match")
local Rules = require("bookorbit/sync/annotations")

local SweepSession = {}

local MOST_ROUNDS = 20
-- No request is begun after so long; the next session goes on from there.
local MOST_SECONDS = 90
-- Nor after so many: a child's memory is not collected (device/child.lua), and an old reader has little of it.
local MOST_REQUESTS = 30
local MATCH_STANDS_SECONDS = 7 * 86400

local function stripped(notes)
    if not notes then return nil end
    local plain = { changes = {}, deleted = notes.deleted, lost = notes.lost, more = notes.more, complete = notes.complete }
    for i, change in ipairs(notes.changes) do
        plain.changes[i] = {
            kind = change.kind, datetime = change.datetime, pos0 = change.pos0, content = change.content, text = change.text,
            replaces = change.replaces, wire = { text = change.wire.text },
        }
    end
    return plain
end

local function identityOf(file, record, tools)
    local stamp = tools.stamp(file)
    local known = record.identity
    if stamp and known and known.size == stamp.size and known.mtime == stamp.mtime then return known end
    return stamp and tools.fingerprint(file)
end

local function isKnownMatch(record, identity, now)
    local match = record.match
    if not match or not match.isMatched or match.hash ~= identity.hash then return false end
    local age = now - (match.checkedAt or 0)
    return age >= 0 and age < MATCH_STANDS_SECONDS
end

-- Which of these the libraries have, in one request: what they lack is not worth sending.
-- @param asked table Array of items of `match-check`
-- @return table|nil matches by hash, or nil and a failure
local function matchesOf(client, asked)
    local matches = {}
    if #asked == 0 then return matches end
    local answer, failure = client:matchCheck(asked)
    if not answer then return nil, failure end
    for _, match in ipairs(answer.matches) do
        matches[tostring(match.hash):lower()] = Match.of(match)
    end
    return matches
end

-- The books with their fingerprints and sidecars; files that are gone are reported.
local function read(plan, tools, report)
    local books = {}
    for _, book in ipairs(plan.books) do
        local record = tools.record(book.key)
        local identity = identityOf(book.file, record, tools)
        if identity then
            local sidecar = tools.sidecar(book.file)
            local data = sidecar and sidecar.data or {}
            books[#books + 1] = {
                key = book.key, file = book.file, record = record, confirms = tools.confirms(book.key),
                notes = tools.notes(book.key), arriving = tools.arriving(book.key), identity = identity,
                sidecar = sidecar, recorded = type(data.partial_md5_checksum) == "string" and data.partial_md5_checksum:lower() or nil,
                props = type(data.doc_props) == "table" and data.doc_props or {},
            }
        else
            report({ key = book.key, file = book.file, outcome = "missing" })
        end
    end
    return books
end

local function textOf(value)
    return type(value) == "string" and value or nil
end

local function withoutUnmatched(client, books, now, report)
    local asked, is_asked = {}, {}
    for _, book in ipairs(books) do
        if not isKnownMatch(book.record, book.identity, now) and not is_asked[book.identity.hash] then
            is_asked[book.identity.hash] = true
            table.insert(asked, {
                hash = book.identity.hash, title = textOf(book.props.title), authors = textOf(book.props.authors), source = "file",
                contentSignature = book.identity.contentSignature,
                alsoKnownAs = Match.alsoKnownAs({ recordedHash = book.recorded }, book.identity.hash),
            })
        end
    end
    local matches, failure = matchesOf(client, asked)
    if not matches then return nil, failure end
    local kept = {}
    for _, book in ipairs(books) do
        book.match = matches[book.identity.hash]
        if book.match or not is_asked[book.identity.hash] then
            kept[#kept + 1] = book
        else
            report({ key = book.key, file = book.file, hash = book.identity.hash, recorded = book.recorded, outcome = "unmatched",
                identity = book.identity, match = Match.of(nil) })
        end
    end
    return kept
end

-- Before it is sent: gone from here before the answer came, a highlight was deleted; taken back, a status was changed.
local function writeDown(book, entry, tools)
    local notes = {}
    for i, change in ipairs(entry.notes and entry.notes.changes or {}) do
        notes[i] = { kind = change.kind, datetime = change.datetime, pos0 = change.pos0 }
    end
    -- What could not be written down waits for the next sweep.
    if not tools.sending(book.key, notes, entry.state and entry.state.seen) then entry.notes, entry.state = nil, nil end
end

local function entryOf(book, now)
    local entry = book.sidecar and ClosedBook.entry(book.sidecar, book.record, book.notes, book.arriving, now) or { stats = true }
    entry.number, entry.file, entry.hash = 1, book.file, book.identity.hash
    entry.contentSignature = book.identity.contentSignature
    book.entry = entry
    return { key = book.key, entry = entry, stats = book.record.stats, confirms = book.confirms }
end

-- What the server has now, for the next round of the same book.
local function goOn(book, data)
    local entry, record = book.entry, book.record
    book.notes.isNew, record.listDue, book.arriving.state = false, nil, nil
    record.acks, record.pushed = nil, entry.progress or record.pushed
    record.state = entry.state and entry.state.values or record.state
    record.stats = data.stats or record.stats
    Rules.acknowledge(book.notes.entries, entry.notes.changes, entry.notes.deleted)
end

-- @param has_more boolean The next round goes on with it
local function reportBook(book, sent, data, has_more, report)
    local entry = book.entry
    report({
        key = book.key, file = book.file, hash = book.identity.hash, recorded = book.recorded, outcome = sent.outcome,
        reason = sent.reason, identity = book.identity, match = book.match, data = data,
        progress = sent.outcome == "sent" and entry.progress or nil, isPartial = has_more or nil,
        hasOldNotes = book.sidecar and ClosedBook.hasOldNotes(book.sidecar) or nil,
        sent = { file = book.file, notes = stripped(entry.notes), state = entry.state, acks = entry.acks },
    })
end

-- One request for all of them; what is more than one takes goes on in rounds, each remembered, so that a failure loses only the last.
local function exchange(plan, client, tools, books, report, isLate)
    for _ = 1, MOST_ROUNDS do
        if #books == 0 or isLate() then return nil end
        local entries, by_key, left = {}, {}, {}
        for i, book in ipairs(books) do
            entries[i], by_key[book.key] = entryOf(book, tools.now()), book
            writeDown(book, book.entry, tools)
        end
        local result = Exchange.run({
            wants = { push = true, receive = true }, oneCall = plan.oneCall, receive = plan.receive, skip = plan.skip, entries = entries,
        }, client, tools)
        for section in pairs(result.unsupported) do
            plan.skip[section] = true
        end
        for _, sent in ipairs(result.sent) do
            local book, data = by_key[sent.key], result.books[sent.key]
            local notes = book.entry.notes
            local has_more = (sent.outcome == "sent" and notes and notes.more and data and data.annotations) and true or false
            reportBook(book, sent, data, has_more, report)
            if has_more then
                goOn(book, data)
                table.insert(left, book)
            end
        end
        if result.failure then return result.failure end
        books = left
    end
    return nil
end

local function syncBooks(plan, client, tools, report, isLate)
    local books = read(plan, tools, report)
    local matched, failure = withoutUnmatched(client, books, tools.now(), report)
    if not matched then return failure end
    return exchange(plan, client, tools, matched, report, isLate)
end

-- Books whose files are gone, or have no sidecar: their page stats are matched by the md5 the statistics have.
local function syncStatistics(plan, client, tools, report, isLate)
    local asked = {}
    for i, book in ipairs(plan.statistics) do
        asked[i] = { hash = book.hash, title = book.title, authors = book.authors, lastOpen = book.lastOpen, source = "statistics" }
    end
    local matches, failure = matchesOf(client, asked)
    if not matches then return failure end
    for _, book in ipairs(plan.statistics) do
        local is_matched = matches[book.hash] ~= nil
        if not is_matched then
            report({ key = book.key, hash = book.hash, outcome = "unmatched", isStatistics = true })
        elseif not isLate() then
            local entry = { number = 1, hash = book.hash, stats = true, title = book.title, authors = book.authors }
            local result = Exchange.run({
                wants = { push = true }, oneCall = plan.oneCall, receive = false, skip = plan.skip,
                entries = { { key = book.key, entry = entry, stats = tools.record(book.key).stats } },
            }, client, tools)
            if result.failure then return result.failure end
            local sent = result.sent[1] or { outcome = "unmatched" }
            report({ key = book.key, hash = book.hash, outcome = sent.outcome, reason = sent.reason, title = book.title,
                data = result.books[book.key], sent = {}, isStatistics = true })
        end
    end
    return nil
end

--- @param plan table { gather = files of the history to find more than, or books = array of { key, file },
--   or statistics = array of { key, hash, title?, authors?, lastOpen? }; version = ask what the server can do; oneCall, receive, skip,
--   last = report to send at the end or nil }
-- @param tools table Those of exchange.lua, and stamp(file), record(key), notes(key), sidecar(file), now(),
--   arriving(key) = what was sent and may have arrived, sending(key, notes, state) = writes down what is about to be,
--   confirms(key) = the reader said yes to deletions that are held,
--   find(files) returning { files, statistics }
-- @return table { version?, found?, swept = array of { key, file?, hash?, recorded?, outcome = sent|unmatched|missing|refused|lost,
--   identity?, match?, data?, sent?, isPartial?, hasOldNotes?, isStatistics? }, failure?, clockSkew?, origin? }
function SweepSession.run(plan, client, tools)
    local result = { swept = {} }
    local function report(item)
        table.insert(result.swept, item)
    end
    local is_time_over = Exchange.lateAfter(tools.now, MOST_SECONDS)
    local function isLate()
        return is_time_over() or #(client.log or {}) > MOST_REQUESTS
    end
    if plan.version then result.version, result.failure = client:version() end
    if plan.gather and not result.failure then result.found = tools.find(plan.gather) end
    if plan.books then result.failure = syncBooks(plan, client, tools, report, isLate) end
    if plan.statistics then result.failure = syncStatistics(plan, client, tools, report, isLate) end
    if plan.last and not result.failure then
        local _, failure = client:sweeps(plan.last)
        -- An older server does not know the report; the books are synced all the same.
        if failure and failure.kind ~= "not_bookorbit" then result.failure = failure end
    end
    result.clockSkew, result.origin, result.log = client.clock_skew, client.origin, client.log
    return result
end

return SweepSession
