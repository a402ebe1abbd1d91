--- A highlight's place in the open PDF or DjVu: checked, with the boxes KOReader keeps of it, page by page when it goes over several.
-- Reading a page may mean rendering it, where it has no text: that is for a child process.

local Items = require("bookorbit/document/annotations")
local Rules = require("bookorbit/sync/annotations")
local Wire = require("bookorbit/api/wire")

local PdfPlace = {}

local MOST_PAGES = 50
-- Two texts of one place may differ at line ends; so much of the beginning does not.
local COMPARED = 12

local function bare(text)
    return (Rules.plainText(text):gsub("[ %-]", ""))
end

local function differ(found, expected)
    local a, b = bare(found), bare(expected)
    if a == "" or b == "" then return false end
    local length = math.min(COMPARED, #a, #b)
    return not a:find(b:sub(1, length), 1, true) and not b:find(a:sub(1, length), 1, true)
end

-- Places are of the page as it is printed; in reflow mode KOReader would read them as places on the screen.
local function withoutReflow(document, f, ...)
    local configurable = document.configurable
    local reflow = configurable.text_wrap
    configurable.text_wrap = 0
    local ok, result, extra = pcall(f, ...)
    configurable.text_wrap = reflow
    if not ok then return nil, "the page could not be read" end
    return result, extra
end

local function onePage(ui, pos0, pos1)
    local found = ui.document:getTextFromPositions(pos0, pos1) or {}
    return { text = found.text or "", pboxes = found.pboxes }
end

local function severalPages(ui, pos0, pos1)
    local text, ext = "", {}
    for page = pos0.page, pos1.page do
        local part = ui.highlight:getExtendedHighlightPage(pos0, pos1, page)
        text = text .. (part.text or "")
        ext[page] = { pos0 = part.pos0, pos1 = part.pos1, pboxes = part.pboxes }
    end
    return { text = text, ext = ext }
end

--- What can be said of a place without reading a page.
-- @param add table { pos0, pos1?, text? } as the server sends it
-- @return table|nil { pos0, pos1 } in order, string|nil why not
function PdfPlace.parse(ui, add)
    local pos0, pos1 = Items.parsePdfPosition(add.pos0), Items.parsePdfPosition(add.pos1 or add.pos0)
    if not pos0 or not pos1 then return nil, "the place cannot be read" end
    if pos0.page > pos1.page then pos0, pos1 = pos1, pos0 end
    if pos0.page < 1 or pos0.page % 1 ~= 0 or pos1.page % 1 ~= 0 or pos1.page > ui.document:getPageCount() then
        return nil, "this page is not in the document"
    end
    if pos1.page - pos0.page >= MOST_PAGES then return nil, "it goes over too many pages" end
    return { pos0 = pos0, pos1 = pos1 }
end

-- KOReader's boxes as plain numbers.
local function plainBoxes(pboxes)
    if not pboxes then return nil end
    local boxes = Wire.array()
    for i, box in ipairs(pboxes) do boxes[i] = { x = box.x, y = box.y, w = box.w, h = box.h } end
    return boxes
end

-- By page in KOReader, a list on the way here.
local function plainParts(ext, first, last)
    if not ext then return nil end
    local parts = Wire.array()
    for page = first, last do
        local part = ext[page]
        table.insert(parts, { page = page, pos0 = part.pos0, pos1 = part.pos1, pboxes = plainBoxes(part.pboxes) })
    end
    return parts
end

--- Reads the pages of a place.
-- @return table { found? = { pboxes?, parts?, verified }, reason? }
function PdfPlace.find(ui, add)
    local place, reason = PdfPlace.parse(ui, add)
    if not place then return { reason = reason } end
    local pos0, pos1 = place.pos0, place.pos1
    local read = pos0.page == pos1.page and onePage or severalPages
    local found, problem = withoutReflow(ui.document, read, ui, pos0, pos1)
    if not found then return { reason = problem } end
    if differ(found.text, add.text) then return { reason = "the text at this place is another one" } end
    return { found = {
        pboxes = plainBoxes(found.pboxes), parts = plainParts(found.ext, pos0.page, pos1.page),
        verified = bare(found.text) ~= "" and add.text ~= nil,
    } }
end

--- The place as KOReader's items have it.
-- @param answer table|nil What `find` returned
-- @return table|nil { page, pos0, pos1, pboxes?, ext?, verified }, string|nil why not; neither while there is no answer
function PdfPlace.locate(ui, add, answer)
    local place, reason = PdfPlace.parse(ui, add)
    if not place then return nil, reason end
    if not answer then return nil end
    if not answer.found then return nil, answer.reason or "the page could not be read" end
    place.page, place.pboxes, place.verified = place.pos0.page, answer.found.pboxes, answer.found.verified
    for _, part in ipairs(answer.found.parts or {}) do
        place.ext = place.ext or {}
        place.ext[part.page] = { pos0 = part.pos0, pos1 = part.pos1, pboxes = part.pboxes }
    end
    return place
end

return PdfPlace
