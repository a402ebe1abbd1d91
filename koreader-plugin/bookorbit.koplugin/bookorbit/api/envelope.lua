--- Who is speaking: the fields every request body carries.

local Wire = require("bookorbit/api/wire")

local Envelope = {}

Envelope.PROTOCOL = 1

--- Minutes this device's wall clock is ahead of UTC at `now`.
function Envelope.utcOffsetMinutes(now)
    local utc = os.date("!*t", now)
    utc.isdst = os.date("*t", now).isdst
    return math.floor((os.difftime(now, os.time(utc))) / 60 + 0.5)
end

--- The device id as the protocol allows it.
function Envelope.deviceId(id, fallback)
    local clean = tostring(id or ""):gsub("[^A-Za-z0-9-]", ""):sub(1, 100)
    return clean ~= "" and clean or fallback
end

--- @param device table { deviceId, deviceModel, pluginVersion, installId }
-- @param now number Unix seconds by the device's clock
function Envelope.fields(device, now)
    return {
        deviceId = device.deviceId,
        deviceModel = Wire.text(device.deviceModel, 100),
        pluginVersion = device.pluginVersion:sub(1, 20),
        installId = device.installId,
        deviceTime = os.date("%Y-%m-%d %H:%M:%S", now),
        utcOffsetMinutes = Envelope.utcOffsetMinutes(now),
        protocol = Envelope.PROTOCOL,
    }
end

return Envelope
