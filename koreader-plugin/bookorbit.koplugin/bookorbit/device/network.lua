--- The network as far as this plugin may ask about it: never a look-up that blocks, never Wi-Fi switched on unasked.

local Device = require("device")
local NetworkMgr = require("ui/network/manager")

local Network = {}

--- Whether there is a link. Not whether the internet is reachable: our server may be in the same room.
function Network.isConnected()
    return (NetworkMgr:isWifiOn() and NetworkMgr:isConnected()) and true or false
end

--- Whether KOReader's setting "Action when Wi-Fi is off" keeps auto sync from being used.
-- It does where KOReader can switch Wi-Fi by itself, unless it is told to: else every try would end in a prompt.
function Network.blocksAutoSync()
    -- KOReaders before 2023.06 know only whether there is a switch at all.
    local has_toggle = Device.hasSeamlessWifiToggle or Device.hasWifiToggle
    return has_toggle(Device) == true
        and G_reader_settings:readSetting("wifi_enable_action") ~= "turn_on"
end

-- After work that switched Wi-Fi on: off again if KOReader is set to do so without asking.
local function release()
    if G_reader_settings:readSetting("wifi_disable_action") == "turn_off" then
        NetworkMgr:afterWifiAction()
    end
end

--- For what the reader asked for by hand: runs now, or once KOReader has brought the network up as it is set to.
-- @param action function(release) May never run: the reader can say no. Whichever way its work ends, it calls `release` then.
function Network.runWhenConnected(action)
    if Network.isConnected() then
        action(function() end)
        return
    end
    NetworkMgr:runWhenConnected(function() action(release) end)
end

return Network
