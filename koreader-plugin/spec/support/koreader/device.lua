--- Imitates frontend/device.lua (generic/device.lua): model and capabilities.
local strict = require("support/strict")
local Device
Device = strict.table("frontend/device/generic/device.lua", {
    model = "Kobo_nova",
    home_dir = "/nowhere",
    has_seamless_wifi_toggle = true,
    hasSeamlessWifiToggle = function() return Device.has_seamless_wifi_toggle end,
})
return Device
