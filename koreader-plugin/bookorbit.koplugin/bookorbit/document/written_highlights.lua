--- Highlights inside the PDF file itself, where KOReader is set to write them into it, as its own menus change them there
-- (readerhighlight.lua). The list is what counts: a file that cannot take one keeps nothing out of the list.

local logger = require("logger")

local WrittenHighlights = {}

-- KOReader throws for what has no boxes, such as a highlight on a page without text.
local function write(ui, action, item, note)
    local highlight = ui.highlight
    if not ui.document.info.has_pages or not highlight or not highlight.writePdfAnnotation then return end
    local ok, reason = pcall(highlight.writePdfAnnotation, highlight, action, item, note)
    if not ok then logger.warn("BookOrbit: could not change a highlight in the file:", reason) end
end

local function writeNote(ui, item, had_note)
    if item.note or had_note then write(ui, "content", item, item.note or "") end
end

function WrittenHighlights.add(ui, item)
    write(ui, "save", item)
    writeNote(ui, item, false)
end

function WrittenHighlights.remove(ui, item)
    write(ui, "delete", item)
end

--- After an item was edited, and perhaps moved.
-- @param before table What it was: the file knows it by its boxes
function WrittenHighlights.change(ui, before, item)
    if before.pos0 ~= item.pos0 or before.drawer ~= item.drawer or before.color ~= item.color then
        WrittenHighlights.remove(ui, before)
        WrittenHighlights.add(ui, item)
    elseif before.note ~= item.note then
        writeNote(ui, item, before.note ~= nil)
    end
end

return WrittenHighlights
