--- Applies what the server sends to the open book, through KOReader's live objects.

local Event = require("ui/event")
local Items = require("bookorbit/document/annotations")
local Passage = require("bookorbit/document/passage")
local Rules = require("bookorbit/sync/annotations")
local UIManager = require("ui/uimanager")
local md5 = require("ffi/sha2").md5

local LiveAnnotations = {}
LiveAnnotations.__index = LiveAnnotations

local function keyOf(datetime, pos0)
    return md5(datetime .. "|" .. pos0)
end

function LiveAnnotations.isSupported(ui)
    return type(ui.annotation) == "table" and type(ui.annotation.annotations) == "table"
end

--- @param ui table KOReader's ReaderUI, of a KOReader that has `ui.annotation`
function LiveAnnotations.new(ui)
    return setmetatable({
        ui = ui, is_paging = ui.document.info.has_pages == true,
        highlights_added = 0, notes_added = 0, last_item = nil, acknowledged = {}, forgotten = {},
    }, LiveAnnotations)
end

function LiveAnnotations:items()
    return self.ui.annotation.annotations
end

-- @return table|nil { pos0, pos1, verified, corrected }, string|nil why not
function LiveAnnotations:locate(add)
    local document = self.ui.document
    local is_there = type(add.pos0) == "string" and type(add.pos1) == "string"
        and document:isXPointerInDocument(add.pos0) and document:isXPointerInDocument(add.pos1)
    if is_there then
        local found = document:getTextFromXPointers(add.pos0, add.pos1)
        if not add.text or Rules.isSameText(found, add.text) then
            return { pos0 = add.pos0, pos1 = add.pos1, verified = add.text ~= nil }
        end
    end
    local expected = document:isXPointerInDocument(add.pos0) and document:getPageFromXPointer(add.pos0) or tonumber(add.pageno)
    local better = Passage.findRange(document, tostring(add.text or ""), expected)
    if better then return { pos0 = better.pos0, pos1 = better.pos1, verified = true, corrected = true } end
    return nil, is_there and "the text at this place is another one" or "this place is not in the document"
end

function LiveAnnotations:locatePdf(add)
    local pos0, pos1 = Items.parsePdfPosition(add.pos0), Items.parsePdfPosition(add.pos1 or add.pos0)
    if not pos0 or not pos1 then return nil, "the place cannot be read" end
    if pos0.page ~= pos1.page then return nil, "it goes over several pages" end
    if pos0.page < 1 or pos0.page > self.ui.document:getPageCount() then return nil, "this page is not in the document" end
    return { pos0 = pos0, pos1 = pos1, page = pos0.page, verified = false }
end

function LiveAnnotations:changed(before, after)
    local highlights, notes = Rules.counters(before, after)
    self.highlights_added = self.highlights_added + highlights
    self.notes_added = self.notes_added + notes
end

function LiveAnnotations:remember(item, replaces)
    local described = Items.describe(item, self.is_paging)
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
        local described = item.datetime == datetime and Items.describe(item, self.is_paging)
        if described and described.pos0 == pos0 then return item end
    end
    return nil
end

--- A highlight made elsewhere.
-- @return table An entry of the ack's `applied`
function LiveAnnotations:add(add)
    local ack = { serverId = add.serverId, version = add.version, status = "failed" }
    local found, reason
    if (add.posFormat == "pdf") ~= self.is_paging then
        reason = "the place is of another kind of document"
    elseif self.is_paging then
        found, reason = self:locatePdf(add)
    else
        found, reason = self:locate(add)
    end
    if not found then
        ack.reason = reason
        return ack
    end
    local item = self:has(add.datetime, self.is_paging and add.pos0 or found.pos0)
    if not item then
        item = {
            page = self.is_paging and found.page or found.pos0, pos0 = found.pos0, pos1 = found.pos1,
            datetime = add.datetime, text = add.text or "", chapter = add.chapter,
        }
        Items.edit(item, add)
        item.text_edited = nil
        if self.is_paging then
            item.pboxes = self.ui.document:getPageBoxesFromPositions(found.page, found.pos0, found.pos1)
            if self.ui.highlight and self.ui.highlight.writePdfAnnotation then
                self.ui.highlight:writePdfAnnotation("save", item)
            end
        end
        self.last_index = self.ui.annotation:addItem(item)
        self:changed(nil, item)
    else
        local before = { note = item.note }
        Items.edit(item, add)
        self:changed(before, item)
    end
    self:remember(item)
    ack.status, ack.verified, ack.corrected, ack.pageno = "applied", found.verified, found.corrected, tonumber(item.pageno)
    if found.corrected then ack.pos0, ack.pos1 = found.pos0, found.pos1 end
    return ack
