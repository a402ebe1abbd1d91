--- Imitates frontend/ui/widget/booklist.lua: the cache the file browser shows from.
local BookList
BookList = require("support/strict").table("frontend/ui/widget/booklist.lua", {
    reset = {},
    book_info_cache = {},
    resetBookInfoCache = function(file)
        BookList.book_info_cache[file] = nil
        table.insert(BookList.reset, file)
    end,
    setBookInfoCacheProperty = function(file, name, value)
        assert(({ status = true, rating = true, percent_finished = true })[name], "a property that is not imitated")
        local info = BookList.book_info_cache[file] or {}
        info[name], info.been_opened = value, true
        BookList.book_info_cache[file] = info
    end,
})
return BookList
