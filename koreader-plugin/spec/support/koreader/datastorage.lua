--- Imitates datastorage.lua: where settings live. A spec sets the folder.
local strict = require("support/strict")
local DataStorage
DataStorage = strict.table("datastorage.lua", {
    folder = false,
    getSettingsDir = function()
        return assert(DataStorage.folder, "the spec sets DataStorage.folder first")
    end,
    getDocSettingsDir = function() return DataStorage.folder .. "/docsettings" end,
    getDocSettingsHashDir = function() return DataStorage.folder .. "/hashdocsettings" end,
})
return DataStorage
