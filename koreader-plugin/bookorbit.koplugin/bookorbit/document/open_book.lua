--- The book that is open: what KOReader tells about it, and what this device remembers of it.

local BookState = require("bookorbit/sync/book_state")
local ContentHash = require("bookorbit/document/content_hash")
local Fingerprint = require("bookorbit/document/fingerprint")
local Items = require("bookorbit/document/annotations")
local Ledger = require("bookorbit/store/ledger")
local LiveAnnotations = require("bookorbit/document/live_annotations")
local Position = require("bookorbit/document/position")
local Progress = require("bookorbit/sync/progress")
local Reading = require("bookorbit/sync/reading")
local Rules = require("bookorbit/sync/annotations")

local OpenBook = {}
OpenBook.__index = OpenBook

-- In the sidecar: which of our ledgers it belongs to. A lost sidecar has none, a restored backup an older one.
OpenBook.MARK = "bookorbit_mark"

-- One entry of the outbox stays small; the rest goes with the next exchange.
local MOST_CHANGES = 60

--- @param ui table KOReader's ReaderUI, once it is ready
-- @param record table The book's ledger record
-- @param waiting table|nil Its outbox entry: newer than the ledger, which is written once it is sent
-- @param notes table|nil What the server has acknowledged of its highlights (store/annotation_ledger.lua)
-- @param options table|nil { isImporting = KOReader merged highlights from another device while it opened the book }
function OpenBook.new(ui, record, waiting, notes, options)
    local file = ui.document.file
    local stamp = Fingerprint.stamp(file) or {}
    local read = record.read
    if waiting and waiting.progress and (not read or (waiting.progress.readAt or 0) >= (read.readAt or 0)) then read = waiting.progress end
    local book = setmetatable({
        ui = ui,
        key = Ledger.key(file),
        file = file,
        size = stamp.size,
        mtime = stamp.mtime,
        record = record,
        reading = Reading.new(Position.current(ui), ui:getCurrentPage(), read and read.readAt),
        is_moving = false,
    }, OpenBook)
    if waiting then book:takeOver(waiting) end
    book:changeNotes(notes, options)
    return book
end

-- What was written down at close and not sent yet is newer than the record.
function OpenBook:takeOver(waiting)
    self.record.mark = waiting.mark or self.record.mark
    self.record.seen = waiting.state and waiting.state.seen or self.record.seen
end

--- Whether KOReader will merge another device's exported highlights into this book while it opens it.
-- That also removes what the export lacks, which must not pass for deletions by the reader.
function OpenBook.isImportWaiting(ui)
    local annotation = ui.document and ui.annotation
    if type(annotation) ~= "table" or not annotation.getExportAnnotationsFilepath then return false end
    local file = io.open(annotation:getExportAnnotationsFilepath(), "rb")
    if not file then return false end
    local text = file:read("*a")
    file:close()
    -- This device's own export is written at every close, where KOReader is set to, and never merged. Quotes inside a text are escaped.
    return text == nil or text:match('%["device_id"%] = "([^"]*)"') ~= G_reader_settings:readSetting("device_id")
end

function OpenBook:isPaging()
    return self.ui.document.info.has_pages == true
end

-- All of it in one number.
local function signatureOf(live)
    local parts = {}
    for i, item in ipairs(live) do
        parts[i] = item.kind .. item.datetime .. item.content .. item.pos0
    end
    return ContentHash.of(table.concat(parts))
end

-- What is gone since the ledger was written was deleted by the reader only if this is the sidecar it was written from.
-- Otherwise the ledger forgets it, the server is told what is here, and nothing is deleted by our doing.
function OpenBook:tieToSidecar(options)
    local live = self:live()
    local mark = self.ui.doc_settings:readSetting(OpenBook.MARK)
    local is_ours = mark ~= nil and mark == self.record.mark and not options.isImporting
    self.is_sidecar_ours = is_ours
    if self.notes.isNew then
        self.notes_complete = true
    elseif not is_ours then
        local found = Rules.diff(self.notes.entries, live, { mayDelete = false, limit = 0 })
        Rules.acknowledge(self.notes.entries, {}, found.lost)
        self.notes_complete = #found.lost > 0
    end
