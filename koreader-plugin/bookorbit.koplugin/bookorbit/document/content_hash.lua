--- A small number for a text, to tell later whether it is still the same: CRC-32 and the length.
-- Hundreds of highlights are compared while a book closes, so zlib does it where it is there.

local Zlib = require("bookorbit/device/zlib")

local ContentHash = {}

--- @return string Lower-case hex and the length; the same on every device
function ContentHash.of(text)
    local value = Zlib.crc32(text)
    return string.format("%04x%04x-%x", math.floor(value / 0x10000), value % 0x10000, #text)
end

return ContentHash
