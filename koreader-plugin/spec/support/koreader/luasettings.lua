--- Imitates frontend/luasettings.lua: settings in a Lua file; an unreadable one is an empty table.
local strict = require("support/strict")

local function serialize(value, indent)
    if type(value) ~= "table" then return type(value) == "string" and string.format("%q", value) or tostring(value) end
    local lines = {}
    for key, item in pairs(value) do
        lines[#lines + 1] = ("%s[%s] = %s,"):format(indent, serialize(key, ""), serialize(item, indent .. "    "))
    end
    table.sort(lines)
    return "{\n" .. table.concat(lines, "\n") .. "\n" .. indent .. "}"
end

local methods = {}

function methods:readSetting(key)
    return self.data[key]
end

function methods:saveSetting(key, value)
    self.data[key] = value
    return self
end

function methods:flush()
    local file = assert(io.open(self.file, "wb"))
    file:write("return ", serialize(self.data, ""), "\n")
    file:close()
    return self
end

return strict.table("frontend/luasettings.lua", {
    open = function(_, path)
        local ok, stored = pcall(dofile, path)
        local settings = strict.table("frontend/luasettings.lua", { file = path, data = ok and stored or {} })
        for name, method in pairs(methods) do
            settings[name] = method
        end
        return settings
    end,
})
