--- A request body as gzip, for servers that say they take it. Costs time, so it runs in the child process only.

local Zlib = require("bookorbit/device/zlib")
local bit = require("bit")

local Gzip = {}

-- No name, no time, unknown system.
local HEADER = "\31\139\8\0\0\0\0\0\0\255"
-- Below this it fits into one packet anyway.
local SMALLEST = 1024

local function littleEndian(number)
    number = bit.tobit(number)
    return string.char(bit.band(number, 255), bit.band(bit.rshift(number, 8), 255), bit.band(bit.rshift(number, 16), 255),
        bit.rshift(number, 24))
end

--- @return string|nil The body packed; nil when it is not worth it, or this device cannot
function Gzip.pack(body)
    if #body < SMALLEST then return nil end
    local deflated = Zlib.deflate(body)
    if not deflated or #deflated + 18 >= #body then return nil end
    return HEADER .. deflated .. littleEndian(Zlib.crc32(body)) .. littleEndian(#body)
end

return Gzip
