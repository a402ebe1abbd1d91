--- The place in the open book, read from KOReader's live objects, and moving there.

local Event = require("ui/event")

local Position = {}

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

--- Takes the best of the server's candidates that this document holds.
-- @param place table { percentage, candidates? = array of { kind, position }, best first }; its `progress` is set, or cleared
function Position.resolve(ui, place)
    if not place.candidates or #place.candidates == 0 then return end
    place.progress, place.kind = nil, "percent"
    for _, candidate in ipairs(place.candidates) do
        local try = { progress = tostring(candidate.position) }
        local is_held
        if ui.document.info.has_pages then is_held = pageOf(ui, try) ~= nil else is_held = hasXpointer(ui, try) end
        if candidate.kind ~= "percent" and is_held then
            place.progress, place.kind = try.progress, candidate.kind
            return
        end
    end
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
    local pages = ui.document:getPageCount()
    local page = math.max(1, math.min(pages, math.floor(place.percentage * pages + 0.5)))
    ui:handleEvent(Event:new("GotoPage", page))
    return "near"
end

return Position
