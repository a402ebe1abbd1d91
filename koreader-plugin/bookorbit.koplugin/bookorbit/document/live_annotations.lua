--- Applies what the server sends to the open book, through KOReader's live objects.

local Event = require("ui/event")
local Items = require("bookorbit/document/annotations")
local Passage = require("bookorbit/document/passage")
local PdfPlace = require("bookorbit/document/pdf_place")
local Rules = require("bookorbit/sync/annotations")
local UIManager = require("ui/uimanager")
local WrittenHighlights = require("bookorbit/document/written_highlights")
local T = require("ffi/util").template
local koreader = require("gettext")
local md5 = require("ffi/sha2").md5

local LiveAnnotations = {}
LiveAnnotations.__index = LiveAnnotations

-- Reasons nobody is told. What a child process has to search for; what the reader changed while the answer was on its way, and will be
-- merged by the server once it is sent.
LiveAnnotations.LATER, LiveAnnotations.CHANGED = "later", "changed"

local function keyOf(datetime, pos0)
    return md5(datetime .. "|" .. pos0)
end

local function copyOf(item)
    local copy = {}
    for name, value in pairs(item) do copy[name] = value end
    return copy
end

function LiveAnnotations.isSupported(ui)
    return type(ui.annotation) == "table" and type(ui.annotation.annotations) == "table"
end

--- @param ui table KOReader's ReaderUI, of a KOReader that has `ui.annotation`
-- @param entries table What the server has acknowledged, by identity
function LiveAnnotations.new(ui, entries)
    return setmetatable({
        ui = ui, entries = entries, is_paging = ui.document.info.has_pages == true,
        highlights_added = 0, notes_added = 0, last_item = nil, acknowledged = {}, forgotten = {},
    }, LiveAnnotations)
end

function LiveAnnotations:items()
    return self.ui.annotation.annotations
end

-- Whether a text stands at a place. Without a text the place itself has to do.
function LiveAnnotations:standsAt(place, text)
    local document = self.ui.document
    local is_there = type(place.pos0) == "string" and type(place.pos1) == "string"
        and document:isXPointerInDocument(place.pos0) and document:isXPointerInDocument(place.pos1)
    if not is_there then return false, "this place is not in the document" end
    if not text or Rules.isSameText(document:getTextFromXPointers(place.pos0, place.pos1), text) then return true end
    return false, "the text at this place is another one"
end

-- @param answer table|nil What a child process found
-- @return table|nil { pos0, pos1, verified, corrected }, string|nil why not
function LiveAnnotations:locate(add, answer)
    local is_right, reason = self:standsAt(add, add.text)
    if is_right then return { pos0 = add.pos0, pos1 = add.pos1, verified = add.text ~= nil } end
    if not answer and Passage.canSearch(self.ui.document, tostring(add.text or "")) then return nil, LiveAnnotations.LATER end
    local better = answer and answer.found
    if better and self:standsAt(better, add.text) then
        return { pos0 = better.pos0, pos1 = better.pos1, verified = true, corrected = true }
    end
    return nil, reason
end

-- What KOReader's item says of its place.
local function setPlace(item, found, is_paging)
    item.page, item.pos0, item.pos1 = is_paging and found.page or found.pos0, found.pos0, found.pos1
    item.pboxes, item.ext = found.pboxes, found.ext
end

function LiveAnnotations:find(add, answer)
    if (add.posFormat == "pdf") ~= self.is_paging then return nil, "the place is of another kind of document" end
    if not self.is_paging then return self:locate(add, answer) end
    local found, reason = PdfPlace.locate(self.ui, add, answer)
    return found, reason or LiveAnnotations.LATER
end

-- Where it is now, in this device's own words: keys are over them.
function LiveAnnotations:tellPlace(ack, item, found, offered)
    ack.status, ack.verified, ack.corrected, ack.pageno = "applied", found.verified, found.corrected, tonumber(item.pageno)
    local pos0 = Items.place(item, self.is_paging)
    if pos0 ~= offered.pos0 then ack.pos0, ack.pos1 = pos0, Items.stop(item, self.is_paging) end
end

