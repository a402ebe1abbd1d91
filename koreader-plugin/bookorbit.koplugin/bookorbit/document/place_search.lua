--- What a child process finds in the open document: it is a copy of KOReader with the document in it. Looking through a whole book, or
-- reading a page of a PDF, which may have to be rendered for it, takes seconds on an old device. KOReader itself forks for both
-- (readersearch.lua, readerthumbnail.lua), and offers no search near a place that would end where that place ends.

local OwnFiles = require("bookorbit/device/own_files")
local Passage = require("bookorbit/document/passage")
local PdfPlace = require("bookorbit/document/pdf_place")
local Position = require("bookorbit/document/position")
local Wire = require("bookorbit/api/wire")

local PlaceSearch = {}

-- Of CPU time, and by the clock, where a busy device leaves a child little of it: half of what it may take before it is killed with all
-- it has found (sync/searching.lua). Looked at between two questions; what is left over is asked again.
local MOST_SECONDS, MOST_SECONDS_PASSED = 15, 30

local function range(ui, add)
    local document = ui.document
    local expected = type(add.pos0) == "string" and document:isXPointerInDocument(add.pos0) and document:getPageFromXPointer(add.pos0)
        or tonumber(add.pageno)
    return { found = Passage.findRange(document, tostring(add.text or ""), expected) }
end

local function answer(ui, question)
    if question.place then return { found = Position.find(ui, question.place) } end
    if ui.document.info.has_pages then return PdfPlace.find(ui, question.highlight) end
    return range(ui, question.highlight)
end

--- @param questions table Array of { place = see Position.resolve } or { highlight = as the server sends it }
-- @return table Array of { found?, reason? }, shorter than the questions if they took too long
function PlaceSearch.answers(ui, questions)
    local answers, started, began = Wire.array(), os.clock(), os.time()
    for i, question in ipairs(questions) do
        local ok, found = pcall(answer, ui, question) -- one that breaks an engine keeps back none of the others
        answers[i] = ok and found or {}
        if os.clock() - started > MOST_SECONDS or os.time() - began > MOST_SECONDS_PASSED then break end
    end
    return answers
end

--- @return function For the child process; returns the answers as one text
function PlaceSearch.task(ui, questions)
    local files = OwnFiles.note()
    return function()
        OwnFiles.take(files)
        return assert(Wire.encode({ answers = PlaceSearch.answers(ui, questions) }))
    end
end

return PlaceSearch
