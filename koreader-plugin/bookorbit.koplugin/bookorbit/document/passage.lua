--- Words in the open reflowable document: which stand at a pointer, and where a text is found.

local Rules = require("bookorbit/sync/annotations")

local Passage = {}

-- Searching with less finds anything.
local SHORTEST_SEARCH = 12
local LONGEST_SEARCH = 60
local MOST_HITS = 50

-- A step is a word, or one sign where a script has no spaces.
local MOST_STEPS = 60
local STEPS_BETWEEN_LOOKS = 8
-- So much of two texts is compared, and so far into the text it may begin: a list's number is in the one and not in the other.
local COMPARED, LATEST_BEGIN = 24, 12

local function head(text)
    local first = text:match("[^\n]+") or ""
    return first:sub(1, LONGEST_SEARCH):gsub("[\128-\255]*$", "")
end

local function tail(text)
    local last = text:match("([^\n]+)$") or ""
    return last:sub(-LONGEST_SEARCH):gsub("^[\128-\191]*", "")
end

local function bare(text)
    return (Rules.plainText(text):gsub(" ", ""))
end

-- The words from a pointer on, at least as many as `length` bytes without spaces if the document has them.
local function textAfter(document, xpointer, length)
    local stop, text = xpointer, ""
    for step = 1, MOST_STEPS do
        local word_end = document:getNextVisibleWordEnd(stop)
        stop = word_end or stop
        if not word_end or step % STEPS_BETWEEN_LOOKS == 0 then
            text = stop ~= xpointer and bare(document:getTextFromXPointers(xpointer, stop)) or ""
            if not word_end or #text >= length then break end
        end
    end
    return text
end

--- Whether `text` stands at a pointer that is in the document.
function Passage.standsAt(document, xpointer, text)
    local wanted = bare(text)
    if wanted == "" then return true end
    local found = textAfter(document, xpointer, #wanted + LATEST_BEGIN)
    local begin = found:find(wanted:sub(1, COMPARED), 1, true)
    return begin ~= nil and begin <= LATEST_BEGIN + 1
end

local function nearest(document, hits, expected_page)
    local best, best_distance
    for _, hit in ipairs(hits) do
        local distance = math.abs(document:getPageFromXPointer(hit.pos0) - (expected_page or 0))
        if not best or distance < best_distance then best, best_distance = hit, distance end
    end
    return best, best_distance
end

-- Costs a walk through the whole book: only for what is not where it should be.
local function findAll(document, pattern)
    return document:findAllText(pattern, false, 0, MOST_HITS, false) or {}
end

--- Where a text begins, nearest to a page.
-- @return string|nil xpointer, number|nil pages between
function Passage.findStart(document, text, expected_page)
    local pattern = head(text)
    if #pattern < SHORTEST_SEARCH or not document.findAllText then return nil end
    local hits = {}
    for i, hit in ipairs(findAll(document, pattern)) do
        hits[i] = { pos0 = hit.start }
    end
    document:clearSelection()
    local best, distance = nearest(document, hits, expected_page)
    return best and best.pos0, distance
end

--- The range that holds a whole text, nearest to a page.
-- @return table|nil { pos0, pos1 }
function Passage.findRange(document, text, expected_page)
    if #text < SHORTEST_SEARCH or not document.findAllText then return nil end
    local first, last = head(text), tail(text)
    local starts = findAll(document, first)
    local ends = first == text and starts or findAll(document, last)
    document:clearSelection()
    local hits = {}
    for _, from in ipairs(starts) do
        for _, to in ipairs(ends) do
            if Rules.isSameText(document:getTextFromXPointers(from.start, to["end"]), text) then
                hits[#hits + 1] = { pos0 = from.start, pos1 = to["end"] }
                break
            end
        end
    end
    return (nearest(document, hits, expected_page))
end

return Passage
