--- A closed book as its sidecar has it, made into what the outbox keeps of an open one. Plain data in, plain data out.

local BookState = require("bookorbit/sync/book_state")
local Rules = require("bookorbit/sync/annotations")

local ClosedBook = {}

local MOST_CHANGES = 100

local function progressOf(data, is_paging, record)
    local percentage = tonumber(data.percent_finished)
    local place = is_paging and tonumber(data.last_page) or data.last_xpointer
    if not percentage or not place then return nil end
    local progress = {
        percentage = math.floor(math.max(0, math.min(1, percentage)) * 10000 + 0.5) / 10000,
        progress = tostring(place),
    }
    local pushed, pulled = record.pushed, record.pulled
    if pushed and pushed.progress == progress.progress then return nil end
    if pulled and pulled.progress == progress.progress then return nil end
    -- When it was read only our own record knows. Without a time a stale sidecar moves nobody's place back.
    if record.read and record.read.progress == progress.progress then progress.readAt = record.read.readAt end
    return progress
end

--- @param sidecar table { data, isPaging, live? = described annotations, toWire = function(described) }
-- @param record table Its ledger record
-- @param notes table What the server has acknowledged
-- @param mark string|nil What the sidecar says it belongs to
-- @return table An entry as the outbox keeps it, without file and owner
function ClosedBook.entry(sidecar, record, notes, mark, now)
    local data = sidecar.data
    local props = type(data.doc_props) == "table" and data.doc_props or {}
    local entry = {
        progress = progressOf(data, sidecar.isPaging, record), acks = record.acks, stats = true,
        recordedHash = data.partial_md5_checksum, domVersion = not sidecar.isPaging and tonumber(data.cre_dom_version) or nil,
        title = type(props.title) == "string" and props.title or nil,
        authors = type(props.authors) == "string" and props.authors or nil,
    }
    local values = BookState.fromSummary(data.summary)
    local item = BookState.item(BookState.detect(values, record.state, record.seen, now), values)
    if item then entry.state = { item = item, values = values } end
    -- KOReader keeps the highlights of each engine apart; those of the other one are not gone.
    if not sidecar.live or Rules.isOtherEngine(notes.entries, sidecar.isPaging) then return entry end
    local may_delete = not notes.isNew and mark ~= nil and mark == record.mark
    local found = Rules.diff(notes.entries, sidecar.live, { mayDelete = may_delete, limit = MOST_CHANGES })
    local complete = notes.isNew or #found.lost > 0
    if #found.changes == 0 and #found.deleted == 0 and not complete then return entry end
    entry.notes = { changes = {}, deleted = found.deleted, lost = found.lost, more = found.more, complete = complete or nil }
    for i, change in ipairs(found.changes) do
        local described = change.item
        entry.notes.changes[i] = {
            kind = described.kind, datetime = described.datetime, pos0 = described.pos0, content = described.content,
            text = described.text, replaces = change.replaces, wire = sidecar.toWire(described),
        }
    end
    if complete then
        entry.notes.held = {}
        for i, described in ipairs(sidecar.live) do
            entry.notes.held[i] = { kind = described.kind, datetime = described.datetime, pos0 = described.pos0 }
        end
    end
    return entry
end

return ClosedBook