-- KOReaders before 2025.08 give whatever is added the time of now: it would be another highlight to the server, and never find its edits.
function LiveAnnotations:insert(item)
    local datetime = item.datetime
    self.ui.annotation:addItem(item)
    item.datetime = datetime or item.datetime
end

-- Where a moved item belongs in the order now. Nothing is in the list that KOReader cannot sort, and nothing is lost for it.
-- @param before table What the item was
function LiveAnnotations:reinsert(index, before)
    local item = table.remove(self:items(), index)
    local ok, reason = pcall(self.insert, self, item)
    if ok then return end
    for name in pairs(item) do item[name] = nil end
    for name, value in pairs(before) do item[name] = value end
    table.insert(self:items(), index, item)
    error(reason, 0)
end

function LiveAnnotations:changed(before, after)
    local highlights, notes = Rules.counters(before, after)
    self.highlights_added = self.highlights_added + highlights
    self.notes_added = self.notes_added + notes
end

-- @param is_news boolean The server does not count on this device having it, and is to hear of it as of anything new
function LiveAnnotations:remember(item, replaces, is_news)
    local described = not is_news and Items.describe(item, self.is_paging)
    if described then
        table.insert(self.acknowledged, {
            kind = described.kind, datetime = described.datetime, pos0 = described.pos0,
            content = described.content, text = described.text, replaces = replaces,
        })
    end
    self.last_item = item
end

function LiveAnnotations:has(datetime, pos0)
    for _, item in ipairs(self:items()) do
        if item.datetime == datetime and item.drawer and Items.place(item, self.is_paging) == pos0 then return item end
    end
    return nil
end

function LiveAnnotations:contentOf(item)
    local described = Items.describe(item, self.is_paging)
    return described and described.pos0 .. described.content
end

function LiveAnnotations:isChanged(item)
    local described = Items.describe(item, self.is_paging)
    local entry = described and self.entries[Rules.identity(described.kind, described.datetime, described.pos0)]
    return entry ~= nil and entry.content ~= described.content
end

--- A highlight made elsewhere.
-- @param is_news boolean|nil See `remember`
-- @param answer table|nil What a child process found of its place
-- @return table An entry of the ack's `applied`
function LiveAnnotations:add(add, is_news, answer)
    local ack = { serverId = add.serverId, version = add.version, status = "failed" }
    local found, reason = self:find(add, answer)
    if not found then
        ack.reason = reason
        return ack
    end
    local fresh = { datetime = add.datetime, text = add.text or "", chapter = add.chapter, drawer = "lighten" }
    setPlace(fresh, found, self.is_paging)
    local item = self:has(add.datetime, Items.place(fresh, self.is_paging))
    if item and self:isChanged(item) then
        ack.reason = LiveAnnotations.CHANGED
        return ack
    end
    local before = item and copyOf(item)
    if item then
        Items.edit(item, add)
        WrittenHighlights.change(self.ui, before, item)
    else
        item = fresh
        Items.edit(item, add)
        item.text_edited = nil
        self:insert(item)
        WrittenHighlights.add(self.ui, item)
    end
    self:changed(before, item)
    self:remember(item, nil, is_news)
    self:tellPlace(ack, item, found, add)
    return ack
end

local function isElsewhere(item, edit, is_paging)
    if not edit.pos0 then return false end
    return Items.place(item, is_paging) ~= edit.pos0 or Items.stop(item, is_paging) ~= edit.pos1
end

--- A change made elsewhere. A missing item is an answer too: it was deleted here meanwhile.
-- @param is_news boolean|nil See `remember`
-- @param answer table|nil What a child process found of its place
function LiveAnnotations:edit(edit, is_news, answer)
    local ack = { serverId = edit.serverId, version = edit.version, status = "failed" }
    local index = Items.find(self:items(), edit, keyOf, self.is_paging)
    if not index then
        ack.reason = "it is not on this device"
        return ack
    end
    local item = self:items()[index]
    if self:isChanged(item) then
        ack.reason = LiveAnnotations.CHANGED
        return ack
    end
    local before, identity = copyOf(item), nil
    if isElsewhere(item, edit, self.is_paging) then
        local found, reason = self:find({
            pos0 = edit.pos0, pos1 = edit.pos1, text = edit.text, posFormat = self.is_paging and "pdf" or "xpointer",
        }, answer)
        if not found then
            ack.reason = reason
            return ack
        end
        identity = Rules.identity("highlight", item.datetime, Items.place(item, self.is_paging))
        setPlace(item, found, self.is_paging)
        Items.edit(item, edit)
        self:reinsert(index, before)
        self:tellPlace(ack, item, found, edit)
    else
        Items.edit(item, edit)
    end
    WrittenHighlights.change(self.ui, before, item)
    self.has_edited = self.has_edited or self:contentOf(before) ~= self:contentOf(item)
    self:changed(before, item)
    self:remember(item, identity, is_news)
    ack.status, ack.datetimeUpdated = "applied", item.datetime_updated
    return ack
