--- A closed book as its sidecar has it. KOReader finds the file; nothing here builds a path.

local Items = require("bookorbit/document/annotations")
local md5 = require("ffi/sha2").md5

local Sidecar = {}

local function isPaging(annotations, data)
    local first = type(annotations) == "table" and annotations[1]
    if first then return type(first.page) == "number" end
    return type(data.last_xpointer) ~= "string" and data.last_page ~= nil
end

--- @return table|nil { data = plain sidecar, isPaging, annotations (nil for one from before KOReader had them) }
function Sidecar.read(file)
    local DocSettings = require("docsettings")
    if not DocSettings:hasSidecarFile(file) then return nil end
    -- The light way, where KOReader has it (2024): the other one tidies up beside the book.
    local data = DocSettings.openSettingsFile and DocSettings.openSettingsFile(DocSettings:findSidecarFile(file)).data
        or DocSettings:open(file).data
    local annotations = data.annotations
    return { data = data, isPaging = isPaging(annotations, data), annotations = type(annotations) == "table" and annotations or nil }
end

local function keyOf(datetime, pos0)
    return md5(datetime .. "|" .. pos0)
end

local function isMoved(item, edit, is_paging)
    if not edit.pos0 then return false end
    return Items.place(item, is_paging) ~= edit.pos0 or Items.stop(item, is_paging) ~= edit.pos1
end

-- What moved, or is not here, is left: only the open document can check a place.
local function applyAnnotations(annotations, to_apply, kind, is_paging, result)
    for _, edit in ipairs(to_apply.edit or {}) do
        local index = Items.find(annotations, edit, keyOf, is_paging)
        if not index or isMoved(annotations[index], edit, is_paging) then
            table.insert(result.left, edit)
        else
            Items.edit(annotations[index], edit)
            local described = Items.describe(annotations[index], is_paging)
            described.item = nil
            table.insert(result.acknowledged, described)
            table.insert(result.applied, {
                serverId = edit.serverId, version = edit.version, status = "applied", datetimeUpdated = edit.datetimeUpdated,
            })
            result.has_changed = true
        end
    end
    for _, delete in ipairs(to_apply.delete or {}) do
        local index = Items.find(annotations, delete, keyOf, is_paging)
        if index then
            local described = Items.describe(annotations[index], is_paging)
            table.insert(result.forgotten, { kind = kind, datetime = described.datetime, pos0 = described.pos0 })
            table.remove(annotations, index)
            result.has_changed = true
        end
        table.insert(result.deleted, { serverId = delete.serverId, status = "applied" })
    end
end

local function noResult()
    return { applied = {}, deleted = {}, acknowledged = {}, forgotten = {}, left = {}, has_changed = false }
end

--- Writes what the server sent into the sidecar of a closed book.
-- @param what table { annotations?, bookmarks? = `toApply` of each, summary? = function changing KOReader's summary table }
-- @return table|nil { annotations, bookmarks } each { applied, deleted, acknowledged, forgotten }, and `left`: edits that only the
--   open book can take; nil without a sidecar
function Sidecar.apply(file, what)
    local DocSettings = require("docsettings")
    if not DocSettings:hasSidecarFile(file) then return nil end
    local doc_settings = DocSettings:open(file)
    local annotations = doc_settings:readSetting("annotations")
    local result = { annotations = noResult(), bookmarks = noResult() }
    if type(annotations) == "table" then
        local is_paging = isPaging(annotations, doc_settings.data)
        if what.annotations then applyAnnotations(annotations, what.annotations, "highlight", is_paging, result.annotations) end
        if what.bookmarks then applyAnnotations(annotations, what.bookmarks, "bookmark", is_paging, result.bookmarks) end
    end
    local has_changed = result.annotations.has_changed or result.bookmarks.has_changed
    if has_changed then
        doc_settings:saveSetting("annotations", annotations)
        doc_settings:saveSetting("annotations_externally_modified", true)
    end
    if what.summary then
        doc_settings:saveSetting("summary", what.summary(doc_settings:readSetting("summary") or {}))
        has_changed = true
    end
    if has_changed then
        doc_settings:flush()
        local ok, BookList = pcall(require, "ui/widget/booklist")
        if ok and BookList.resetBookInfoCache then BookList.resetBookInfoCache(file) end
    end
    result.left = type(annotations) == "table" and result.annotations.left or what.annotations and what.annotations.edit or {}
    return result
end

return Sidecar
