--- Imitates frontend/dispatcher.lua: the first registration of a name counts.
local strict = require("support/strict")
local Dispatcher
Dispatcher = strict.table("frontend/dispatcher.lua", {
    actions = {},
    registerAction = function(_, name, value)
        assert(value.category == "none" and value.event and value.title)
        rawset(Dispatcher.actions, name, rawget(Dispatcher.actions, name) or value)
        return true
    end,
})
return Dispatcher
