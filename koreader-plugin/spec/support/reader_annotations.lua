local Event = require("ui/event")
local strict = require("support/strict")

-- readerview.lua, since 2025.04: what was drawn of a page is kept, and names each item by its index. An event drops the pages of its items
-- and moves the indexes behind one of them; without items all is dropped.
local function boxCache(ui, book)
    local view = { highlight = { page_boxes = {} } }
    local function pageOf(place)
        return book.paged and place.page or assert(book.pages_by_xpointer[place], "not in the document")
    end
    function view:resetHighlightBoxesCache(items)
        if not items then
            self.highlight.page_boxes = {}
            return
        end
        local pages = self.highlight.page_boxes
        for _, item in ipairs(items) do
            for page = item.drawer and pageOf(item.pos0) or 1, item.drawer and pageOf(item.pos1) or 0 do pages[page] = nil end
        end
        local shift = items.index_modified
        if not shift then return end
        for _, boxes in pairs(pages) do
            for _, box in ipairs(boxes) do
                if box.index >= math.abs(shift) then box.index = box.index + (shift < 0 and -1 or 1) end
            end
        end
    end
    -- For specs: draws every page.
    function view:draw()
        for page = 1, book.pages do
            local boxes = {}
            for index, item in ipairs(ui.annotation.annotations) do
                if item.drawer and pageOf(item.pos0) == page then table.insert(boxes, { index = index, shows = item }) end
            end
            self.highlight.page_boxes[page] = boxes
        end
    end
    -- For specs: whether every box still names the item it shows.
    function view:isTrue()
        for _, boxes in pairs(self.highlight.page_boxes) do
            for _, box in ipairs(boxes) do
                if ui.annotation.annotations[box.index] ~= box.shows then return false end
            end
        end
        return true
    end
    return view
end

--- Imitates readerannotation.lua, readerbookmark.lua and readerhighlight.lua, as far as we call them; `book.annotations` is the live list.
local function readerAnnotations(ui, book)
    ui.modified = {}
    ui.view = strict.table("readerview.lua", book.is_before_2025_04 and {} or boxCache(ui, book), { "resetHighlightBoxesCache" })
    local function inOrder(a, b)
        local page_a = book.paged and a.page or assert(book.pages_by_xpointer[a.page], "sorting by an xpointer that is not in the document")
        local page_b = book.paged and b.page or assert(book.pages_by_xpointer[b.page], "sorting by an xpointer that is not in the document")
        return page_a < page_b
    end
    ui.annotation = strict.table("readerannotation.lua", {
        annotations = book.annotations,
        getExportAnnotationsFilepath = function() return book.file .. ".annotations.lua" end,
        addItem = function(self, item)
            -- Before 2025.08 whatever is added was made now.
            item.datetime = not book.is_before_2025_08 and item.datetime or os.date("%Y-%m-%d %H:%M:%S")
            item.pageno = book.paged and item.page or assert(book.pages_by_xpointer[item.page], "not in the document")
            local index = 1
            while self.annotations[index] and not inOrder(item, self.annotations[index]) do
                index = index + 1
            end
            table.insert(self.annotations, index, item)
            return index
        end,
    })
    ui.bookmark = strict.table("readerbookmark.lua", {
        removeItemByIndex = function(_, index)
            local item = table.remove(ui.annotation.annotations, index)
            if not item.drawer then return end -- KOReader tells of no dog-ear
            ui:handleEvent(Event:new("AnnotationsModified", {
                item, index_modified = -index, nb_highlights_added = not item.note and -1 or nil, nb_notes_added = item.note and -1 or nil,
            }))
        end,
        getCurrentPageNumber = function() return book.paged and ui.page or ui.xpointer end,
        setDogearVisibility = function(_, place) ui.dogear_checked = place end,
    })
    ui.highlight = strict.table("readerhighlight.lua", {
        -- Array of { action, page, x of its first box, drawer, note }
        written_into_file = {},
        writePdfAnnotation = function(self, action, item, note)
            assert(({ save = true, delete = true, content = true })[action], "an action KOReader does not know")
            -- A highlight over several pages is written page by page.
            for page = item.pos0.page, item.pos1.page do
                local boxes = item.pos0.page == item.pos1.page and item.pboxes or item.ext and item.ext[page].pboxes
                assert(boxes, "attempt to get length of a nil value (local 'pboxes')")
                table.insert(self.written_into_file, { action, page, boxes[1].x, item.drawer, note })
            end
        end,
        -- From the first page's place to its end, whole pages, and the last page's start to its place.
        getExtendedHighlightPage = function(_, pos0, pos1, page)
            local from = page == pos0.page and { x = pos0.x, y = pos0.y } or { x = 0, y = 0 }
            local to = page == pos1.page and { x = pos1.x, y = pos1.y } or { x = 100, y = 200 }
            from.page, to.page = page, page
            local found = ui.document:getTextFromPositions(from, to)
            return { pos0 = from, pos1 = to, text = found.text, pboxes = found.pboxes }
        end,
    })
    ui.dialog = ui
end

return readerAnnotations
