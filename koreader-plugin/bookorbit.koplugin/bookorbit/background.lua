--- Everything that outlives a book: one set of collaborators per KOReader run, shared by all plugin instances.
-- KOReader makes a new instance for every book and for the file browser; work on the network must not die with one.

local AsideFiles = require("bookorbit/store/aside_files")
local BookSync = require("bookorbit/sync/book_sync")
local Child = require("bookorbit/device/child")
local Client = require("bookorbit/api/client")
local DataStorage = require("datastorage")
local Device = require("device")
local Dialogs = require("bookorbit/ui/dialogs")
local Envelope = require("bookorbit/api/envelope")
local Exchange = require("bookorbit/sync/exchange")
local Fingerprint = require("bookorbit/document/fingerprint")
local Gzip = require("bookorbit/api/gzip")
local Http = require("bookorbit/api/http")
local Items = require("bookorbit/document/annotations")
local Ledger = require("bookorbit/store/ledger")
local Messages = require("bookorbit/ui/messages")
local Network = require("bookorbit/device/network")
local OpenBook = require("bookorbit/document/open_book")
local Outbox = require("bookorbit/store/outbox")
local Settings = require("bookorbit/settings")
local PageStats = require("bookorbit/document/page_stats")
local Sidecar = require("bookorbit/document/sidecar")
local Sweep = require("bookorbit/sync/sweep")
local SweepSession = require("bookorbit/sync/sweep_session")
local UIManager = require("ui/uimanager")
local Updater = require("bookorbit/device/updater")
local Wire = require("bookorbit/api/wire")
local ffiutil = require("ffi/util")
local guard = require("bookorbit/device/guard")
local lfs = require("libs/libkoreader-lfs")
local md5 = require("ffi/sha2").md5

local Background = {}

local instance

-- What the child process may use besides the network.
local function toolsOf()
    local statistics = DataStorage:getSettingsDir() .. "/statistics.sqlite3"
    return {
        now = os.time,
        fingerprint = Fingerprint.of,
        pageStats = function(hashes, since, limit) return PageStats.read(statistics, hashes, since, limit) end,
        key = function(datetime, pos0) return md5(datetime .. "|" .. pos0) end,
    }
end

local function clientFor(device, account, takes_gzip)
    return Client.new({
        account = account, device = device, send = Http.send, now = os.time, pack = takes_gzip and Gzip.pack or nil,
    })
end

-- The function a child process runs for a plan.
local function sessionFor(device, ledger)
    return function(plan)
        return function()
            local client = plan.isOnline and clientFor(device, plan.account, plan.gzip) or nil
            for _, waiting in ipairs(plan.entries) do
                waiting.stats = ledger:get(waiting.key, plan.accountId).stats
            end
            local result = Exchange.run(plan, client, toolsOf())
            return assert(Wire.encode(result))
        end
    end
end

local function deviceOf(settings, version)
    local install_id = settings:get("install_id")
    return {
        deviceId = Envelope.deviceId(G_reader_settings:readSetting("device_id"), install_id),
        deviceModel = tostring(Device.model or "KOReader"),
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

local function closedSidecar(file)
    local sidecar = Sidecar.read(file)
    if not sidecar then return nil end
    sidecar.mark = sidecar.data[OpenBook.MARK]
    sidecar.live = sidecar.annotations and Items.list(sidecar.annotations, sidecar.isPaging)
    sidecar.toWire = function(described) return Items.toWire(described, sidecar.isPaging) end
    return sidecar
end

-- What was written down at close and not sent yet is newer than the record.
local function recordWithMark(ledger, outbox, key, account_id)
    local record, waiting = ledger:get(key, account_id), outbox:get(key)
    record.mark = waiting and waiting.mark or record.mark
    return record
end

local function sweepSessionFor(device, ledger, outbox)
    return function(plan)
        return function()
            local client = clientFor(device, plan.account, plan.gzip)
            local tools = toolsOf()
            tools.stamp, tools.sidecar = Fingerprint.stamp, closedSidecar
            tools.record = function(key) return recordWithMark(ledger, outbox, key, plan.accountId) end
            tools.notes = function(key) return ledger:notes(key, plan.accountId) end
            return assert(Wire.encode(SweepSession.run(plan, client, tools)))
        end
    end
end

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
    local sync = BookSync.new({
        settings = settings,
        outbox = outbox,
        ledger = ledger,
        aside = AsideFiles.open(folder .. "/aside"),
        sidecar = Sidecar,
        guarded = function(f) return guard("applying changes", f) end,
        child = Child.new(os.time),
        network = Network,
        now = os.time,
        deviceId = device.deviceId,
        schedule = function(seconds, f) UIManager:scheduleIn(seconds, f) end,
        unschedule = function(f) UIManager:unschedule(f) end,
        session = sessionFor(device, ledger),
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
    local updater = Updater.new({
        child = sync.child, settings = settings, version = version,
        trialFile = DataStorage:getSettingsDir() .. "/bookorbit-update-trial",
        folder = function() return background.folder end,
        session = function(work)
            local account = settings:account()
            return function()
                return assert(Wire.encode(work(clientFor(device, account, false))))
            end
        end,
    })
    local function forget()
        settings:forget()
        ffiutil.purgeDir(folder)
    end
    background = {
        updater = updater, folder = nil, -- where the plugin lies; its instance knows
        settings = settings, outbox = outbox, sync = sync,
        sweep = Sweep.new(sync, { files = booksOfHistory, session = sweepSessionFor(device, ledger, outbox) }),
        version = version,
        later = later, forget = forget,
        reloaded_key = nil, -- of a book that is being loaded anew
    }
    return background
end

--- @param version string The plugin's version, from _meta.lua
function Background.get(version)
    if not instance then instance = start(version) end
    return instance
end

return Background
