local strict = require("support/strict")

--- Imitates readerannotation.lua, readerbookmark.lua and readerhighlight.lua, as far as we call them; `book.annotations` is the live list.
local function readerAnnotations(ui, book)
    local modified = {}
    ui.modified = modified
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
            if item.drawer then
                table.insert(modified, { item, index_modified = -index, nb_highlights_added = not item.note and -1 or nil,
                    nb_notes_added = item.note and -1 or nil })
            end
        end,
        getCurrentPageNumber = function() return book.paged and ui.page or ui.xpointer end,
        setDogearVisibility = function(_, place) ui.dogear_checked = place end,
    })
    ui.highlight = strict.table("readerhighlight.lua", {
        written_into_file = {},
        writePdfAnnotation = function(self, action, item)
            -- A highlight over several pages is written page by page.
            if item.pos0.page ~= item.pos1.page then
                for page = item.pos0.page, item.pos1.page do assert(item.ext[page].pboxes, "a page without boxes") end
            end
            table.insert(self.written_into_file, { action, item })
        end,
        -- From the first page's place to its end, whole pages, and the last page's start to its place.
        getExtendedHighlightPage = function(_, pos0, pos1, page)
            local from = page == pos0.page and { x = pos0.x, y = pos0.y } or { x = 0, y = 0 }
            local to = page == pos1.page and { x = pos1.x, y = pos1.y } or { x = 100, y = 200 }
            from.page, to.page = page, page
            local found = ui.document:getTextFromPositions(from, to)
            return { pos0 = from, pos1 = to, text = found.text, pboxes = found.pboxes }
        end,
        deleteHighlight = function(self, index)
            table.insert(self.written_into_file, { "delete", ui.annotation.annotations[index] })
            ui.bookmark:removeItemByIndex(index)
        end,
    })
    ui.dialog = ui
end

return readerAnnotations
