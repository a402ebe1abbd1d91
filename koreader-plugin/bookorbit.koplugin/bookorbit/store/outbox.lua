--- What waits to be sent: one small file per book, with its newest place and what else changed, in the order the books were left.

local JsonFile = require("bookorbit/store/json_file")
local lfs = require("libs/libkoreader-lfs")
local logger = require("logger")

local Outbox = {}
Outbox.__index = Outbox

--- @param folder string Made if absent
function Outbox.open(folder)
    lfs.mkdir(folder)
    local outbox = setmetatable({ folder = folder, entries = {}, last_number = 0 }, Outbox)
    outbox:load()
    return outbox
end

local function isEntry(value)
    return type(value) == "table" and type(value.number) == "number" and type(value.owner) == "string"
        and type(value.file) == "string"
        and (value.progress == nil or (type(value.progress) == "table" and type(value.progress.percentage) == "number"))
end

function Outbox:load()
    for name in lfs.dir(self.folder) do
        local key = name:match("^(%x+)%.json$")
        local path = self.folder .. "/" .. name
        if key then
            local entry = JsonFile.read(path)
            if isEntry(entry) then
                self.entries[key] = entry
                self.last_number = math.max(self.last_number, entry.number)
            else
                logger.warn("BookOrbit: set aside a damaged outbox file", path)
                os.rename(path, path .. ".damaged")
            end
        elseif name:find("%.new$") then
            os.remove(path) -- cut off while writing; the file beside it is whole
        end
    end
end

function Outbox:path(key)
    return self.folder .. "/" .. key .. ".json"
end

--- Keeps an entry; an older one of the same book is replaced.
-- @param key string The book (see ledger)
-- @param entry table { owner, file, size, mtime, hash?, domVersion?, progress? = { percentage, progress, readAt? },
--   notes? = changes of highlights (see open_book.lua), state? = { item, values, seen }, acks?, stats? = read page stats,
--   mark? = what the sidecar bears from this close on,
--   title?, authors?, recordedHash? }
-- @return number|nil the entry's number; nil and the reason if the disk refused (it is still kept in memory)
function Outbox:put(key, entry)
    self.last_number = self.last_number + 1
    entry.number = self.last_number
    self.entries[key] = entry
    local ok, reason = JsonFile.write(self:path(key), entry, true)
    if not ok then return nil, reason end
    return entry.number
end

function Outbox:get(key)
    return self.entries[key]
end

--- Forgets an entry, unless a newer one took its place meanwhile.
function Outbox:remove(key, number)
    local entry = self.entries[key]
    if not entry or entry.number ~= number then return false end
    self.entries[key] = nil
    os.remove(self:path(key))
    return true
end

--- The owner's entries, the longest waiting first.
-- @return table Array of { key, entry }
function Outbox:waiting(owner)
    local list = {}
    for key, entry in pairs(self.entries) do
        if entry.owner == owner then list[#list + 1] = { key = key, entry = entry } end
    end
    table.sort(list, function(a, b) return a.entry.number < b.entry.number end)
    return list
end

function Outbox:count(owner)
    local count = 0
    for _, entry in pairs(self.entries) do
        if entry.owner == owner then count = count + 1 end
    end
    return count
end

--- Throws away what another account left: it must never reach somebody else's shelf.
function Outbox:keepOnly(owner)
    for key, entry in pairs(self.entries) do
        if entry.owner ~= owner then self:remove(key, entry.number) end
    end
end

return Outbox
