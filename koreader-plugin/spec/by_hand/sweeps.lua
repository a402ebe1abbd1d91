--- Syncing all books in KOReader's own windows: shown, hidden, stopped, gone on with, ended by sleep.
--   cd koreader-plugin && KOREADER_RUN=/path/to/run KOREADER_BOOKS=/folder/of/epubs luajit spec/by_hand/sweeps.lua

io.stdout:setvbuf("line")
local spec = assert(debug.getinfo(1, "S").source:match("^@(.*)/by_hand/sweeps%.lua$"))
if spec:sub(1, 1) ~= "/" then spec = io.popen("pwd"):read("*l") .. "/" .. spec end
local BOOKS = assert(os.getenv("KOREADER_BOOKS"), "name a folder of books")
local MOST_BOOKS = 23

local ffi = require("ffi")
ffi.cdef("int setenv(const char *, const char *, int);")
local folder = os.tmpname()
os.remove(folder)
local home = folder .. "/home"
os.execute(("mkdir -p '%s/plugins' '%s/settings' '%s/Books' && cp -r '%s/../bookorbit.koplugin' '%s/plugins/'"):format(home, home, home, spec, home))
ffi.C.setenv("KO_HOME", home, 1)
local lfs = require("lfs")
assert(lfs.chdir(assert(os.getenv("KOREADER_RUN"), "name the run folder")))
local session = dofile(spec .. "/by_hand/session.lua")
local server = session.server(folder .. "/server")
dofile(spec .. "/by_hand/headless.lua")

local books = {}
for name in lfs.dir(BOOKS) do
    if name:find("%.epub$") then table.insert(books, name) end
end
table.sort(books)
for i = #books, MOST_BOOKS + 1, -1 do books[i] = nil end
local DocSettings = require("docsettings")
for i, name in ipairs(books) do
    os.execute(("cp '%s/%s' '%s/Books/' && chmod u+w '%s/Books/%s'"):format(BOOKS, name, home, home, name))
    local sidecar = DocSettings:open(home .. "/Books/" .. name)
    sidecar:saveSetting("percent_finished", i / 100)
    sidecar:saveSetting("last_xpointer", "/body/DocFragment[1]/body/p[1]/text().0")
    sidecar:saveSetting("summary", { status = "reading", modified = "2026-11-18" })
    sidecar:saveSetting("doc_pages", 100)
    sidecar:flush()
end
G_reader_settings:saveSetting("home_dir", home .. "/Books")
session.logIn(server.port, {})
server.change("{ seconds = 0.3 }")

local Event = require("ui/event")
local plugin = session.browse(home .. "/Books").bookorbit
local sweep = plugin.panel.sweep
local ran

local function hashes()
    local count = 0
    for _ in server.heard():gmatch('"percentage"') do count = count + 1 end
    return count
end

-- The bar of the window, if one is open; a book has one of its own in its footer.
local function bar()
    for _, window in ipairs(UIManager._window_stack) do
        local found
        if window.widget.ok_text ~= "Hide" then window = {} end
        local function walk(widget, depth)
            if type(widget) ~= "table" or depth > 12 or found then return end
            if rawget(widget, "percentage") and rawget(widget, "height") then found = widget return end
            for _, child in ipairs(widget) do walk(child, depth + 1) end
        end
        walk(window.widget, 1)
        if found then return found end
    end
    return nil
end

local function tell(what)
    pump(0.3)
    UIManager:forceRePaint()
    local shown = bar()
    local dimen = shown and shown.dimen
    print(("%-44s running: %s  bar: %s  pushed: %d  longest tick: %.0f ms  windows: %s"):format(what, tostring(sweep.is_running),
        shown and ("%.2f at %s,%s %sx%s"):format(shown.percentage, dimen and dimen.x, dimen and dimen.y, dimen and dimen.w, dimen and dimen.h) or "none",
        hashes(), 1000 * (ran or 0), table.concat(session.windows(), " | "):gsub("%s+", " ")))
    ran = 0
end

-- How long what was scheduled keeps KOReader from listening, in seconds of its processor: a busy machine is none of ours.
local handle = UIManager._checkTasks
function UIManager._checkTasks(...)
    local before = os.clock()
    local results = { handle(...) }
    ran = math.max(ran or 0, os.clock() - before)
    return unpack(results)
end

local function close()
    while #UIManager._window_stack > 1 do UIManager:close(UIManager._window_stack[#UIManager._window_stack].widget) end
end

local ok, problem = pcall(function()
    UIManager:broadcastEvent(Event:new("BookOrbitSyncAll"))
    session.wait(30, function() return bar() ~= nil end)
    tell("begun by a gesture")
    session.wait(60, function() return not bar() or bar().percentage > 0.3 end)
    tell("a third")
    print("  pressed Stop:", session.press("Stop"))
    tell("stopped")
    close()

    local before = hashes()
    plugin.panel:syncAll()
    session.wait(30, function() return bar() ~= nil end)
    tell("begun again")
    session.wait(60, function() return bar().percentage > 0.6 end)
    tell("two thirds")
    UIManager:broadcastEvent(Event:new("Suspend"))
    radio.connected = false
    tell("suspended")
    radio.connected = true
    UIManager:broadcastEvent(Event:new("Resume"))
    UIManager:broadcastEvent(Event:new("NetworkConnected"))
    pump(4)
    tell("awake")
    plugin.panel:syncAll()
    session.wait(30, function() return bar() ~= nil end)
    tell("begun a third time")
    print("  pressed Hide:", session.press("Hide"))
    tell("hidden")
    session.wait(60, function() return not sweep.is_running end)
    tell("at the end")
    print("  sent since the first stop:", hashes() - before, "of books:", #books)
    close()

    plugin.panel:syncAll()
    session.wait(30, function() return bar() ~= nil end)
    plugin.panel:syncAll()
    pump(1)
    tell("asked for twice")
    close()

    server.change("{ seconds = 0.3, is_cut = true }")
    plugin.panel:syncAll()
    session.wait(60, function() return not sweep.is_running end)
    tell("the server is gone")
    close()
    server.change("{ seconds = 0.1, is_cut = false }")

    plugin.panel:syncAll()
    session.wait(30, function() return bar() ~= nil end)
    local ReaderUI = package.loaded["libs/libkoreader-cre"] ~= nil or lfs.attributes("libs/libkoreader-cre.so", "mode") == "file"
    if ReaderUI then
        session.press("Hide")
        local ui = session.open(home .. "/Books/" .. books[#books])
        tell("a book opened meanwhile")
        ui:handleEvent(Event:new("GotoViewRel", 1))
        session.wait(60, function() return not sweep.is_running end)
        tell("at the end, over the book")
        close()
        ui.bookorbit.panel:syncAll()
        session.wait(30, function() return bar() ~= nil end)
        tell("begun in the book")
        UIManager:broadcastEvent(Event:new("Suspend"))
        tell("suspended in the book")
        UIManager:broadcastEvent(Event:new("Resume"))
        ui.bookorbit.panel:syncAll()
        session.wait(30, function() return bar() ~= nil end)
        ui:onClose()
        pump(1)
        tell("the book closed under the window")
    end
    print("standby held:", UIManager._prevent_standby_count)
end)
server.stop()
print(ok and "done" or problem, folder)
os.exit(0, true)
