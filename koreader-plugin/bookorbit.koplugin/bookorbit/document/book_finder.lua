--- Books that KOReader's history does not name: those with a sidecar, and those the statistics know. Runs in a child process.

local lfs = require("libs/libkoreader-lfs")

local BookFinder = {}

-- A card full of pictures, or a folder that contains itself through a link, must not keep the child busy for ever.
local MOST_ENTRIES = 60000
local MOST_SECONDS = 60
local DEEPEST = 12
local MOST_BOOKS = 5000

local function isDirectory(path)
    return lfs.attributes(path, "mode") == "directory"
end

local function isFile(path)
    return lfs.attributes(path, "mode") == "file"
end

-- The formats a sidecar folder holds metadata for; nil is for books without a suffix.
local function suffixesIn(folder)
    local suffixes = {}
    for name in lfs.dir(folder) do
        local suffix = name:match("^metadata%.(.+)%.lua$")
        if suffix then suffixes[#suffixes + 1] = suffix end
    end
    return suffixes
end

local function bookOf(base, suffix)
    local path = suffix == "_" and base or base .. "." .. suffix
    return isFile(path) and path or nil
end

-- Calls `visit(folder)` for every sidecar folder below.
local function walk(search, folder, depth, visit)
    if depth > DEEPEST or not isDirectory(folder) then return end
    local folders = {}
    for name in lfs.dir(folder) do
        search.entries = search.entries + 1
        if search.entries > MOST_ENTRIES or search.isLate() then return end
        if name:sub(1, 1) ~= "." then
            local path = folder .. "/" .. name
            if name:sub(-4) == ".sdr" then
                if isDirectory(path) then visit(path) end
            elseif isDirectory(path) then
                folders[#folders + 1] = path
            end
        end
    end
    for _, path in ipairs(folders) do
        walk(search, path, depth + 1, visit)
    end
end

--- @param places table { home? = folder of books, docsettings?, hashdocsettings? = KOReader's other places for sidecars,
--   docPath = function(sidecar file) returning the book a sidecar says it belongs to, now = function }
-- @param known table Set of paths not to name
-- @return table Array of paths
function BookFinder.withSidecar(places, known)
    local started_at = places.now()
    local search = { entries = 0, isLate = function() return math.abs(places.now() - started_at) > MOST_SECONDS end }
    local found, seen = {}, {}
    local function add(path)
        if not path or known[path] or seen[path] or #found >= MOST_BOOKS then return end
        seen[path] = true
        found[#found + 1] = path
    end
    local function beside(prefix)
        return function(folder)
            for _, suffix in ipairs(suffixesIn(folder)) do
                add(bookOf(folder:sub(#prefix + 1, -5), suffix))
            end
        end
    end
    if places.home then walk(search, places.home, 1, beside("")) end
    -- The path of the book below a folder of KOReader's.
    if places.docsettings then walk(search, places.docsettings, 1, beside(places.docsettings)) end
    if places.hashdocsettings then
        walk(search, places.hashdocsettings, 1, function(folder)
            for _, suffix in ipairs(suffixesIn(folder)) do
                local path = places.docPath(folder .. "/metadata." .. suffix .. ".lua")
                if type(path) == "string" and isFile(path) then add(path) end
            end
        end)
    end
    return found
end

return BookFinder
