--- Loads the plugin; after an update on trial, and takes the update back when it does not start.
-- Small and stable on purpose: this file must work whatever an update brings. The plugin itself is bookorbit/plugin.lua.

local MOST_FAILED_STARTS = 2

local folder = debug.getinfo(1, "S").source:match("^@(.*)/main%.lua$")
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

local function takeBack()
    local failed = folder .. ".failed"
    if not os.rename(folder, failed) then return false end
    if not os.rename(folder .. ".old", folder) then
        os.rename(failed, folder)
        return false
    end
    return true
end

local starts = startsOnTrial()
if starts then
    if starts >= MOST_FAILED_STARTS then
        os.remove(trial_file)
        if folder and takeBack() then
            package.loaded["bookorbit/rolled_back"] = true
            return dofile(folder .. "/main.lua")
        end
    else
        writeStarts(starts + 1)
    end
end

return require("bookorbit/plugin")
