--- Highlights, notes and dog-ears as KOReader keeps them (readerannotation.lua), read into plain data.
-- The same for the live list of the open book and for the list in a sidecar.

local ContentHash = require("bookorbit/document/content_hash")
local Wire = require("bookorbit/api/wire")

local Annotations = {}

local DRAWERS = { lighten = true, underscore = true, strikeout = true, invert = true }
local LONGEST = { color = 30, text = 10000, chapter = 500 }

local LARGEST_COORDINATE = 1e9

-- A sidecar may hold anything; what JSON cannot must not hold up the rest.
local function isPlain(number)
    return type(number) == "number" and number == number and math.abs(number) < LARGEST_COORDINATE
end

-- KOReader keeps PDF places as tables with more in them; a key is over the bytes sent, so the order is fixed.
local function pdfPosition(position)
    if type(position) ~= "table" or not isPlain(position.page) or not isPlain(position.x) or not isPlain(position.y) then return nil end
    return ('{"page":%d,"x":%s,"y":%s}'):format(position.page, Wire.encode(position.x), Wire.encode(position.y))
end

--- A PDF place of the wire as KOReader has it.
-- @return table|nil { page, x, y }
function Annotations.parsePdfPosition(text)
    local position = Wire.decode(text)
    if type(position) ~= "table" then return nil end
    local page, x, y = tonumber(position.page), tonumber(position.x), tonumber(position.y)
    if not page or not x or not y then return nil end
    return { page = page, x = x, y = y, zoom = 1, rotation = 0 }
end

local function position(value, is_paging)
    if is_paging then return pdfPosition(value) end
    return type(value) == "string" and value or nil
end

local function place(item, is_paging)
    if item.drawer then return position(item.pos0, is_paging) end
    if is_paging then return type(item.page) == "number" and tostring(item.page) or nil end
    return type(item.page) == "string" and item.page or nil
end

--- Where an item is, as it travels.
-- @return string|nil
Annotations.place = place

--- Where a highlight ends, as it travels.
-- @return string|nil
function Annotations.stop(item, is_paging)
    return position(item.pos1, is_paging)
end

local function text(value)
    return type(value) == "string" and value or ""
end

--- One item as the ledger compares it.
-- @return table|nil { kind, datetime, pos0, content, text, item }; nil for what cannot travel
function Annotations.describe(item, is_paging)
    if type(item) ~= "table" then return nil end
    local datetime, pos0 = item.datetime, place(item, is_paging)
    if type(datetime) ~= "string" or not pos0 or not datetime:find("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d$") then return nil end
    local kind = item.drawer and "highlight" or "bookmark"
    local content
    if kind == "highlight" then
        local pos1 = position(item.pos1, is_paging) or ""
        content = table.concat({ text(item.drawer), text(item.color), text(item.text), text(item.note), pos1 }, "\1")
    else
        content = text(item.note)
    end
    return {
        kind = kind, datetime = datetime, pos0 = pos0, item = item,
        content = ContentHash.of(content), text = ContentHash.of(text(item.text)),
    }
end

--- @param items table|nil KOReader's `annotations`
-- @return table Array of what `describe` returns
function Annotations.list(items, is_paging)
    local list = {}
    for _, item in ipairs(type(items) == "table" and items or {}) do
        list[#list + 1] = Annotations.describe(item, is_paging)
    end
    return list
end

local function datetimeUpdated(item)
    local updated = item.datetime_updated
    return type(updated) == "string" and updated:find("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d$") and updated or nil
end

local function limited(value, limit)
    if type(value) ~= "string" or value == "" then return nil end
    return Wire.text(value, limit)
end

--- One item as it travels.
function Annotations.toWire(described, is_paging)
    local item = described.item
    if described.kind == "bookmark" then
        return {
            datetime = item.datetime,
            datetimeUpdated = datetimeUpdated(item),
            pos = described.pos0,
            pageno = tonumber(item.pageno),
            chapter = limited(item.chapter, LONGEST.chapter),
            note = limited(item.note),
        }
    end
    return {
        datetime = item.datetime,
        datetimeUpdated = datetimeUpdated(item),
        drawer = DRAWERS[item.drawer] and item.drawer or "lighten",
        color = limited(item.color, LONGEST.color),
        text = limited(item.text, LONGEST.text),
        note = limited(item.note),
        chapter = limited(item.chapter, LONGEST.chapter),
        pageno = tonumber(item.pageno),
        posFormat = is_paging and "pdf" or "xpointer",
        pos0 = described.pos0,
        pos1 = position(item.pos1, is_paging),
    }
end

--- Finds an item the server names.
-- @param named table { datetime, key }
-- @param key_of function(datetime, pos0) as the server computes it
-- @return number|nil its index
function Annotations.find(items, named, key_of, is_paging)
    for index, item in ipairs(items) do
        if item.datetime == named.datetime then
            local pos0 = place(item, is_paging)
            if pos0 and key_of(item.datetime, pos0) == tostring(named.key):lower() then return index end
        end
    end
    return nil
end

--- The fields of an edit, onto KOReader's item.
function Annotations.edit(item, edit)
    item.drawer = DRAWERS[edit.drawer] and edit.drawer or item.drawer
    item.color = edit.color or item.color
    if edit.text ~= nil and edit.text ~= item.text then
        item.text, item.text_edited = edit.text, true
    end
    item.note = edit.note ~= "" and edit.note or nil
    item.datetime_updated = edit.datetimeUpdated or item.datetime_updated
end

return Annotations
