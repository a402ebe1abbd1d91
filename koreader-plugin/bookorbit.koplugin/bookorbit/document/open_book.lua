--- The book that is open: what KOReader tells about it, and what this device remembers of it.

local BookState = require("bookorbit/sync/book_state")
local Fingerprint = require("bookorbit/document/fingerprint")
local Ledger = require("bookorbit/store/ledger")
local OpenNotes = require("bookorbit/document/open_notes")
local PlaceSearch = require("bookorbit/document/place_search")
local Position = require("bookorbit/document/position")
local Progress = require("bookorbit/sync/progress")
local Reading = require("bookorbit/sync/reading")

local OpenBook = {}
OpenBook.__index = OpenBook

-- The half of it that is about highlights and dog-ears.
for name, value in pairs(OpenNotes) do OpenBook[name] = value end

--- @param ui table KOReader's ReaderUI, once it is ready
-- @param record table The book's ledger record
-- @param waiting table|nil Its outbox entry: newer than the ledger, which is written once it is sent
-- @param notes table|nil What the server has acknowledged of its highlights (store/annotation_ledger.lua)
-- @param options table|nil { isImporting = KOReader merged highlights from another device while it opened the book,
--   arriving = what a sweep sent and may have arrived (store/arriving_file.lua) }
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
    options = options or {}
    book:changeNotes(notes, { isImporting = options.isImporting, arriving = options.arriving, waiting = waiting and waiting.notes })
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

--- Status, rating and review, as far as they differ from what the server was last told.
-- @param told table|nil What may have arrived already: see sync/book_state.lua
-- @return table|nil { item, values, seen }
function OpenBook:stateChanges(now, told)
    local values = self:state()
    local found = BookState.detect(values, self.record.state, self.record.seen, now, told)
    self.record.seen = next(found) and found or nil
    local item = BookState.item(found, values)
    return item and { item = item, values = values, seen = found } or nil
end

function OpenBook:state()
    return BookState.fromSummary(self.ui.doc_settings:readSetting("summary"))
end

-- Since 2026.03 the file browser shows what KOReader knew when the book was opened, and what its own menus told it since.
local function tellFileBrowser(file, summary)
    local ok, BookList = pcall(require, "ui/widget/booklist")
    if not ok or not BookList.setBookInfoCacheProperty then return end
    BookList.setBookInfoCacheProperty(file, "status", summary.status)
    BookList.setBookInfoCacheProperty(file, "rating", summary.rating or 0)
end

--- Takes over status, rating or review from elsewhere; KOReader writes its sidecar later by itself.
function OpenBook:applyState(set, today)
    local summary = self.ui.doc_settings:readSetting("summary") or {}
    self.ui.doc_settings:saveSetting("summary", BookState.applyTo(summary, set, today))
    tellFileBrowser(self.file, summary)
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
        round = self.record.round,
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
        round = facts.round,
        mark = self.notes and self.record.mark or nil,
    }
end

--- @return boolean Whether the reader turned a page
function OpenBook:pageShown(page, now)
    if self.is_moving then return false end
    return self.reading:pageShown(page, now)
end

--- Finds out where in this document a place from elsewhere is, and in which chapter.
-- @param answer table|nil What a child process found, or an empty one when nothing is to be searched for
-- @return boolean Whether it has to be searched for first
function OpenBook:resolve(place, answer)
    if Position.resolve(self.ui, place, answer) then return true end
    if not place.chapter or place.chapter == "" then place.chapter = Position.chapter(self.ui, place) end
    return false
end

--- What a child process does to find places in this document: see document/place_search.lua.
function OpenBook:searchTask(questions)
    return PlaceSearch.task(self.ui, questions)
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
