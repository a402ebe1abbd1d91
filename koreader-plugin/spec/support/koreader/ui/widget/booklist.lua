--- Imitates frontend/ui/widget/booklist.lua: the cache the file browser shows from.
local BookList
BookList = require("support/strict").table("frontend/ui/widget/booklist.lua", {
    reset = {},
    resetBookInfoCache = function(file) table.insert(BookList.reset, file) end,
})
return BookList
