--- What a person does in the KOReader that headless.lua started, for the scripts beside this one. Takes headless.lua's globals.

local lfs = require("lfs")

local session = {}

session.spec = debug.getinfo(1, "S").source:match("^@(.*)/by_hand/session%.lua$")

--- The plugin's account and choices, as its settings file keeps them. Before anything is shown.
function session.logIn(port, choices)
    local settings = require("luasettings"):open(require("datastorage"):getSettingsDir() .. "/bookorbit.lua")
    settings:saveSetting("account", { origin = "http://127.0.0.1:" .. port, username = "reader", userkey = ("ab"):rep(16) })
    for name, value in pairs(choices) do settings:saveSetting(name, value) end
    settings:flush()
end

--- @return table KOReader's FileManager
function session.browse(folder)
    local FileManager = require("apps/filemanager/filemanager")
    FileManager:showFiles(folder)
    pump(0.5)
    return FileManager.instance
end

--- @return table KOReader's ReaderUI
function session.open(file)
    local ReaderUI = require("apps/reader/readerui")
    ReaderUI:showReader(file)
    session.wait(60, function() return ReaderUI.instance and ReaderUI.instance.document and ReaderUI.instance.document.file == file end)
    pump(0.3)
    return ReaderUI.instance
end

--- Lets KOReader run until something is so.
-- @return boolean Whether it came about
function session.wait(seconds, is_so)
    local socket = require("socket")
    local stop = socket.gettime() + seconds
    while not is_so() do
        if socket.gettime() > stop then return false end
        pump(0.05)
    end
    return true
end

--- Each open window, the topmost last: its text, or what it is.
function session.windows()
    local found = {}
    for _, window in ipairs(UIManager._window_stack) do
        table.insert(found, tostring(window.widget.text or window.widget.name or window.widget.id or "a window"))
    end
    return found
end

local function findButton(widget, text, seen)
    if type(widget) ~= "table" or seen[widget] then return nil end
    seen[widget] = true
    if rawget(widget, "callback") and rawget(widget, "text") == text then return widget end
    for _, child in ipairs(widget) do
        local found = findButton(child, text, seen)
        if found then return found end
    end
    return nil
end

--- Presses a button of a window, the topmost first.
-- @return boolean Whether there is one
function session.press(text)
    for i = #UIManager._window_stack, 1, -1 do
        local button = findButton(UIManager._window_stack[i].widget, text, {})
        if button then
            button.callback()
            pump(0.1)
            return true
        end
    end
    return false
end

--- Starts the server of server.lua in a process of its own.
-- @return table { port, change = function(fields as Lua text), heard = function, stop }
function session.server(folder)
    lfs.mkdir(folder)
    os.remove(folder .. "/port")
    os.execute(("cd '%s/..' && { luajit spec/by_hand/server.lua '%s' >'%s/log' 2>&1 & echo $! >'%s/pid'; }"):format(
        session.spec, folder, folder, folder))
    local function get(name)
        local file = io.open(folder .. "/" .. name, "rb")
        local text = file and file:read("*a")
        if file then file:close() end
        return text
    end
    for _ = 1, 100 do
        if get("port") then break end
        require("socket").sleep(0.05)
    end
    return {
        port = tonumber(get("port")),
        change = function(fields)
            local file = assert(io.open(folder .. "/change.lua.new", "wb"))
            file:write("return " .. fields)
            file:close()
            assert(os.rename(folder .. "/change.lua.new", folder .. "/change.lua"))
        end,
        heard = function() return get("heard.json") or "{}" end,
        stop = function() os.execute("kill " .. get("pid")) end,
    }
end

return session
