--- Imitates frontend/ui/event.lua.
local strict = require("support/strict")
return strict.table("frontend/ui/event.lua", {
    new = function(_, name, ...)
        return { name = name, handler = "on" .. name, args = { n = select("#", ...), ... } }
    end,
})
