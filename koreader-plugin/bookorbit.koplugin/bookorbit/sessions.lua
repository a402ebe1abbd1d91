--- What the child processes run: each kind of work as a function that returns a function, which returns one text.

local BookFinder = require("bookorbit/document/book_finder")
local Client = require("bookorbit/api/client")
local DataStorage = require("datastorage")
local Device = require("device")
local Exchange = require("bookorbit/sync/exchange")
local Fingerprint = require("bookorbit/document/fingerprint")
local Gzip = require("bookorbit/api/gzip")
local Http = require("bookorbit/api/http")
local Items = require("bookorbit/document/annotations")
local OpenBook = require("bookorbit/document/open_book")
local PageStats = require("bookorbit/document/page_stats")
local Sidecar = require("bookorbit/document/sidecar")
local SweepSession = require("bookorbit/sync/sweep_session")
local Wire = require("bookorbit/api/wire")
local ffiutil = require("ffi/util")
local md5 = require("ffi/sha2").md5

local Sessions = {}

local MOST_STATISTICS_BOOKS = 5000
local MOST_CHILD_KILOBYTES = 24 * 1024

local function statisticsPath()
    return DataStorage:getSettingsDir() .. "/statistics.sqlite3"
end

-- The child's collector stands still, for the memory it shares; what a large database leaves behind has to go all the same.
local function tidy()
    if collectgarbage("count") > MOST_CHILD_KILOBYTES then collectgarbage() end
end

-- What the child process may use besides the network.
local function toolsOf()
    local statistics = statisticsPath()
    return {
        now = os.time,
        tidy = tidy,
        fingerprint = Fingerprint.of,
        pageStats = function(hashes, since, limit) return PageStats.read(statistics, hashes, since, limit) end,
        key = function(datetime, pos0) return md5(datetime .. "|" .. pos0) end,
    }
end

local function closedSidecar(file)
    local sidecar = Sidecar.read(file)
    if not sidecar then return nil end
    sidecar.mark = sidecar.data[OpenBook.MARK]
    sidecar.live = sidecar.annotations and Items.list(sidecar.annotations, sidecar.isPaging)
    sidecar.toWire = function(described) return Items.toWire(described, sidecar.isPaging) end
    return sidecar
end

-- What the history does not name. Runs in the child process.
local function findBooks(known_files)
    local known = {}
    for _, file in ipairs(known_files) do known[file] = true end
    local function folder(name)
        return DataStorage[name] and DataStorage[name](DataStorage) or nil -- older KOReaders have one place only
    end
    local home = G_reader_settings:readSetting("home_dir") or Device.home_dir
    local places = {
        -- As the history names it: without links and a slash at the end, or every book would be there twice.
        home = type(home) == "string" and ffiutil.realpath(home) or nil, now = os.time,
        docsettings = folder("getDocSettingsDir"), hashdocsettings = folder("getDocSettingsHashDir"),
        docPath = function(path) return require("docsettings").openSettingsFile(path).data.doc_path end,
    }
    return {
        files = Wire.array(BookFinder.withSidecar(places, known)),
        statistics = PageStats.books(statisticsPath(), MOST_STATISTICS_BOOKS),
    }
end

-- What was written down at close and not sent yet is newer than the record.
local function recordWithMark(ledger, outbox, key, account_id)
    local record, waiting = ledger:get(key, account_id), outbox:get(key)
    record.mark = waiting and waiting.mark or record.mark
    return record
end

--- @param device table Who this is (see api/envelope.lua)
-- @return table { exchange = function(plan), sweep = function(plan),
--   update = function(work, account): `work(client)` answers with a table }
function Sessions.new(device, ledger, outbox, aside)
    local function clientOf(account, takes_gzip)
        return Client.new({
            account = account, device = device, send = Http.send, now = os.time, pack = takes_gzip and Gzip.pack or nil,
        })
    end
    local sessions = {}

    function sessions.exchange(plan)
        return function()
            for _, waiting in ipairs(plan.entries) do
                local record = ledger:get(waiting.key, plan.accountId)
                -- What is remembered now, not when it was left: to the server a lower count is a device put back from a backup.
                waiting.stats, waiting.entry.round = record.stats, record.round or waiting.entry.round
            end
            return assert(Wire.encode(Exchange.run(plan, plan.isOnline and clientOf(plan.account, plan.gzip) or nil, toolsOf())))
        end
    end

    function sessions.sweep(plan)
        return function()
            local tools = toolsOf()
            tools.stamp, tools.sidecar, tools.find = Fingerprint.stamp, closedSidecar, findBooks
            tools.record = function(key) return recordWithMark(ledger, outbox, key, plan.accountId) end
            tools.notes = function(key) return ledger:notes(key, plan.accountId) end
            tools.arriving = function(key) return ledger:arriving(key, plan.accountId) end
            tools.sending = function(key, notes, state) return ledger:addArriving(key, plan.accountId, notes, state) end
            tools.confirms = function(key) return aside:get(key, plan.accountId).confirms end
            return assert(Wire.encode(SweepSession.run(plan, clientOf(plan.account, plan.gzip), tools)))
        end
    end

    function sessions.update(work, account)
        return function()
            return assert(Wire.encode(work(clientOf(account, false))))
        end
    end

    return sessions
end

return Sessions
