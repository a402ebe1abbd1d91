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
    return setmetatable({ folder = folder, loaded = setmetatable({}, { __mode = "v" }) }, AsideFiles)
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
    aside.has_changed = nil
    if #aside.items == 0 and not aside.held then
        os.remove(self:path(key))
        return
    end
    local ok, reason = JsonFile.write(self:path(key), aside, false)
    if not ok then logger.warn("BookOrbit: could not save what is kept aside of a book:", reason) end
end

--- Forgets what belongs to files that are gone: moved ones are books of their own, and the server offers it to them.
function AsideFiles:prune(account)
    for _, book in ipairs(self:all(account)) do
        if book.aside.path and not lfs.attributes(book.aside.path, "mode") then
            book.aside.items, book.aside.held, book.aside.has_changed = Wire.array(), nil, true
            self:save(book.key, book.aside)
        end
    end
end

--- Every book of the account that has something aside.
-- @return table Array of { key, aside }
function AsideFiles:all(account)
    local list = {}
    if lfs.attributes(self.folder, "mode") ~= "directory" then return list end -- the settings were deleted
    for name in lfs.dir(self.folder) do
        local key = name:match("^(%x+)%.json$")
        if key then
            local aside = self:get(key, account)
            if #aside.items > 0 or aside.held then list[#list + 1] = { key = key, aside = aside } end
        end
    end
    table.sort(list, function(a, b) return a.key < b.key end)
    return list
end

return AsideFiles
