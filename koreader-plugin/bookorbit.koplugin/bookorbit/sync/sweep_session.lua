--- A few closed books in one child process: fingerprint, sidecar, statistics, exchange. Hands back what was sent and answered.

local ClosedBook = require("bookorbit/sync/closed_book")
local Exchange = require("bookorbit/sync/exchange")
local Rules = require("bookorbit/sync/annotations")

local SweepSession = {}

local MOST_ROUNDS = 20

local function stripped(notes)
    if not notes then return nil end
    local plain = { changes = {}, deleted = notes.deleted, lost = notes.lost, more = notes.more }
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

--- Without the one call nothing else says whether the library has a book.
local function isUnmatched(plan, client, identity, sidecar)
    if plan.oneCall then return false end
    local props = sidecar and type(sidecar.data.doc_props) == "table" and sidecar.data.doc_props or {}
    local answer, failure = client:matchCheck({
        {
            hash = identity.hash, title = props.title, authors = props.authors, source = "file",
            contentSignature = identity.contentSignature,
        },
    })
    if not answer then return nil, failure end
    for _, match in ipairs(answer.matches) do
        if tostring(match.hash):lower() == identity.hash then return false end
    end
    return true
end

-- One book. A large one takes several rounds; each is remembered, so that a failure loses only the last.
local function syncBook(plan, client, tools, book, report)
    local record, notes = tools.record(book.key), tools.notes(book.key)
    local identity = identityOf(book.file, record, tools)
    if not identity then
        report({ key = book.key, file = book.file, outcome = "missing" })
        return nil
    end
    local sidecar = tools.sidecar(book.file)
    local is_unmatched, check_failure = isUnmatched(plan, client, identity, sidecar)
    if check_failure then return check_failure end
    if is_unmatched then
        report({ key = book.key, file = book.file, outcome = "unmatched" })
        return nil
    end
    for _ = 1, MOST_ROUNDS do
        local entry = sidecar and ClosedBook.entry(sidecar, record, notes, sidecar.mark, tools.now()) or { stats = true }
        entry.number, entry.file, entry.hash = 1, book.file, identity.hash
        entry.contentSignature = identity.contentSignature
        local result = Exchange.run({
            wants = { push = true }, oneCall = plan.oneCall, receive = plan.receive, skip = plan.skip,
            entries = { { key = book.key, entry = entry, stats = record.stats } },
        }, client, tools)
        if result.failure then return result.failure end
        for section in pairs(result.unsupported) do
            plan.skip[section] = true
        end
        local sent = result.sent[1] or { outcome = "unmatched" }
        local data = result.books[book.key]
        report({
            key = book.key, file = book.file, outcome = sent.outcome, reason = sent.reason, identity = identity,
            data = data, progress = sent.outcome == "sent" and entry.progress or nil,
            sent = { file = book.file, notes = stripped(entry.notes), state = entry.state, acks = entry.acks },
        })
        local has_more = sent.outcome == "sent" and entry.notes and entry.notes.more and data and data.annotations
        if not has_more then return nil end
        notes.isNew = false
        record.acks, record.pushed, record.state = nil, entry.progress or record.pushed, entry.state and entry.state.values or record.state
        record.stats = data.stats or record.stats
        Rules.acknowledge(notes.entries, entry.notes.changes, entry.notes.deleted)
    end
    return nil
end

--- @param plan table { books = array of { key, file }, oneCall, receive, skip, last = report to send at the end or nil }
-- @param tools table Those of exchange.lua, and stamp(file), record(key), notes(key), sidecar(file), now()
-- @return table { swept = array of { key, file, outcome = sent|unmatched|missing|refused|lost, identity?, data?, sent? },
--   failure?, clockSkew?, origin? }
function SweepSession.run(plan, client, tools)
    local result = { swept = {} }
    local function report(item)
        table.insert(result.swept, item)
    end
    for _, book in ipairs(plan.books) do
        result.failure = syncBook(plan, client, tools, book, report)
        if result.failure then break end
    end
    if plan.last and not result.failure then
        local _, failure = client:sweeps(plan.last)
        -- An older server does not know the report; the books are synced all the same.
        if failure and failure.kind ~= "not_bookorbit" then result.failure = failure end
    end
    result.clockSkew, result.origin, result.log = client.clock_skew, client.origin, client.log
    return result
end

return SweepSession
