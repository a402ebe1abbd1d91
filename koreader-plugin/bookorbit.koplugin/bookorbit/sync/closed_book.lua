--- A closed book as its sidecar has it, made into what the outbox keeps of an open one. Plain data in, plain data out.

local BookState = require("bookorbit/sync/book_state")
local NoteChanges = require("bookorbit/sync/note_changes")
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

-- KOReader keeps the highlights of each engine apart; those of the other one are not gone.
local function isOtherEngine(sidecar, notes, arriving)
    return Rules.isOtherEngine(notes.entries, sidecar.isPaging) or Rules.isOtherEngine(arriving.notes, sidecar.isPaging)
end

--- Whether its highlights and dog-ears are in the form KOReader had before 2024.07, which it changes once the book is opened.
-- @param sidecar table { data, live? }
function ClosedBook.hasOldNotes(sidecar)
    if sidecar.live then return false end
    for _, name in ipairs({ "bookmarks", "highlight" }) do
        local notes = sidecar.data[name]
        if type(notes) == "table" and next(notes) ~= nil then return true end
    end
    return false
end

--- @param sidecar table { data, isPaging, live? = described annotations, mark? = what it says it belongs to, toWire = function(described) }
-- @param record table Its ledger record
-- @param notes table What the server has acknowledged
-- @param arriving table What was sent and may have arrived (store/arriving_file.lua)
-- @return table An entry as the outbox keeps it, without file and owner
function ClosedBook.entry(sidecar, record, notes, arriving, now)
    local data = sidecar.data
    local props = type(data.doc_props) == "table" and data.doc_props or {}
    local entry = {
        progress = progressOf(data, sidecar.isPaging, record), acks = record.acks, stats = true, round = record.round,
        recordedHash = data.partial_md5_checksum, domVersion = not sidecar.isPaging and tonumber(data.cre_dom_version) or nil,
        title = type(props.title) == "string" and props.title or nil,
        authors = type(props.authors) == "string" and props.authors or nil,
    }
    local values = BookState.fromSummary(data.summary)
    local found = BookState.detect(values, record.state, record.seen, now, arriving.state)
    local item = BookState.item(found, values)
    if item then entry.state = { item = item, values = values, seen = found } end
    if not sidecar.live or isOtherEngine(sidecar, notes, arriving) then return entry end
    entry.notes = NoteChanges.of({
        entries = notes.entries, live = sidecar.live, limit = MOST_CHANGES, toWire = sidecar.toWire, arriving = arriving,
        mayDelete = sidecar.mark ~= nil and sidecar.mark == record.mark, complete = notes.isNew or record.listDue == true,
    })
    return entry
end

return ClosedBook
