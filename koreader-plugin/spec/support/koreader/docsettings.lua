--- Imitates frontend/docsettings.lua: sidecars beside the book, read as Lua, written at flush. A spec writes one with `put`.
local strict = require("support/strict")

local function serialize(value)
    if type(value) ~= "table" then return type(value) == "string" and string.format("%q", value) or tostring(value) end
    local parts = {}
    for key, item in pairs(value) do
        parts[#parts + 1] = "[" .. serialize(key) .. "]=" .. serialize(item)
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

local function pathOf(file)
    return file .. ".sidecar.lua"
end

local function load(path)
    local ok, data = pcall(dofile, path)
    return ok and data or {}
end

local function put(file, data)
    local out = assert(io.open(pathOf(file), "wb"))
    out:write("return ", serialize(data), "\n")
    out:close()
end

local DocSettings
DocSettings = strict.table("frontend/docsettings.lua", {
    put = put,
    findSidecarFile = function(_, file)
        local found = io.open(pathOf(file), "rb")
        if not found then return nil end
        found:close()
        return pathOf(file), "doc"
    end,
    hasSidecarFile = function(_, file) return DocSettings:findSidecarFile(file) ~= nil end,
    openSettingsFile = function(path) return { data = load(path) } end,
    open = function(_, file)
        local settings = { data = load(pathOf(file)) }
        settings.readSetting = function(self, key) return self.data[key] end
        settings.saveSetting = function(self, key, value) self.data[key] = value end
        settings.flush = function(self) put(file, self.data) end
        return strict.table("frontend/docsettings.lua", settings)
    end,
})
return DocSettings
