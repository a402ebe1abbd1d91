--- A small number for a text, to tell later whether it is still the same: CRC-32 and the length.
-- Hundreds of highlights are compared while a book closes, so zlib does it where it is there.

local bit = require("bit")
local ffi = require("ffi")

local ContentHash = {}

local function nativeCrc()
    ffi.cdef([[uint32_t bookorbit_crc32(unsigned long, const char *, unsigned int) __asm__("crc32");]])
    local zlib = ffi.loadlib and ffi.loadlib("z", 1) or ffi.load("z")
    assert(zlib.bookorbit_crc32(0, "123456789", 9) == 0xCBF43926)
    -- Through the library: collected as garbage it would be unloaded under a function kept alone.
    return function(start, text, length) return zlib.bookorbit_crc32(start, text, length) end
end

local table_of_bytes

local function slowCrc(_, text, length)
    if not table_of_bytes then
        table_of_bytes = {}
        for i = 0, 255 do
            local value = i
            for _ = 1, 8 do
                value = bit.bxor(bit.rshift(value, 1), bit.band(value, 1) == 1 and 0xEDB88320 or 0)
            end
            table_of_bytes[i] = value
        end
    end
    local crc = bit.bnot(0)
    for i = 1, length do
        crc = bit.bxor(bit.rshift(crc, 8), table_of_bytes[bit.band(bit.bxor(crc, text:byte(i)), 255)])
    end
    crc = bit.bnot(crc)
    return crc < 0 and crc + 2 ^ 32 or crc
end

ContentHash.slowCrc = slowCrc

local ok, crc = pcall(nativeCrc)
if not ok then crc = slowCrc end

--- @return string Lower-case hex and the length; the same on every device
function ContentHash.of(text)
    local value = crc(0, text, #text)
    return string.format("%04x%04x-%x", math.floor(value / 0x10000), value % 0x10000, #text)
end

return ContentHash
