--- When the open book was really read. Opening it, turning the screen or changing the font is not reading.

local Reading = {}
Reading.__index = Reading

--- @param place table|nil { percentage, progress } as the book opened
-- @param page number|nil The page shown
-- @param read_at number|nil When this place was last read, from an earlier time the book was open
function Reading.new(place, page, read_at)
    return setmetatable({ place = place, page = page, read_at = read_at, turned_at = nil }, Reading)
end

--- KOReader reports a page. It does so at opening and after every re-rendering too.
-- @return boolean Whether the page is another one
function Reading:pageShown(page, now)
    if page == nil or page == self.page then return false end
    local first = self.page == nil
    self.page = page
    if first then return false end
    self.turned_at = now
    return true
end

--- The place now, with the time it was read.
-- A page number may change while the place stays (another font), so only a place that moved counts.
-- @return table|nil { percentage, progress, readAt? }
function Reading:at(place)
    if not place then return nil end
    if self.place == nil or place.progress ~= self.place.progress then
        if self.turned_at then self.read_at = self.turned_at end
        self.place = place
    end
    return { percentage = place.percentage, progress = place.progress, readAt = self.read_at }
end

--- The plugin itself moved here: it was read elsewhere, at `read_at` by this device's clock.
function Reading:movedTo(place, page, read_at)
    self.place, self.page, self.read_at, self.turned_at = place, page, read_at, nil
end

return Reading
