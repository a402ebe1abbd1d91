--- zlib as far as KOReader lets plugins have it on every platform.
-- Where all its libraries are linked into one (Android), only the functions that `ffi/zlib_h.lua` declares can be reached:
-- compress2, uncompress, compressBound and crc32. So the wrapping of a stream is put on and taken off by hand.

local bit = require("bit")
local ffi = require("ffi")

local Zlib = {}

-- A zlib stream is two bytes, the deflated data, and a checksum of four.
local HEADER, TRAILER_SIZE = "\120\156", 4
local LEVEL = 6

-- Under names of our own: KOReader declares the same ones itself, with types that may change.
ffi.cdef([[
unsigned long bookorbit_bound(unsigned long) __asm__("compressBound");
int bookorbit_compress(char *, unsigned long *, const char *, unsigned long, int) __asm__("compress2");
int bookorbit_uncompress(char *, unsigned long *, const char *, unsigned long) __asm__("uncompress");
uint32_t bookorbit_crc32(unsigned long, const char *, unsigned int) __asm__("crc32");
]])

local library
local function zlib()
    library = library or (ffi.loadlib and ffi.loadlib("z", 1) or ffi.load("z"))
    return library
end

--- @return string|nil The text deflated, without any wrapping; nil where zlib is missing
function Zlib.deflate(text)
    local ok, deflated = pcall(function()
        local size = ffi.new("unsigned long[1]", zlib().bookorbit_bound(#text))
        local output = ffi.new("char[?]", size[0])
        assert(zlib().bookorbit_compress(output, size, text, #text, LEVEL) == 0)
        return ffi.string(output + #HEADER, size[0] - #HEADER - TRAILER_SIZE)
    end)
    return ok and deflated or nil
end

--- @param size number What it must come to
-- @param crc number What its CRC-32 must be
-- @return string|nil The text; nil when it is damaged
function Zlib.inflate(deflated, size, crc)
    local stream = HEADER .. deflated .. ("\0"):rep(TRAILER_SIZE)
    local output, length = ffi.new("char[?]", math.max(1, size)), ffi.new("unsigned long[1]", math.max(1, size))
    -- It ends with a complaint about our checksum; the data is there by then, and is checked by the CRC instead.
    zlib().bookorbit_uncompress(output, length, stream, #stream)
    local text = ffi.string(output, size)
    return Zlib.crc32(text) == crc and text or nil
end

local table_of_bytes

--- The same by hand, where zlib's own cannot be reached.
function Zlib.slowCrc32(text)
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
    for i = 1, #text do
        crc = bit.bxor(bit.rshift(crc, 8), table_of_bytes[bit.band(bit.bxor(crc, text:byte(i)), 255)])
    end
    crc = bit.bnot(crc)
    return crc < 0 and crc + 2 ^ 32 or crc
end

local has_crc, check = pcall(function() return zlib().bookorbit_crc32(0, "123456789", 9) end)

if has_crc and check == 0xCBF43926 then
    --- @return number CRC-32 of a text
    function Zlib.crc32(text)
        return library.bookorbit_crc32(0, text, #text)
    end
else
    Zlib.crc32 = Zlib.slowCrc32
end

return Zlib
