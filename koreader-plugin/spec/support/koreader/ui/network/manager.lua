--- Imitates frontend/ui/network/manager.lua: what asks for the state, and the two wrappers we use.
local strict = require("support/strict")
local NetworkMgr
NetworkMgr = strict.table("frontend/ui/network/manager.lua", {
    wifi_on = true,
    connected = true,
    waiting_callback = false,
    turned_off = 0,
    isWifiOn = function() return NetworkMgr.wifi_on end,
    isConnected = function() return NetworkMgr.connected end,
    runWhenConnected = function(_, callback)
        if NetworkMgr.connected then callback() else NetworkMgr.waiting_callback = callback end
    end,
    afterWifiAction = function()
        NetworkMgr.turned_off = NetworkMgr.turned_off + 1
    end,
})
return NetworkMgr
