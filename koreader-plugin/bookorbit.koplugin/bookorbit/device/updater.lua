--- Check for update, and install it: two child processes with a question in between.

local Failure = require("bookorbit/api/failure")
local Update = require("bookorbit/device/update")
local Wire = require("bookorbit/api/wire")

local Updater = {}
Updater.__index = Updater

local DEADLINE_SECONDS = 180
local WAIT_FOR_CHILD_SECONDS = 2

-- Set by main.lua: what was started in this run of KOReader is an update, or what was there before it.
local ON_TRIAL, ROLLED_BACK = "bookorbit/on_trial", "bookorbit/rolled_back"

--- @param sync table See book_sync.lua: its child process, its log, and what waits for both
-- @param parts table { version, trialFile, folder = function returning where the plugin lies or nil,
--   session = function(f) returning a function for the child process: f(client) answers with a table }
function Updater.new(sync, parts)
    return setmetatable({
        sync = sync, version = parts.version, trialFile = parts.trialFile, folder = parts.folder, session = parts.session,
        isInstalled = false, -- in this run; the next one starts it
    }, Updater)
end

function Updater:run(work, on_done)
    local sync = self.sync
    if sync.is_suspended or sync.is_stopped then
        on_done({ failure = Failure.interrupted() })
        return
    end
    if sync.child:isBusy() then
        sync.schedule(WAIT_FOR_CHILD_SECONDS, sync.guarded(function() self:run(work, on_done) end))
        return
    end
    local function done(result)
        local failure = result.failure
        sync:noteLog(result.log)
        if failure and failure.kind ~= "interrupted" then sync:noteFailure(failure) end
        on_done(result)
        sync:run() -- what was asked for meanwhile
    end
    local started, failure = sync.child:start(self.session(work), DEADLINE_SECONDS, function(text, child_failure)
        local result = text and Wire.decode(text)
        if type(result) ~= "table" then
            result = { failure = child_failure or Failure.device("no answer from the child") }
        end
        done(result)
    end)
    if not started then done({ failure = failure }) end
end

--- @param on_done function({ failure? } or { version = the newer one, files } or {} when there is none)
function Updater:check(on_done)
    self.sync:resume() -- who asks by hand is awake, whatever became of the Resume event
    self:run(function(client)
        local version, failure = client:version()
        if not version then return { failure = failure, log = client.log } end
        return { version = version.pluginVersion, files = Wire.array(version.files), log = client.log }
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
        return { failure = not ok and failure or nil, log = client.log }
    end, function(result)
        if not result.failure then result.failure = self:putInPlace(folder) end
        on_done(result)
    end)
end

-- @return table|nil A failure
function Updater:putInPlace(folder)
    if not Update.swap(folder, self.trialFile) then
        local failure = Failure.device("the update could not be put in place")
        self.sync:noteFailure(failure)
        return failure
    end
    self.isInstalled = true
    package.loaded[ON_TRIAL] = nil -- what goes on running is not what this trial is about
    return nil
end

--- Whether this run has an update to prove, or one that was just taken back.
function Updater:isOnTrial() -- luacheck: ignore self
    return package.loaded[ON_TRIAL] ~= nil or package.loaded[ROLLED_BACK] ~= nil
end

--- The plugin runs: an update on trial has proved itself.
-- @return boolean Whether the one before it had to be taken back
function Updater:confirm()
    local folder, was_rolled_back = self.folder(), package.loaded[ROLLED_BACK] ~= nil
    if folder and package.loaded[ON_TRIAL] then Update.confirm(folder, self.trialFile) end
    package.loaded[ON_TRIAL], package.loaded[ROLLED_BACK] = nil, nil
    return was_rolled_back
end

return Updater
