--- Imitates frontend/random.lua: a random id, in upper case.
local strict = require("support/strict")
local made = 0
return strict.table("frontend/random.lua", {
    uuid = function(with_dash)
        made = made + 1
        local id = string.format("%08X-0000-4000-8000-%012X", math.random(0, 0x7FFFFFFF), made)
        return with_dash and id or id:gsub("-", "")
    end,
})
