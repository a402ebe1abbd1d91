--- The place in the open book, read from KOReader's live objects, and moving there.

local Event = require("ui/event")
local Passage = require("bookorbit/document/passage")

local Position = {}

local FEWEST_PAGES_NEAR = 5
local SHARE_NEAR = 0.1

local function clampPercentage(value)
    value = math.max(0, math.min(1, value or 0))
    return math.floor(value * 10000 + 0.5) / 10000
end

--- Where the reader is.
-- @return table|nil { percentage = 0–1, progress = xpointer or page number as text }
function Position.current(ui)
    if not ui.document then return nil end
    local view = ui.document.info.has_pages and ui.paging or ui.rolling
    local progress = view and view:getLastProgress()
    if not progress then return nil end
    return { percentage = clampPercentage(view:getLastPercent()), progress = tostring(progress) }
end

-- The page number a remote place means here, or nil when only its percentage can be used.
local function pageOf(ui, place)
    local page = tonumber(place.progress)
    if page and page >= 1 and page % 1 == 0 and page <= ui.document:getPageCount() then return page end
    return nil
end

-- An xpointer that is not in this document must never reach the engine: it lands on the first page.
local function hasXpointer(ui, place)
    return type(place.progress) == "string" and place.progress:sub(1, 1) == "/"
        and ui.document:isXPointerInDocument(place.progress) == true
end

local function holds(ui, position)
    local try = { progress = tostring(position) }
    if ui.document.info.has_pages then return pageOf(ui, try) ~= nil end
    return hasXpointer(ui, try)
end

local function percentPage(ui, place)
    local pages = ui.document:getPageCount()
    return math.max(1, math.min(pages, math.floor(place.percentage * pages + 0.5)))
end

-- Whether a place is where the percentage says, as far as that can tell: other readers count otherwise.
local function isNearPercentage(ui, place, page)
    return math.abs(page - percentPage(ui, place)) <= math.max(FEWEST_PAGES_NEAR, SHARE_NEAR * ui.document:getPageCount())
end

local function take(place, progress, kind)
    place.progress, place.kind = progress, kind
end

--- Where the words of a place stand, elsewhere than its pointer says. For a child process: it looks through the whole book.
-- @return string|nil xpointer
function Position.find(ui, place)
    return Passage.findStart(ui.document, place.textAfter, percentPage(ui, place))
end

local function takeFound(ui, place, xpointer)
    if not xpointer or not ui.document:isXPointerInDocument(xpointer)
        or not isNearPercentage(ui, place, ui.document:getPageFromXPointer(xpointer)) then return false end
    take(place, xpointer, "found")
    return true
end

-- `textAfter` is what stands at the first candidate. Where it does not, the document is another one than the server thinks,
-- and the candidates after it stand on the same mistake: the start of a wrong chapter is worse than a place nearly right.
-- @return boolean Whether the words have to be searched for
local function resolveByWords(ui, place, answer)
    local first = place.candidates[1]
    local is_held = first.kind ~= "percent" and holds(ui, first.position)
    if is_held and Passage.standsAt(ui.document, tostring(first.position), place.textAfter) then
        take(place, tostring(first.position), first.kind)
        return false
    end
    if not answer then return Passage.canSearch(ui.document, place.textAfter) and true or resolveByWords(ui, place, {}) end
    if takeFound(ui, place, answer.found) or is_held then return false end
    for _, candidate in ipairs(place.candidates) do
        if candidate.kind ~= "percent" and holds(ui, candidate.position)
            and isNearPercentage(ui, place, ui.document:getPageFromXPointer(tostring(candidate.position))) then
            take(place, tostring(candidate.position), candidate.kind)
            return false
        end
    end
    return false
end

--- Takes the best of the server's candidates that this document holds, and whose words stand there.
-- @param place table { percentage, candidates? = array of { kind, position }, best first, textAfter? = the words at the first };
--   its `progress` is set, or cleared: then only the percentage is left
-- @param answer table|nil { found? = what `find` found }; an empty one when nothing is to be searched for
-- @return boolean Whether the words have to be searched for; until then only the percentage is known
function Position.resolve(ui, place, answer)
    if not place.candidates or #place.candidates == 0 then return false end
    take(place, nil, "percent")
    if type(place.textAfter) == "string" and not ui.document.info.has_pages then return resolveByWords(ui, place, answer) end
    for _, candidate in ipairs(place.candidates) do
        if candidate.kind ~= "percent" and holds(ui, candidate.position) then
            take(place, tostring(candidate.position), candidate.kind)
            return false
        end
    end
    return false
end

--- The chapter of a place, by the document's own contents.
-- @return string|nil
function Position.chapter(ui, place)
    if not ui.toc or not place.percentage then return nil end
    local has_pages = ui.document.info.has_pages
    local where = has_pages and pageOf(ui, place) or not has_pages and hasXpointer(ui, place) and place.progress
    local title = ui.toc:getTocTitleByPage(where or percentPage(ui, place))
    return title ~= "" and title or nil
end

--- Whether going to `place` would show what is already on the screen.
function Position.isShown(ui, place)
    local here = Position.current(ui)
    if not here then return false end
    if place.progress == here.progress then return true end
    if ui.document.info.has_pages then
        local page = pageOf(ui, place)
        if page then return tostring(page) == here.progress end
    elseif hasXpointer(ui, place) then
        return ui.document:getPageFromXPointer(place.progress) == ui:getCurrentPage()
    end
    return math.abs(place.percentage - here.percentage) * ui.document:getPageCount() < 1
end

--- Goes to a place that came from elsewhere, keeping the one left so that KOReader's "back" returns to it.
-- @return string "exact", or "near" if only the percentage could be used
function Position.go(ui, place)
    ui.link:addCurrentLocationToStack()
    if ui.document.info.has_pages then
        local page = pageOf(ui, place)
        if page then
            ui:handleEvent(Event:new("GotoPage", page))
            return "exact"
        end
    elseif hasXpointer(ui, place) then
        ui:handleEvent(Event:new("GotoXPointer", place.progress, place.progress))
        return "exact"
    end
    ui:handleEvent(Event:new("GotoPage", percentPage(ui, place)))
    return "near"
end

return Position
