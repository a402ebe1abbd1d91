--- What is kept aside of each book (sync/aside.lua): one small file for each book that has such.

local JsonFile = require("bookorbit/store/json_file")
local Wire = require("bookorbit/api/wire")
local lfs = require("libs/libkoreader-lfs")
local logger = require("logger")

local AsideFiles = {}
AsideFiles.__index = AsideFiles

function AsideFiles.open(folder)
    lfs.mkdir(folder)
    -- One table for each book, whoever asks for it: applying takes several slices.
    return setmetatable({ folder = folder, loaded = setmetatable({}, { __mode = "v" }), failed_counts = {} }, AsideFiles)
end

function AsideFiles:path(key)
    return self.folder .. "/" .. key .. ".json"
end

--- @param account string Whose; another account's is as good as none
-- @return table { account, file?, path?, items, held? = deletions that wait for the user, confirms? = who said yes on this device }
function AsideFiles:get(key, account)
    local aside = self.loaded[key]
    if not aside then
        aside = JsonFile.read(self:path(key))
        if not aside or not Wire.isArray(aside.items) then aside = { items = Wire.array() } end
    end
    if aside.account ~= account then aside = { account = account, items = Wire.array() } end
    self.loaded[key] = aside
    return aside
end

--- Writes it if it changed; without items there is no file.
function AsideFiles:save(key, aside)
    if not aside.has_changed then return end
    aside.has_changed, self.failed_counts[key] = nil, nil
    if #aside.items == 0 and not aside.held then
        os.remove(self:path(key))
        return
    end
    local ok, reason = JsonFile.write(self:path(key), aside, false)
    if not ok then logger.warn("BookOrbit: could not save what is kept aside of a book:", reason) end
end

function AsideFiles:keys()
    local keys = {}
    if lfs.attributes(self.folder, "mode") ~= "directory" then return keys end -- the settings were deleted
    for name in lfs.dir(self.folder) do
        keys[#keys + 1] = name:match("^(%x+)%.json$")
    end
    table.sort(keys)
    return keys
end

--- Forgets what belongs to files that are gone: moved ones are books of their own, and the server offers it to them.
-- @return function() To be called again while it returns true: one file at a time is read
function AsideFiles:pruner(account)
    local keys = self:keys()
    return function()
        local key = table.remove(keys)
        if not key then return false end
        local aside = self:get(key, account)
        if aside.path and not lfs.attributes(aside.path, "mode") then
            aside.items, aside.held, aside.has_changed = Wire.array(), nil, true
            self:save(key, aside)
        end
        return true
    end
end

-- How many found no place, without reading more than it takes: a quote inside a text is escaped, so this is always the field.
local function countInFile(path, account)
    local file = io.open(path, "rb")
    if not file then return 0 end
    local text = file:read("*a")
    file:close()
    if not text:find('"account":' .. Wire.encode(account), 1, true) then return 0 end
    local _, count = text:gsub('"reason":"', "")
    return count
end

--- How many found no place, over all books: for a menu that asks whenever it is drawn.
function AsideFiles:countFailed(account)
    if self.counted_account ~= account then self.failed_counts, self.counted_account = {}, account end
    local count = 0
    for _, key in ipairs(self:keys()) do
        self.failed_counts[key] = self.failed_counts[key] or countInFile(self:path(key), account)
        count = count + self.failed_counts[key]
    end
    return count
end

--- Every book of the account that has something aside.
-- @return table Array of { key, aside }
function AsideFiles:all(account)
    local list = {}
    for _, key in ipairs(self:keys()) do
        local aside = self:get(key, account)
        if #aside.items > 0 or aside.held then list[#list + 1] = { key = key, aside = aside } end
    end
    return list
end

return AsideFiles
