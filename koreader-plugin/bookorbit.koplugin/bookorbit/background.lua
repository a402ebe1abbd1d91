--- Everything that outlives a book: one set of collaborators per KOReader run, shared by all plugin instances.
-- KOReader makes a new instance for every book and for the file browser; work on the network must not die with one.

local AsideFiles = require("bookorbit/store/aside_files")
local BookSync = require("bookorbit/sync/book_sync")
local Child = require("bookorbit/device/child")
local DataStorage = require("datastorage")
local Device = require("device")
local Dialogs = require("bookorbit/ui/dialogs")
local Envelope = require("bookorbit/api/envelope")
local Ledger = require("bookorbit/store/ledger")
local Messages = require("bookorbit/ui/messages")
local Network = require("bookorbit/device/network")
local Outbox = require("bookorbit/store/outbox")
local Sessions = require("bookorbit/sessions")
local Settings = require("bookorbit/settings")
local Sidecar = require("bookorbit/document/sidecar")
local Sweep = require("bookorbit/sync/sweep")
local SweepLog = require("bookorbit/store/sweep_log")
local UIManager = require("ui/uimanager")
local Updater = require("bookorbit/device/updater")
local ffiutil = require("ffi/util")
local guard = require("bookorbit/device/guard")
local lfs = require("libs/libkoreader-lfs")

local Background = {}

local instance

local function deviceOf(settings, version)
    local model = tostring(Device.model or "KOReader")
    local install_id = settings:installId(model)
    return {
        deviceId = Envelope.deviceId(G_reader_settings:readSetting("device_id"), install_id),
        deviceModel = model,
        pluginVersion = version,
        installId = install_id,
    }
end

-- The books KOReader has opened, as far as their files are still there.
local function booksOfHistory()
    local books, seen = {}, {}
    for _, item in ipairs(require("readhistory").hist) do
        if type(item.file) == "string" and not item.dim and not seen[item.file] then
            seen[item.file] = true
            books[#books + 1] = { key = Ledger.key(item.file), file = item.file }
        end
    end
    return books
end

-- A book's file has not been touched for so long: what was agreed on is forgotten, which costs a first exchange at most.
local LEDGER_KEPT_SECONDS = 2 * 365 * 86400
local SECONDS_BETWEEN_SLICES = 0.5
-- What waits since the last run of KOReader, on a device that is connected all the time and will not say so.
local AFTER_START = 20

local tasks = {}

-- Runs `f` later; of several calls with the same name the last counts. KOReader repeats network events,
-- and the file browser's instance may hear them as well as the book's.
local function later(name, seconds, f)
    if tasks[name] then UIManager:unschedule(tasks[name]) end
    tasks[name] = guard(name, f)
    UIManager:scheduleIn(seconds, tasks[name])
end

local function start(version)
    local folder = DataStorage:getSettingsDir() .. "/bookorbit"
    lfs.mkdir(folder)
    local settings = Settings.open()
    local outbox = Outbox.open(folder .. "/outbox")
    if settings:applyPreset() then outbox:keepOnly(settings:account().username) end
    local device = deviceOf(settings, version)
    local ledger = Ledger.open(folder .. "/books")
    local aside = AsideFiles.open(folder .. "/aside")
    local sessions = Sessions.new(device, ledger, outbox, aside)
    local sync = BookSync.new({
        settings = settings,
        outbox = outbox,
        ledger = ledger,
        aside = aside,
        sidecar = Sidecar,
        guarded = function(f) return guard("applying changes", f) end,
        child = Child.new(os.time),
        network = Network,
        now = os.time,
        deviceId = device.deviceId,
        pluginVersion = version,
        schedule = function(seconds, f) UIManager:scheduleIn(seconds, f) end,
        unschedule = function(f) UIManager:unschedule(f) end,
        session = sessions.exchange,
        standby = {
            hold = function() UIManager:preventStandby() end,
            release = function() UIManager:allowStandby() end,
        },
        notice = {
            ask = Dialogs.askToMove,
            moved = function(place, quality) Dialogs.notify(Messages.moved(place, quality)) end,
        },
    })
    sync.retry = guard("retry", sync.retry)
    local background
    local updater = Updater.new(sync, {
        version = version,
        trialFile = DataStorage:getSettingsDir() .. "/bookorbit-update-trial",
        folder = function() return background.folder end,
        session = function(work) return sessions.update(work, settings:account()) end,
    })
    local is_pruned = false
    -- Once in a run of KOReader, when a book is closed and nobody waits.
    local function prune()
        if is_pruned then return end
        is_pruned = true
        local prune_ledger, prune_aside = ledger:pruner(os.time() - LEDGER_KEPT_SECONDS, outbox), aside:pruner(sync:accountId())
        local function slice()
            if prune_ledger() or prune_aside() then later("prune", SECONDS_BETWEEN_SLICES, slice) end
        end
        slice()
    end
    local function forget()
        settings:forget()
        ffiutil.purgeDir(folder)
    end
    background = {
        updater = updater, folder = nil, -- where the plugin lies; its instance knows
        settings = settings, outbox = outbox, sync = sync,
        sweep = Sweep.new(sync, {
            files = booksOfHistory, key = Ledger.key,
            log = { open = function(account, now) return SweepLog.open(folder .. "/sweep.log", account, now) end },
            session = sessions.sweep,
        }),
        version = version,
        later = later, forget = forget, prune = prune,
        reloaded_key = nil, -- of a book that is being loaded anew
    }
    return background
end

--- @param version string The plugin's version, from _meta.lua
function Background.get(version)
    if not instance then
        instance = start(version)
        local owner = instance.sync:owner()
        if owner and instance.outbox:count(owner) > 0 then
            later("start", AFTER_START, function() instance.sync:request({}) end)
        end
    end
    return instance
end

return Background
