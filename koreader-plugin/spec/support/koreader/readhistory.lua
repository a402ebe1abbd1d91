--- Imitates frontend/readhistory.lua: the list of books that were opened, newest first; a spec fills it.
return require("support/strict").table("frontend/readhistory.lua", { hist = {} })