end

--- What the server has acknowledged of this book's highlights: at opening, or for another account.
-- @param notes table|nil See store/annotation_ledger.lua
function OpenBook:changeNotes(notes, options)
    self.notes, self.notes_complete, self.why_no_notes = nil, nil, nil
    if not notes then return end
    if not LiveAnnotations.isSupported(self.ui) then
        self.why_no_notes = "old_koreader"
    elseif Rules.isOtherEngine(notes.entries, self:isPaging()) then
        -- KOReader keeps the highlights of each engine apart; those of the other one are not gone.
        self.why_no_notes = "other_engine"
    else
        self.notes = notes
        self:tieToSidecar(options or {})
    end
end

--- What applies changes from elsewhere to this book.
function OpenBook:applier()
    return LiveAnnotations.new(self.ui, self.notes.entries)
end

--- Before the book closes: sidecar and record say that they belong together, if anything changed.
function OpenBook:markSidecar(now)
    if not self.notes then return end
    local signature = signatureOf(self:live())
    local mark = self.record.mark
    if mark and mark:sub(-#signature) == signature and self.ui.doc_settings:readSetting(OpenBook.MARK) == mark then return end
    self.record.mark = ("%x-%s"):format(now, signature)
    self.ui.doc_settings:saveSetting(OpenBook.MARK, self.record.mark)
    self.has_new_mark = true
end

--- Has KOReader write the sidecar now, as it does every quarter of an hour.
function OpenBook:flushSidecar()
    local doc_settings = self.ui.doc_settings
    doc_settings:saveSetting("annotations", self.ui.annotation.annotations)
    doc_settings:flush()
end

function OpenBook:live()
    return Items.list(self.ui.annotation.annotations, self:isPaging())
end

-- What waits to be told as deleted stays so, unless it is back. What waits as a change may have arrived, its answer lost: gone here
-- meanwhile, it is a deletion as well. One that only moved keeps its datetime.
local function withWaitingDeletes(deleted, waiting, live, may_have_arrived)
    local held = waiting and waiting.notes
    if not held then return deleted end
    local present, made = {}, {}
    for _, list in ipairs({ live, deleted }) do
        for _, item in ipairs(list) do
            present[Rules.identity(item.kind, item.datetime, item.pos0)] = true
            made[item.kind .. item.datetime] = true
        end
    end
    for _, entry in ipairs(held.deleted or {}) do
        if not present[Rules.identity(entry.kind, entry.datetime, entry.pos0)] then table.insert(deleted, entry) end
    end
    for _, change in ipairs(may_have_arrived and held.changes or {}) do
        if not made[change.kind .. change.datetime] then
            table.insert(deleted, { kind = change.kind, datetime = change.datetime, pos0 = change.pos0 })
        end
    end
    return deleted
end

--- What changed among the highlights and dog-ears since the server last acknowledged them.
-- @param waiting table|nil The book's outbox entry: deletions it holds stay deletions
-- @return table|nil { changes = array with `wire`, deleted, complete?, held?, more, signature }
function OpenBook:noteChanges(waiting)
    if not self.notes then return nil end
    local live = self:live()
    local found = Rules.diff(self.notes.entries, live, { mayDelete = true, limit = MOST_CHANGES })
    local deleted = withWaitingDeletes(found.deleted, waiting, live, self.is_sidecar_ours)
    if #found.changes == 0 and #deleted == 0 and not self.notes_complete then return nil end
    local section = { changes = {}, deleted = deleted, more = found.more, complete = self.notes_complete or nil }
    local parts = {}
    for i, change in ipairs(found.changes) do
        local item = change.item
        section.changes[i] = {
            kind = item.kind, datetime = item.datetime, pos0 = item.pos0, content = item.content, text = item.text,
            replaces = change.replaces, wire = Items.toWire(item, self:isPaging()),
        }
        parts[#parts + 1] = item.datetime .. item.content
    end
    if self.notes_complete then
        section.held = {}
        for i, item in ipairs(live) do
            section.held[i] = { kind = item.kind, datetime = item.datetime, pos0 = item.pos0 }
        end
    end
    for _, entry in ipairs(deleted) do
        parts[#parts + 1] = "-" .. entry.datetime .. entry.pos0
    end
    section.signature = ContentHash.of(table.concat(parts))
    return section
end

--- Status, rating and review, as far as they differ from what the server was last told.
-- @return table|nil { item, values, seen }
function OpenBook:stateChanges(now)
    local values = self:state()
    local found = BookState.detect(values, self.record.state, self.record.seen, now)
    self.record.seen = next(found) and found or nil
    local item = BookState.item(found, values)
    return item and { item = item, values = values, seen = found } or nil
end

function OpenBook:state()
    return BookState.fromSummary(self.ui.doc_settings:readSetting("summary"))
end

--- Takes over status, rating or review from elsewhere; KOReader writes its sidecar later by itself.
function OpenBook:applyState(set, today)
    local summary = self.ui.doc_settings:readSetting("summary") or {}
    self.ui.doc_settings:saveSetting("summary", BookState.applyTo(summary, set, today))
end

--- The fingerprint, if it is known for the file as it is now.
function OpenBook:identity()
    local identity = self.record.identity
    if identity and identity.size == self.size and identity.mtime == self.mtime then return identity end
    return nil
end

--- Plain data about the book, for the child process.
function OpenBook:facts()
    local props = self.ui.doc_props or {}
    local settings = self.ui.doc_settings
    return {
        key = self.key,
        file = self.file,
        size = self.size,
        mtime = self.mtime,
        identity = self:identity(),
        recordedHash = settings:readSetting("partial_md5_checksum"),
        title = props.title or props.display_title,
        authors = props.authors,
        domVersion = self:domVersion(),
        receivesNotes = self.notes ~= nil,
        stats = self.record.stats,
    }
end

function OpenBook:domVersion()
    if self.ui.document.info.has_pages then return nil end
    return tonumber(self.ui.doc_settings:readSetting("cre_dom_version"))
end

--- KOReader keeps the last pages' statistics in memory for a while; who syncs by hand wants them to go too.
function OpenBook:writeStatistics()
    local statistics = self.ui.statistics
    if type(statistics) == "table" and statistics.insertDB then pcall(statistics.insertDB, statistics) end
end

--- @return table|nil { percentage, progress, readAt? }
function OpenBook:here()
    return self.reading:at(Position.current(self.ui))
end

--- What the outbox keeps of the book.
-- @param owner string The account's name
-- @param here table|nil The place, if it is to be sent
-- @param news table { notes?, state?, acks? }
function OpenBook:entry(owner, here, news)
    local identity = self:identity()
    local facts = self:facts()
    return {
        owner = owner,
        file = self.file,
        size = self.size,
        mtime = self.mtime,
        hash = identity and identity.hash or nil,
        contentSignature = identity and identity.contentSignature or nil,
        domVersion = facts.domVersion,
        recordedHash = facts.recordedHash,
        title = facts.title,
        authors = facts.authors,
        progress = here,
        notes = news.notes,
        state = news.state,
        acks = news.acks,
        stats = true,
        mark = self.notes and self.record.mark or nil,
    }
end

--- @return boolean Whether the reader turned a page
function OpenBook:pageShown(page, now)
    if self.is_moving then return false end
    return self.reading:pageShown(page, now)
end

--- Finds out where in this document a place from elsewhere is, and in which chapter.
function OpenBook:resolve(place)
    Position.resolve(self.ui, place)
    if not place.chapter or place.chapter == "" then place.chapter = Position.chapter(self.ui, place) end
end

function OpenBook:isShown(place)
    return Position.isShown(self.ui, place)
end

--- Moves to a place read elsewhere.
-- @param read_at number|nil When it was read, by this device's clock
-- @return string "exact" or "near"
function OpenBook:go(place, read_at)
    self.is_moving = true
    local quality = Position.go(self.ui, place)
    self.is_moving = false
    if Progress.isNear(place) then quality = "near" end
    local here = Position.current(self.ui)
    self.reading:movedTo(here, self.ui:getCurrentPage(), read_at)
    self.record.pulled = { percentage = here.percentage, progress = here.progress, readAt = read_at }
    self.record.read = self.record.pulled
    return quality
end

return OpenBook
