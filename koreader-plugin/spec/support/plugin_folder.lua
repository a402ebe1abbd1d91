--- A plugin's folder on a disk, an update in a zip as the server hands it out, and a start as pluginloader.lua makes it.

local lfs = require("lfs")
local world = require("support/world")

local plugin_folder = {}

plugin_folder.has_zip = os.execute("zip -v >/dev/null 2>&1") == 0

--- Not a digest: the specs only need the same for the same.
function plugin_folder.digest(content) return ("%064x"):format(#content) end

function plugin_folder.put(path, content)
    -- A file, and the folders it is in.
    for place in path:gmatch("()/") do
        if place > 1 then lfs.mkdir(path:sub(1, place - 1)) end
    end
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
end

function plugin_folder.get(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local content = file:read("*a")
    file:close()
    return content
end

--- @param files table Contents by path in the plugin's folder
-- @param digest function|nil
-- @return table As the server lists them
function plugin_folder.listed(files, digest)
    local list = {}
    for path, content in pairs(files) do
        list[#list + 1] = { path = path, sha256 = (digest or plugin_folder.digest)(content) }
    end
    return list
end

--- @return string The bytes of the package
function plugin_folder.zipped(files, options)
    local root = world.folder .. "/zip/bookorbit.koplugin"
    os.execute("rm -rf '" .. world.folder .. "/zip' '" .. world.folder .. "/p.zip'")
    for path, content in pairs(files) do
        plugin_folder.put(root .. "/" .. path, content)
    end
    os.execute(("cd '%s/zip' && zip -q %s -r ../p.zip bookorbit.koplugin"):format(world.folder, options or ""))
    return assert(plugin_folder.get(world.folder .. "/p.zip"))
end

--- A version whose code says which it is, and which account it has; `main.lua` is the real one with the version as its last line.
function plugin_folder.version(number, plugin)
    return {
        ["main.lua"] = plugin_folder.get("bookorbit.koplugin/main.lua") .. "-- " .. number .. "\n",
        ["_meta.lua"] = ("return { version = %q }"):format(number),
        ["bookorbit/plugin.lua"] = plugin or ("return { code = %q, account = require('bookorbit/preset') }"):format(number),
        ["bookorbit/ui/more.lua"] = ("return %q"):format(number),
    }
end

--- KOReader starts: main.lua, then _meta.lua, in a new process.
-- @return boolean Whether the plugin was loaded, table What it is, and which it says it is
function plugin_folder.start(folder)
    local path = package.path
    for name in pairs(package.loaded) do
        if name == "bookorbit/plugin" or name == "bookorbit/preset" then package.loaded[name] = nil end
    end
    package.loaded["bookorbit/on_trial"], package.loaded["bookorbit/rolled_back"] = nil, nil
    package.path = folder .. "/?.lua"
    local ok, plugin = pcall(dofile, folder .. "/main.lua")
    package.path = path
    local started = {
        code = ok and plugin.code, account = ok and plugin.account, main = plugin_folder.get(folder .. "/main.lua"):match("%-%- (%S+)\n$"),
        meta = dofile(folder .. "/_meta.lua").version,
        is_on_trial = package.loaded["bookorbit/on_trial"] ~= nil, was_taken_back = package.loaded["bookorbit/rolled_back"] ~= nil,
    }
    package.loaded["bookorbit/on_trial"], package.loaded["bookorbit/rolled_back"], package.loaded["bookorbit/plugin"] = nil, nil, nil
    package.loaded["bookorbit/preset"] = nil
    return ok, started
end

return plugin_folder
