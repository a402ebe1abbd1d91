--- The plugin's own update: checked against the server's list, unpacked beside the plugin's code, loaded once, swapped by rename.
-- `prepare` runs in the child process; `swap` and `confirm` are a few renames. A battery may go flat after any of them: main.lua goes on
-- from there. KOReader's two files travel with the code; on FAT a file can be renamed over another, a folder cannot.

local Unzip = require("bookorbit/device/unzip")
local ffiutil = require("ffi/util")
local lfs = require("libs/libkoreader-lfs")
local util = require("util")

local Update = {}

local ROOT = "bookorbit.koplugin/"
local CODE = "bookorbit/"
local PRESET = "preset.lua"
-- What KOReader itself reads, beside the code.
local TRAVELLERS = { ["main.lua"] = true, ["_meta.lua"] = true }

--- Whether one version comes after another: numbers compared one by one.
function Update.isNewer(version, than)
    local a, b = {}, {}
    for number in tostring(version):gmatch("%d+") do a[#a + 1] = tonumber(number) end
    for number in tostring(than):gmatch("%d+") do b[#b + 1] = tonumber(number) end
    for i = 1, math.max(#a, #b) do
        if (a[i] or 0) ~= (b[i] or 0) then return (a[i] or 0) > (b[i] or 0) end
    end
    return false
end

-- Where a file of the plugin is unpacked: in the folder of the code, its two travellers as well.
local function placeOf(path)
    if TRAVELLERS[path] then return path end
    local inside = path:sub(1, #CODE) == CODE and path:sub(#CODE + 1) or nil
    if not inside or inside == "" or TRAVELLERS[inside] or inside:find("..", 1, true) then return nil end
    return inside
end

--- Every file as the server listed it, and none besides.
-- @param files table Contents by path inside the zip
-- @param listed table Array of { path, sha256 }
-- @return table|nil contents by their place in the folder of the code; nil and what is wrong
function Update.check(files, listed, sha256)
    local wanted, checked, count = {}, {}, 0
    for _, item in ipairs(listed) do
        wanted[item.path] = tostring(item.sha256):lower()
        count = count + 1
    end
    for name, content in pairs(files) do
        local path = name:sub(1, #ROOT) == ROOT and name:sub(#ROOT + 1) or nil
        local place = path and placeOf(path)
        if place ~= PRESET then
            if not place or not wanted[path] then return nil, "an unexpected file: " .. name end
            if sha256(content) ~= wanted[path] then return nil, "a file is not the one the server lists: " .. path end
            checked[place] = content
            count = count - 1
        end
    end
    if count ~= 0 or not checked["main.lua"] or not checked["_meta.lua"] then return nil, "files are missing" end
    for place, content in pairs(checked) do
        if place:find("%.lua$") then
            local ok, problem = loadstring(content, "@" .. place)
            if not ok then return nil, problem end
        end
    end
    return checked
end

local function write(path, content)
    local file, reason = io.open(path, "wb")
    if not file then return nil, reason end
    local ok
    ok, reason = file:write(content)
    ok = ok and file:flush()
    if ok then ffiutil.fsyncOpenedFile(file) end
    file:close()
    return ok, reason
end

local function read(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local content = file:read("*a")
    file:close()
    return content
end

local function remove(folder)
    if lfs.attributes(folder, "mode") == "directory" then ffiutil.purgeDir(folder) end
end

-- Cheap storage says "written" and has not: what stands there is read again, and every script loaded once, before anything is swapped.
local function standsWritten(target, content)
    if read(target) ~= content then return nil, "the storage did not keep a file" end
    if not target:find("%.lua$") or target:sub(-#PRESET) == PRESET then return true end
    local loaded, problem = loadfile(target)
    return loaded ~= nil, problem
end

local function unpack(new, files)
    for place, content in pairs(files) do
        local target = new .. "/" .. place
        util.makePath(target:match("^(.*)/"))
        local ok, reason = write(target, content)
        if ok then ok, reason = standsWritten(target, content) end
        if not ok then return nil, reason end
    end
    return true
end

local function codeIn(folder)
    return folder .. "/" .. CODE:sub(1, -2)
end

-- What is left of earlier updates, and of those of the first versions, which swapped the whole folder.
local function removeLeftovers(folder)
    for _, place in ipairs({ codeIn(folder), folder }) do
        for _, leftover in ipairs({ ".new", ".old", ".failed" }) do remove(place .. leftover) end
    end
end

--- Downloads, checks and unpacks; nothing of the running plugin is touched.
-- @param folder string Where the plugin lies
-- @return true, or nil and a failure
function Update.prepare(client, listed, folder, sha256)
    local bytes, failure = client:package()
    if not bytes then return nil, failure end
    local files, reason = Unzip.files(bytes)
    local checked
    if files then checked, reason = Update.check(files, listed, sha256) end
    if not checked then return nil, { kind = "bad_update", message = reason } end
    removeLeftovers(folder)
    checked[PRESET] = read(codeIn(folder) .. "/" .. PRESET) -- the account came with the download and stays
    local ok
    ok, reason = unpack(codeIn(folder) .. ".new", checked)
    if ok then return true end
    remove(codeIn(folder) .. ".new")
    return nil, { kind = "device", detail = reason }
end

-- The version before takes its own along as well, to be put back with it.
local function packTravellers(folder, code)
    for name in pairs(TRAVELLERS) do
        local content = read(folder .. "/" .. name)
        if not content or not write(code .. "/" .. name, content) then return nil end
    end
    return true
end

local function rename(from, to)
    local ok = os.rename(from, to)
    if ok then ffiutil.fsyncDirectory(to:match("^(.*)/")) end
    return ok
end

--- Puts the prepared update in place, on trial; the version before lies beside it until the update has proved itself.
-- @return boolean|nil
function Update.swap(folder, trial_file)
    local code = codeIn(folder)
    if packTravellers(folder, code) and write(trial_file, "0") then
        -- Known to be on trial before anything moves: without that main.lua leaves the travellers where they are.
        ffiutil.fsyncDirectory(trial_file)
        if rename(code, code .. ".old") then
            if rename(code .. ".new", code) then return true end
            rename(code .. ".old", code)
        end
    end
    os.remove(trial_file)
    return nil
end

--- The update runs: the version before may go.
function Update.confirm(folder, trial_file)
    if lfs.attributes(trial_file, "mode") ~= "file" then return end
    os.remove(trial_file)
    remove(codeIn(folder) .. ".old")
    remove(folder .. ".old")
end

return Update