end

--- A change made elsewhere. A missing item is an answer too: it was deleted here meanwhile.
function LiveAnnotations:edit(edit)
    local ack = { serverId = edit.serverId, version = edit.version, status = "failed" }
    local index = Items.find(self:items(), edit, keyOf, self.is_paging)
    if not index then
        ack.reason = "it is not on this device"
        return ack
    end
    local item = self:items()[index]
    local before = { note = item.note }
    local identity
    if edit.pos0 and not self.is_paging and (edit.pos0 ~= item.pos0 or edit.pos1 ~= item.pos1) then
        local found, reason = self:locate(edit)
        if not found then
            ack.reason = reason
            return ack
        end
        identity = Rules.identity("highlight", item.datetime, item.pos0)
        table.remove(self:items(), index)
        item.page, item.pos0, item.pos1 = found.pos0, found.pos0, found.pos1
        self.ui.annotation:addItem(item)
        ack.verified, ack.corrected, ack.pos0, ack.pos1, ack.pageno =
            found.verified, found.corrected, found.pos0, found.pos1, tonumber(item.pageno)
    end
    Items.edit(item, edit)
    self:changed(before, item)
    self:remember(item, identity)
    ack.status, ack.datetimeUpdated = "applied", item.datetime_updated
    return ack
end

--- Something deleted elsewhere. What is not there is as good as deleted.
function LiveAnnotations:delete(delete)
    local index = Items.find(self:items(), delete, keyOf, self.is_paging)
    if index then
        local item = self:items()[index]
        local described = Items.describe(item, self.is_paging)
        if not item.drawer then
            self.ui.bookmark:removeItemByIndex(index)
            self.has_bookmarks_changed = true
        elseif self.is_paging then
            self.ui.highlight:deleteHighlight(index) -- out of the file as well, where they are written into it
        else
            self.ui.bookmark:removeItemByIndex(index)
        end
        table.insert(self.forgotten, { kind = described.kind, datetime = described.datetime, pos0 = described.pos0 })
        self.has_deleted = true
    end
    return { serverId = delete.serverId, status = "applied" }
end

--- A page dog-eared elsewhere; the device mints its datetime.
-- @return table An entry of the bookmark ack's `applied`
function LiveAnnotations:addBookmark(add)
    local ack = { serverId = add.serverId, status = "failed" }
    local page = add.pos
    if self.is_paging then
        page = tonumber(add.pos)
        if not page or page < 1 or page > self.ui.document:getPageCount() then return ack end
    elseif type(page) ~= "string" or not self.ui.document:isXPointerInDocument(page) then
        return ack
    end
    local item
    for _, other in ipairs(self:items()) do
        if not other.drawer and other.page == page then item = other end
    end
    if not item then
        item = { page = page, text = add.title, chapter = add.title }
        self.last_index = self.ui.annotation:addItem(item)
        self.has_bookmarks_changed = true
    end
    self:remember(item)
    ack.status, ack.datetime, ack.pos = "applied", item.datetime, tostring(page)
    ack.key = keyOf(item.datetime, tostring(page))
    return ack
end

--- One event for all of it: it resets KOReader's drawing cache and keeps the statistics' counters right.
function LiveAnnotations:finish()
    if self.last_item then
        local updated = self.last_item.datetime_updated
        self.ui:handleEvent(Event:new("AnnotationsModified", {
            self.last_item,
            nb_highlights_added = self.highlights_added, nb_notes_added = self.notes_added,
            index_modified = self.last_index or 0,
        }))
        self.last_item.datetime_updated = updated
    end
    if self.has_bookmarks_changed then
        self.ui.bookmark:setDogearVisibility(self.ui.bookmark:getCurrentPageNumber())
    end
    if self.last_item or self.has_deleted then UIManager:setDirty(self.ui.dialog, "ui") end
end

return LiveAnnotations
