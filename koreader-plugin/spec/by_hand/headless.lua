--- Starts KOReader's own sources without a screen, in the current folder. See docs/plugin-and-koreader.md for what has to lie there.
-- A Debian LuaJIT lacks what KOReader's own brings; SDL is left out, and MuPDF, k2pdfopt and DjVuLibre where `libs` has none; the radio is
-- two flags.
-- Defines the globals G_reader_settings, G_defaults, UIManager, radio and pump(seconds).

table.pack = table.pack or function(...) return { n = select("#", ...), ... } end
table.unpack = table.unpack or unpack

local ffi = require("ffi")
ffi.log = function() end
package.path = "common/?.lua;frontend/?.lua;./?.lua;" .. package.path
package.cpath = "common/?.so;" .. package.cpath

local function nothing() end
local function refusing(name)
    return { __index = function(_, key) error(("there is no %s here: %s"):format(name, tostring(key)), 2) end }
end

package.preload["libs/libkoreader-lfs"] = function() return require("lfs") end
local function has(library)
    return require("lfs").attributes("libs/" .. library, "mode") ~= nil
end
local has_mupdf = has("libwrap-mupdf.so") and has("libk2pdfopt.so.2")

package.preload["libs/libkoreader-djvu"] = function()
    return has("libkoreader-djvu.so") and assert(package.loadlib("libs/libkoreader-djvu.so", "luaopen_djvu"))() or {}
end
package.preload["libs/libkoreader-nnsvg"] = function()
    return { new = function() return { getSize = function() return 10, 10 end, drawTo = nothing, free = nothing } end }
end
package.preload["libs/libkoreader-input"] = function()
    return {
        open = nothing, close = nothing, closeAll = nothing, closeByFd = nothing, clearTimer = nothing, setTimer = nothing, fakeTapInput = nothing,
        waitForEvent = function(seconds, microseconds)
            require("ffi/util").usleep(math.min((seconds or 0) * 1000000 + (microseconds or 0), 20000))
            return false, 62 -- ETIME: nothing was touched
        end,
    }
end
for _, name in ipairs({ "SDL3", "SDL2_0" }) do
    package.preload["ffi/" .. name] = function() return {} end
    package.preload["ffi/framebuffer_" .. name] = function() return require("ffi/framebuffer_dummy") end
end
package.preload["ffi/koptcontext"] = not has_mupdf and function()
    return setmetatable({ k2pdfopt = setmetatable({}, refusing("k2pdfopt")), new = nothing }, refusing("k2pdfopt"))
end or nil
package.preload["ffi/mupdf"] = not has_mupdf and function()
    local function blank(width, height) return require("ffi/blitbuffer").new(width or 10, height or 10) end
    return setmetatable({
        color = false, bgr = false, debug_memory = nothing, cleanCache = nothing, setColorRendering = nothing,
        renderImage = function(_, _, width, height) return blank(width, height) end,
        renderImageFile = function(_, width, height) return blank(width, height) end,
    }, refusing("MuPDF"))
end or nil

pcall(require, "ffi/loadlib") -- younger KOReaders
require("setupkoenv")
G_defaults = require("luadefaults"):open()
G_reader_settings = require("luasettings"):open(require("datastorage"):getDataDir() .. "/settings.reader.lua")
for name, value in pairs({ use_xtext = false, dev_startup_no_fileprops = true, wifi_enable_action = "turn_on" }) do
    G_reader_settings:saveSetting(name, value)
end
if not G_reader_settings:readSetting("device_id") then G_reader_settings:saveSetting("device_id", require("random").uuid()) end
local logger = require("logger")
logger:setLevel(logger.levels[os.getenv("KO_LOG") or "err"])

local Device = require("device/dummy/device")
package.loaded["device"] = Device
radio = { on = true, connected = true }
for _, name in ipairs({ "isTouchDevice", "hasWifiManager", "hasWifiRestore", "hasWifiToggle", "hasSeamlessWifiToggle" }) do
    Device[name] = function() return true end
end
function Device.initNetworkManager(_, NetworkMgr)
    function NetworkMgr.isWifiOn() return radio.on end
    function NetworkMgr.isConnected() return radio.connected end
    function NetworkMgr.getNetworkInterfaceName() return "lo" end
    function NetworkMgr.turnOnWifi(_, on_done)
        radio.on, radio.connected = true, true
        if on_done then on_done() end
    end
    function NetworkMgr.turnOffWifi(_, on_done)
        radio.on, radio.connected = false, false
        if on_done then on_done() end
    end
end
einkfb = require("ffi/framebuffer")
einkfb.dummy = true
Device:init()
Device.input.dummy = true
require("document/canvascontext"):init(Device)
dofile("frontend/ui/data/onetime_migration.lua")
require("ui/bidi").setup(nil)
UIManager = require("ui/uimanager")
Device.screen:init()

--- Lets KOReader's own loop run for so many seconds.
function pump(seconds)
    local socket = require("socket")
    local stop = socket.gettime() + seconds
    while socket.gettime() < stop do
        UIManager:setInputTimeout(20000)
        UIManager:handleInput()
    end
end