end

--- Something deleted elsewhere. What is not there is as good as deleted.
-- @return table|nil An entry of the ack's `deleted`; nil when the reader changed it meanwhile: the server hears of that first
function LiveAnnotations:delete(delete)
    local index = Items.find(self:items(), delete, keyOf, self.is_paging)
    if index then
        local item = self:items()[index]
        if self:isChanged(item) then return nil end
        local described = Items.describe(item, self.is_paging)
        if item.drawer then WrittenHighlights.remove(self.ui, item) else self.has_bookmarks_changed = true end
        self.ui.bookmark:removeItemByIndex(index)
        table.insert(self.forgotten, { kind = described.kind, datetime = described.datetime, pos0 = described.pos0 })
        self.has_deleted = true
    end
    return { serverId = delete.serverId, status = "applied" }
end

--- A page dog-eared elsewhere; the device mints its datetime.
-- @param is_news boolean|nil See `remember`
-- @return table An entry of the bookmark ack's `applied`
function LiveAnnotations:addBookmark(add, is_news)
    local ack = { serverId = add.serverId, status = "failed" }
    local page = add.pos
    if self.is_paging then
        page = tonumber(add.pos)
        if not page or page < 1 or page > self.ui.document:getPageCount() then page = nil end
    elseif type(page) ~= "string" or not self.ui.document:isXPointerInDocument(page) then
        page = nil
    end
    if not page then
        ack.reason = "this page is not in the document"
        return ack
    end
    local item
    for _, other in ipairs(self:items()) do
        if not other.drawer and other.page == page then item = other end
    end
    if not item then
        -- As KOReader names a page it dog-ears (readerbookmark.lua), in its own words.
        item = { page = page, text = add.title and T(koreader("in %1"), add.title), chapter = add.title }
        self:insert(item)
        self.has_bookmarks_changed = true
    end
    self:remember(item, nil, is_news)
    ack.status, ack.datetime, ack.pos = "applied", item.datetime, tostring(page)
    ack.key = keyOf(item.datetime, tostring(page))
    return ack
end

--- One event for what was done since the last, which keeps the statistics' counters right.
function LiveAnnotations:announce()
    self.has_anything = self.has_anything or self.last_item ~= nil or self.has_deleted == true
    if self.last_item then
        local updated = self.last_item.datetime_updated
        self.ui:handleEvent(Event:new("AnnotationsModified", {
            self.last_item, nb_highlights_added = self.highlights_added, nb_notes_added = self.notes_added,
        }))
        self.last_item.datetime_updated = updated
        self.last_item, self.highlights_added, self.notes_added = nil, 0, 0
    end
    self:dropBoxes()
end

-- Since 2025.04 KOReader keeps the boxes it drew of each page, which name their item by its index, and lets an event move the indexes
-- for one item only: a tap on what an older box names would open another highlight, or none.
function LiveAnnotations:dropBoxes()
    local view = self.ui.view
    if view and view.resetHighlightBoxesCache then view:resetHighlightBoxesCache() end
end

--- Shows it: one gentle refresh, however many there were.
function LiveAnnotations:finish()
    self:announce()
    if self.has_bookmarks_changed then
        self.ui.bookmark:setDogearVisibility(self.ui.bookmark:getCurrentPageNumber())
    end
    if self.has_anything then UIManager:setDirty(self.ui.dialog, "ui") end
end

return LiveAnnotations
