--- Loads the plugin; after an update on trial, and takes the update back when it does not start.
-- Small and stable on purpose: this file must work whatever an update brings. The plugin itself is bookorbit/plugin.lua.
-- KOReader loads only what has a main.lua, so the folder of the plugin never moves: an update swaps the folder `bookorbit` in it
-- (device/update.lua). main.lua and _meta.lua of a version come along in there, and take the place of those here when it starts.
-- Each step is one rename, and each start goes on where a flat battery cut the last one off.

local lfs = require("libs/libkoreader-lfs")

local MOST_FAILED_STARTS = 2

local folder = assert(debug.getinfo(1, "S").source:match("^@(.*)/main%.lua$"))
local code = folder .. "/bookorbit"
local trial_file = require("datastorage"):getSettingsDir() .. "/bookorbit-update-trial"

-- How often an update was started without being confirmed; nil when none is on trial.
local function startsOnTrial()
    local file = io.open(trial_file, "r")
    if not file then return nil end
    local count = tonumber(file:read("*a"))
    file:close()
    return count or 0
end

local function writeStarts(count)
    local file = io.open(trial_file, "w")
    if not file then return end
    file:write(tostring(count))
    file:close()
end

local function isFolder(path)
    return lfs.attributes(path, "mode") == "directory"
end

-- The version before, where it was.
local function putBack(place)
    if not isFolder(place .. ".old") then return false end
    os.rename(place, place .. ".failed")
    if os.rename(place .. ".old", place) then return true end
    os.rename(place .. ".failed", place)
    return false
end

local starts = startsOnTrial()
local has_failed = (starts or 0) >= MOST_FAILED_STARTS
local is_over = has_failed or not isFolder(code)
-- The first versions swapped the whole folder.
local is_whole = is_over and not putBack(code) and putBack(folder)
if starts and not is_over then
    writeStarts(starts + 1)
    package.loaded["bookorbit/on_trial"] = true
end
if starts or is_over then
    for _, name in ipairs({ "main.lua", "_meta.lua" }) do
        os.rename(code .. "/" .. name, folder .. "/" .. name)
    end
end
if is_over then
    os.remove(trial_file)
    package.loaded["bookorbit/rolled_back"] = has_failed or nil
end
if is_whole then return dofile(folder .. "/main.lua") end
return require("bookorbit/plugin")
