--- Check for update, and install it: two child processes with a question in between.

local Failure = require("bookorbit/api/failure")
local Update = require("bookorbit/device/update")
local Wire = require("bookorbit/api/wire")
local lfs = require("libs/libkoreader-lfs")

local Updater = {}
Updater.__index = Updater

local DEADLINE_SECONDS = 180

--- @param parts table { child, settings, version, trialFile, folder = function returning where the plugin lies or nil,
--   session = function(f) returning a function for the child process: f(client) answers with a table }
function Updater.new(parts)
    return setmetatable(parts, Updater)
end

function Updater:run(work, on_done)
    local started, failure = self.child:start(self.session(work), DEADLINE_SECONDS, function(text, child_failure)
        local result = text and Wire.decode(text)
        if type(result) ~= "table" then
            result = { failure = child_failure or Failure.device("no answer from the child") }
        end
        on_done(result)
    end)
    if not started then on_done({ failure = failure }) end
end

--- @param on_done function({ failure? } or { version = the newer one, files } or {} when there is none)
function Updater:check(on_done)
    self:run(function(client)
        local version, failure = client:version()
        if not version then return { failure = failure } end
        return { version = version.pluginVersion, files = Wire.array(version.files) }
    end, function(result)
        if not result.failure and not Update.isNewer(result.version, self.version) then result = {} end
        on_done(result)
    end)
end

--- @param files table The server's list, from `check`
-- @param on_done function({ failure? })
function Updater:install(files, on_done)
    local folder = self.folder()
    if not folder then
        on_done({ failure = Failure.device("the plugin's folder is not known") })
        return
    end
    self:run(function(client)
        local ok, failure = Update.prepare(client, files, folder, require("ffi/sha2").sha256)
        return { failure = not ok and failure or nil }
    end, function(result)
        if not result.failure and not Update.swap(folder, self.trialFile) then
            result = { failure = Failure.device("the update could not be put in place") }
        end
        on_done(result)
    end)
end

--- Whether an update waits to prove itself, or was just taken back.
function Updater:isOnTrial()
    return package.loaded["bookorbit/rolled_back"] ~= nil or lfs.attributes(self.trialFile, "mode") == "file"
end

--- The plugin runs: an update on trial has proved itself.
function Updater:confirm()
    local folder = self.folder()
    if folder then Update.confirm(folder, self.trialFile) end
end

return Updater
