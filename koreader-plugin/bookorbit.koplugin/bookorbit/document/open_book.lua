--- The book that is open: what KOReader tells about it, and what this device remembers of it.

local Fingerprint = require("bookorbit/document/fingerprint")
local Ledger = require("bookorbit/store/ledger")
local Position = require("bookorbit/document/position")
local Reading = require("bookorbit/sync/reading")

local OpenBook = {}
OpenBook.__index = OpenBook

--- @param ui table KOReader's ReaderUI, once it is ready
-- @param record table The book's ledger record
-- @param waiting table|nil Its outbox entry: newer than the ledger, which is written once it is sent
function OpenBook.new(ui, record, waiting)
    local file = ui.document.file
    local stamp = Fingerprint.stamp(file) or {}
    local read = record.read
    if waiting and (not read or (waiting.progress.readAt or 0) >= (read.readAt or 0)) then read = waiting.progress end
    return setmetatable({
        ui = ui,
        key = Ledger.key(file),
        file = file,
        size = stamp.size,
        mtime = stamp.mtime,
        record = record,
        reading = Reading.new(Position.current(ui), ui:getCurrentPage(), read and read.readAt),
        is_moving = false,
    }, OpenBook)
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
    }
end

function OpenBook:domVersion()
    if self.ui.document.info.has_pages then return nil end
    return tonumber(self.ui.doc_settings:readSetting("cre_dom_version"))
end

--- @return table|nil { percentage, progress, readAt? }
function OpenBook:here()
    return self.reading:at(Position.current(self.ui))
end

--- What the outbox keeps of the place.
-- @param owner string The account's name
function OpenBook:entry(owner, here)
    local identity = self:identity()
    return {
        owner = owner,
        file = self.file,
        size = self.size,
        mtime = self.mtime,
        hash = identity and identity.hash or nil,
        domVersion = self:domVersion(),
        progress = here,
    }
end

--- @return boolean Whether the reader turned a page
function OpenBook:pageShown(page, now)
    if self.is_moving then return false end
    return self.reading:pageShown(page, now)
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
    local here = Position.current(self.ui)
    self.reading:movedTo(here, self.ui:getCurrentPage(), read_at)
    self.record.pulled = { percentage = here.percentage, progress = here.progress, readAt = read_at }
    self.record.read = self.record.pulled
    return quality
end

return OpenBook
