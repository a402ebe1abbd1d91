--- Updates of the plugin in KOReader's own pluginloader and windows, each start of KOReader a process of its own.
--   cd koreader-plugin && KOREADER_RUN=/path/to/run luajit spec/by_hand/updates.lua
-- The plugin lies in the settings folder's `plugins`, where readers put it; there must be none in the run folder.

io.stdout:setvbuf("line")
local spec = assert(debug.getinfo(1, "S").source:match("^@(.*)/by_hand/updates%.lua$"))
local pwd = io.popen("pwd"):read("*l")
if spec:sub(1, 1) ~= "/" then spec = pwd .. "/" .. spec end
local RUN = assert(os.getenv("KOREADER_RUN"), "name the run folder")

local folder = os.tmpname()
os.remove(folder)

local function sh(command, ...)
    command = command:format(...)
    assert(os.execute(command) == 0, command)
end

local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read("*a")
    if file then file:close() end
    return text
end

local function write(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
end

local home, plugin = folder .. "/home", folder .. "/home/plugins/bookorbit.koplugin"
local trial = home .. "/settings/bookorbit-update-trial"

-- KOReader starts, does what the Lua text says, and ends there. Its last line `say(...)` is the answer.
local function start(text)
    write(folder .. "/step.lua", ([[
dofile("%s/by_hand/headless.lua")
local session = dofile("%s/by_hand/session.lua")
local function say(...)
    local file = io.open("%s/said", "w")
    file:write(table.concat({ ... }, " "))
    file:close()
end
local manager = session.browse("%s")
local plugin = manager.bookorbit
%s]]):format(spec, spec, folder, home, text))
    os.remove(folder .. "/said")
    os.execute(("cd '%s' && KO_HOME='%s' luajit '%s/step.lua' >>'%s/log' 2>&1"):format(RUN, home, folder, folder))
    return read(folder .. "/said") or "nothing was said"
end

local function fresh()
    sh("rm -rf '%s'; mkdir -p '%s/plugins' '%s/settings'; cp -r '%s/../bookorbit.koplugin' '%s/plugins/'", home, home, home, spec, home)
    write(plugin .. "/bookorbit/preset.lua", ("return { origin = 'http://127.0.0.1:%s', username = 'reader', userkey = '%s' }")
        :format(read(folder .. "/server/port"), ("ab"):rep(16)))
end

-- The present plugin under another number, as the server lists and packs it.
local function offer(number, plugin_end)
    local made = folder .. "/made"
    sh("rm -rf '%s'; mkdir -p '%s'; cp -r '%s/../bookorbit.koplugin' '%s/'", made, made, spec, made)
    local root = made .. "/bookorbit.koplugin/"
    write(root .. "_meta.lua", (read(root .. "_meta.lua"):gsub('version = "[^"]*"', ('version = %q'):format(number))))
    write(root .. "main.lua", read(root .. "main.lua") .. "-- " .. number .. "\n")
    if plugin_end then write(root .. "bookorbit/plugin.lua", (read(root .. "bookorbit/plugin.lua"):gsub("return BookOrbit%s*$", "") .. plugin_end)) end
    sh("cd '%s' && rm -f ../p.zip && zip -qr ../p.zip bookorbit.koplugin", made)
    local files = {}
    for line in io.popen(("cd '%s' && find . -type f -exec sha256sum {} +"):format(root)):lines() do
        local sum, path = line:match("^(%x+)%s+%./(.*)$")
        table.insert(files, ("{ path = %q, sha256 = %q }"):format(path, sum))
    end
    write(folder .. "/server/change.new", ("return { plugin_version = %q, plugin_files = { %s }, plugin_package = io.open(%q, 'rb'):read('*a') }")
        :format(number, table.concat(files, ", "), folder .. "/p.zip"))
    assert(os.rename(folder .. "/server/change.new", folder .. "/server/change.lua"))
end

local UPDATE = [[
plugin.panel:checkUpdate()
local asked = session.wait(20, function() return session.press("Update") end)
local put = session.wait(60, function() return plugin.panel.updater.isInstalled end)
pump(0.5)
say(plugin.version, tostring(asked), tostring(put), session.windows()[#session.windows()])]]
local LOOK = [[say(plugin and plugin.version or "no plugin", tostring(package.loaded["bookorbit/on_trial"] ~= nil))]]
-- Looked at for a moment, and left in order.
local LEAVE = [[
say(plugin.version, tostring(package.loaded["bookorbit/on_trial"] ~= nil))
UIManager:broadcastEvent(require("ui/event"):new("Exit"))]]
-- As long as an update has to run.
local PROVE = [[
pump(21)
local failure = plugin.panel:status().last_failure
say(plugin.version, tostring(package.loaded["bookorbit/on_trial"] ~= nil), failure and failure.kind or "no failure")]]

local function state()
    local names = {}
    for name in io.popen(("ls -1 '%s' '%s/bookorbit' 2>/dev/null | grep -e main.lua -e _meta -e bookorbit -e preset"):format(plugin, plugin)):lines() do
        if not name:find("/") then table.insert(names, name) end
    end
    local count = read(trial)
    return ("[%s] trial: %s, main.lua: %s"):format(table.concat(names, " "), tostring(count), tostring(read(plugin .. "/main.lua"):match("%-%- (%S+)\n$")))
end

local function tell(what, said) print(("%-62s %-30s %s"):format(what, said, state())) end

sh("mkdir -p '%s/server' && cd '%s/..' && { luajit spec/by_hand/server.lua '%s/server' >'%s/server/log' 2>&1 & echo $! >'%s/server/pid'; }; sleep 1",
    folder, spec, folder, folder, folder)

local ok, problem = pcall(function()
    fresh()
    offer("0.2.0")
    tell("the update is downloaded and swapped", start(UPDATE))
    tell("KOReader starts again, on trial", start(LOOK))
    tell("and once more, until it has proved itself", start(PROVE))
    tell("and again", start(LOOK))

    offer("0.2.1")
    tell("an update is swapped", start(UPDATE))
    tell("looked at for a moment, and left", start(LEAVE))
    tell("and again", start(LEAVE))
    tell("and again", start(LEAVE))

    offer("0.3.0", "error('a broken update')\n")
    tell("a broken update is swapped", start(UPDATE))
    tell("first start", start(LOOK))
    tell("second start", start(LOOK))
    tell("third start", start(PROVE))
    tell("fourth start", start(LOOK))

    offer("0.4.0", "function BookOrbit:init() error('an update that breaks when it is shown') end\nreturn BookOrbit\n")
    tell("an update that breaks in init is swapped", start(UPDATE))
    tell("first start", start(LOOK))
    tell("second start", start(LOOK))
    tell("third start", start(PROVE))

    offer("0.5.0")
    for step, cut in ipairs({ "1", "2", "3" }) do
        fresh()
        -- The battery goes flat before the step of that number: the process ends there.
        tell(("power cut before rename %s of the swap"):format(cut), start(([[
local rename, count = os.rename, 0
local Update = require("bookorbit/device/update")
local swap = Update.swap
function Update.swap(...)
    os.rename = function(...)
        count = count + 1
        if count == %d then say("cut") os.exit(1) end
        return rename(...)
    end
    swap(...)
    say("swapped") os.exit(1)
end
]]):format(step) .. UPDATE))
        tell("start after it", start(PROVE))
        tell("start after that", start(LOOK))
    end
    for step = 1, 3 do
        fresh()
        start(UPDATE)
        local main = read(plugin .. "/main.lua")
        -- main.lua's own steps of the first start: the count, and two renames.
        write(plugin .. "/main.lua", ([[
local rename, count = os.rename, 0
os.rename = function(...)
    count = count + 1
    if count == %d then os.exit(1) end
    return rename(...)
end
]]):format(step) .. main)
        tell(("power cut before rename %d of the first start"):format(step), start(LOOK))
        if read(plugin .. "/main.lua"):find("count == ", 1, true) then write(plugin .. "/main.lua", main) end
        tell("start after it", start(PROVE))
    end
end)
sh("kill $(cat '%s/server/pid')", folder)
print(ok and "done" or problem, folder)
