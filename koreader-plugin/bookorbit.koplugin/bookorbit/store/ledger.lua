--- What this device knows of each book: its fingerprint, whether BookOrbit has it, and what was last agreed on.
-- One small file per book. All of it can be found out again, so a damaged one is simply begun anew.

local AnnotationLedger = require("bookorbit/store/annotation_ledger")
local ArrivingFile = require("bookorbit/store/arriving_file")
local JsonFile = require("bookorbit/store/json_file")
local lfs = require("libs/libkoreader-lfs")
local logger = require("logger")
local md5 = require("ffi/sha2").md5

local Ledger = {}
Ledger.__index = Ledger

function Ledger.open(folder)
    lfs.mkdir(folder)
    return setmetatable({ folder = folder }, Ledger)
end

--- Names the book's files: by its path, since copies of one file are read apart.
function Ledger.key(path)
    return md5(path)
end

function Ledger:path(key)
    return self.folder .. "/" .. key .. ".json"
end

--- @param account string Whose agreements count; those with another server or account are forgotten
-- @return table { identity?, match?, read?, pushed?, pulled?, answered?, mark? = what the sidecar says that the highlights
--   were last compared with, state? = status, rating and review as last agreed, seen? = when they were seen to change,
--   acks? = owed to the server, stats? = { hash, watermark, signature },
--   searched? = { words, readAt, tries, isDone?, found? } what came of searching for the newest place (sync/searching.lua),
--   round? = how many exchanges of highlights the server counted,
--   listDue? = the server may think that this device has what it lost: all that is here is to be told }
function Ledger:get(key, account)
    local record = JsonFile.read(self:path(key)) or {}
    if record.account ~= account then
        record.account = account
        record.match, record.pushed, record.pulled, record.answered = nil, nil, nil, nil
        record.state, record.seen, record.acks, record.stats, record.listDue = nil, nil, nil, nil, nil
        record.round, record.searched = nil, nil
    end
    return record
end

--- @param is_durable boolean|nil Wait until it is on the disk
function Ledger:save(key, record, is_durable)
    local ok, reason = JsonFile.write(self:path(key), record, is_durable == true)
    if not ok then logger.warn("BookOrbit: could not save the ledger of a book:", reason) end
end

-- Thousands of files on a slow card are looked at between two page turns, so a few at a time.
local LOOKED_AT_ONCE, MOST_PRUNED = 50, 20

--- Forgets books not spoken of since `before`; those that wait to be sent stay.
-- @return function() To be called again while it returns true: there is more to look at
function Ledger:pruner(before, outbox)
    if lfs.attributes(self.folder, "mode") ~= "directory" then return function() return false end end -- the settings were deleted
    local names, pruned = {}, 0
    for name in lfs.dir(self.folder) do names[#names + 1] = name end
    return function()
        for _ = 1, LOOKED_AT_ONCE do
            local name = table.remove(names)
            if not name or pruned >= MOST_PRUNED then return false end
            local key, path = name:match("^(%x+)%."), self.folder .. "/" .. name
            if key and not outbox:get(key) and (lfs.attributes(path, "modification") or before) < before then
                os.remove(path)
                pruned = pruned + 1
            end
        end
        return true
    end
end

--- What the server has acknowledged of a book's highlights.
function Ledger:notes(key, account)
    return AnnotationLedger.read(self.folder, key, account)
end

function Ledger:saveNotes(key, notes)
    return AnnotationLedger.write(self.folder, key, notes)
end

--- What was sent of a book and may have arrived: see store/arriving_file.lua.
function Ledger:arriving(key, account)
    return ArrivingFile.read(self.folder, key, account)
end

--- Before it is sent.
-- @return boolean Whether it is on the disk
function Ledger:addArriving(key, account, notes, state)
    return ArrivingFile.add(self.folder, key, account, notes, state)
end

--- After it was answered.
function Ledger:dropArriving(key, account, notes, state)
    ArrivingFile.drop(self.folder, key, account, notes, state)
end

return Ledger
