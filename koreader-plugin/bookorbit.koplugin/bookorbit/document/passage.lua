--- Words in the open reflowable document: which stand at a pointer, and where a text is found. Finding is for a child process.

local Rules = require("bookorbit/sync/annotations")

local Passage = {}

-- Searching with less finds anything.
local SHORTEST_SEARCH = 12
local LONGEST_SEARCH = 60
local LONGEST_WORD = 24
local MOST_HITS = 50
-- crengine's own flags, those of KOReader's search box: across inline tags, spaces and apostrophes folded. Older ones do not know them,
-- and look into one text node at a time.
local SEARCH_FLAGS = 0x00FF
local WORDS_PER_WINDOW, MOST_WINDOWS = 3, 3

-- A step is a word, or one sign where a script has no spaces.
local MOST_STEPS = 60
local STEPS_BETWEEN_LOOKS = 8
-- So much of two texts is compared, and so far into the text it may begin: a list's number is in the one and not in the other.
local COMPARED, LATEST_BEGIN = 24, 12

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

-- A long word in pieces: scripts without spaces are one word from stop to stop, and have ruby in it as others have tags between words.
local function piecesOf(word)
    if #word <= LONGEST_WORD then return { word } end
    local pieces, piece = {}, ""
    for sign in word:gmatch("[^\128-\191][\128-\191]*") do
        piece = piece .. sign
        if #piece >= SHORTEST_SEARCH then
            pieces[#pieces + 1], piece = piece, ""
        end
    end
    pieces[#pieces] = pieces[#pieces] .. piece
    return pieces
end

-- Words and pieces of words. What follows a space begins with it.
local function wordsOf(line)
    local words = {}
    for word in Rules.plainText(line):gmatch("%S+") do
        for i, piece in ipairs(piecesOf(word)) do words[#words + 1] = i == 1 and #words > 0 and " " .. piece or piece end
    end
    return words
end

-- The words from one to another, counted from one end of the line.
local function joined(words, first, last, is_end)
    if is_end then first, last = #words - last + 1, #words - first + 1 end
    return (table.concat(words, "", first, last):gsub("^ ", ""))
end

-- How many words from one end on are short enough to search for.
local function firstWords(words, is_end)
    local count = 0
    while count < #words and #joined(words, 1, count + 1, is_end) <= LONGEST_SEARCH do count = count + 1 end
    return count
end

-- Where a window that begins with the word `first`, counted from one end, is long enough to be searched for.
local function windowEnd(words, first, is_end)
    for last = first, #words do
        if #joined(words, first, last, is_end) >= SHORTEST_SEARCH then return last end
    end
    return nil
end

-- What to look for in a line, best first: as much as possible, and where an inline tag stands in it, a few words before or after the tag.
-- @return table Array of { pattern, rest = the letters between it and the end of the line }
local function anchorsIn(words, is_end)
    local count = firstWords(words, is_end)
    local longest = joined(words, 1, count, is_end)
    local anchors = { #longest >= SHORTEST_SEARCH and { pattern = longest, rest = "" } or nil }
    for window = 0, MOST_WINDOWS - 1 do
        local first = window * WORDS_PER_WINDOW + 1
        local last = windowEnd(words, first, is_end)
        if last and (window > 0 or last < count) then
            table.insert(anchors, { pattern = joined(words, first, last, is_end), rest = bare(joined(words, 1, first - 1, is_end)) })
        end
    end
    return anchors
end

-- What to look for: in the outermost line that is long enough, for a search ends with its paragraph.
-- @return table Array of { pattern, rest = the letters between it and the end of the text }
local function anchorsOf(text, is_end)
    local lines, outside = {}, ""
    for line in text:gmatch("[^\n]*%S[^\n]*") do table.insert(lines, is_end and 1 or #lines + 1, line) end
    for _, line in ipairs(lines) do
        local anchors = anchorsIn(wordsOf(line), is_end)
        for _, anchor in ipairs(anchors) do
            anchor.rest = is_end and anchor.rest .. outside or outside .. anchor.rest
        end
        if #anchors > 0 then return anchors end
        outside = is_end and bare(line) .. outside or outside .. bare(line)
    end
    return {}
end

-- From an anchor to the end of the text, word by word.
local function walk(document, xpointer, rest, is_end)
    if rest == "" then return xpointer end
    local step = is_end and document.getNextVisibleWordEnd or document.getPrevVisibleWordStart
    local position = xpointer
    for _ = 1, MOST_STEPS do
        position = step(document, position)
        if not position then return nil end
        local from, to = is_end and xpointer or position, is_end and position or xpointer
        local found = bare(document:getTextFromXPointers(from, to))
        if found == rest then return position end
        if #found >= #rest then return nil end
    end
    return nil
end

-- Every place where the text begins, or may end. A few words may stand elsewhere as well: what comes after them decides where it begins.
-- Costs a walk through the whole book each time nothing is found.
local function findEnds(document, text, is_end)
    for _, anchor in ipairs(anchorsOf(text, is_end)) do
        local places = {}
        for _, hit in ipairs(document:findAllText(anchor.pattern, false, 0, MOST_HITS, false, SEARCH_FLAGS) or {}) do
            local place = walk(document, is_end and hit["end"] or hit.start, anchor.rest, is_end)
            if place and (is_end or Passage.standsAt(document, place, text)) then places[#places + 1] = place end
        end
        if #places > 0 then return places end
    end
    return {}
end

local function nearest(document, hits, expected_page)
    local best, best_distance
    for _, hit in ipairs(hits) do
        local distance = math.abs(document:getPageFromXPointer(hit.pos0) - (expected_page or 0))
        if not best or distance < best_distance then best, best_distance = hit, distance end
    end
    return best
end

--- Whether there is any sense in searching for a text.
function Passage.canSearch(document, text)
    return #text >= SHORTEST_SEARCH and document.findAllText ~= nil
end

--- Where a text begins, nearest to a page.
-- @return string|nil xpointer
function Passage.findStart(document, text, expected_page)
    if not Passage.canSearch(document, text) then return nil end
    local hits = {}
    for i, place in ipairs(findEnds(document, text, false)) do hits[i] = { pos0 = place } end
    document:clearSelection()
    local best = nearest(document, hits, expected_page)
    return best and best.pos0
end

--- The range that holds a whole text, nearest to a page.
-- @return table|nil { pos0, pos1 }
function Passage.findRange(document, text, expected_page)
    if not Passage.canSearch(document, text) then return nil end
    local starts = findEnds(document, text, false)
    local ends = #starts > 0 and findEnds(document, text, true) or {}
    document:clearSelection()
    local hits = {}
    for _, pos0 in ipairs(starts) do
        for _, pos1 in ipairs(ends) do
            if Rules.isSameText(document:getTextFromXPointers(pos0, pos1), text) then
                hits[#hits + 1] = { pos0 = pos0, pos1 = pos1 }
                break
            end
        end
    end
    return nearest(document, hits, expected_page)
end

return Passage
