--- The plugin's own update: checked against the server's list, unpacked beside the plugin, loaded once, swapped by rename.
-- `prepare` runs in the child process; `swap` and `confirm` are a few renames.

local Unzip = require("bookorbit/device/unzip")
local ffiutil = require("ffi/util")
local lfs = require("libs/libkoreader-lfs")
local util = require("util")

local Update = {}

local ROOT = "bookorbit.koplugin/"
local PRESET = "bookorbit/preset.lua"

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

--- Every file as the server listed it, and none besides.
-- @param files table Contents by path inside the zip
-- @param listed table Array of { path, sha256 }
-- @return table|nil contents by path inside the plugin; nil and what is wrong
function Update.check(files, listed, sha256)
    local wanted, checked, count = {}, {}, 0
    for _, item in ipairs(listed) do
        wanted[item.path] = tostring(item.sha256):lower()
        count = count + 1
    end
    for name, content in pairs(files) do
        local path = name:sub(1, #ROOT) == ROOT and name:sub(#ROOT + 1) or nil
        if not path or path:find("..", 1, true) or path:find("^/") then return nil, "an unexpected file: " .. name end
        if path ~= PRESET then
            if not wanted[path] then return nil, "an unexpected file: " .. name end
            if sha256(content) ~= wanted[path] then return nil, "a file is not the one the server lists: " .. path end
            checked[path] = content
            count = count - 1
        end
    end
    if count ~= 0 or not checked["main.lua"] or not checked["_meta.lua"] then return nil, "files are missing" end
    for path, content in pairs(checked) do
        if path:find("%.lua$") then
            local ok, problem = loadstring(content, "@" .. path)
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
    local new = folder .. ".new"
    remove(new)
    checked[PRESET] = read(folder .. "/" .. PRESET) -- the account came with the download and stays
    for path, content in pairs(checked) do
        local target = new .. "/" .. path
        util.makePath(target:match("^(.*)/"))
        local ok
        ok, reason = write(target, content)
        if ok then ok, reason = standsWritten(target, content) end
        if not ok then
            remove(new)
            return nil, { kind = "device", detail = reason }
        end
    end
    return true
end

--- Puts the prepared update in place, on trial; the version before lies beside it until the update has proved itself.
-- @return boolean|nil
function Update.swap(folder, trial_file)
    remove(folder .. ".old")
    remove(folder .. ".failed")
    if not write(trial_file, "0") then return nil end
    if not os.rename(folder, folder .. ".old") then
        os.remove(trial_file)
        return nil
    end
    if not os.rename(folder .. ".new", folder) then
        os.rename(folder .. ".old", folder)
        os.remove(trial_file)
        return nil
    end
    return true
end

--- The update runs: the version before may go.
function Update.confirm(folder, trial_file)
    if lfs.attributes(trial_file, "mode") ~= "file" then return end
    os.remove(trial_file)
    remove(folder .. ".old")
end

return Update
