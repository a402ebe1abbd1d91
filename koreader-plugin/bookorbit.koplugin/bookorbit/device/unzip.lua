--- Reads a zip from memory. By hand because KOReader has had three different ways since 2024.07; zlib was always there.

local Zlib = require("bookorbit/device/zlib")

local Unzip = {}

local LARGEST_FILE = 4 * 1024 * 1024

local function u16(data, i)
    local a, b = data:byte(i, i + 1)
    return b and a + b * 0x100 or 0
end

local function u32(data, i)
    return u16(data, i) + u16(data, i + 2) * 0x10000
end

local function directoryStart(data)
    for i = #data - 21, math.max(1, #data - 65557), -1 do
        if data:sub(i, i + 3) == "PK\5\6" then return u32(data, i + 16) + 1, u16(data, i + 10) end
    end
    return nil
end

--- @return table|nil contents by path; nil and the reason when it is no whole zip
function Unzip.files(data)
    local i, count = directoryStart(data)
    if not i then return nil, "no zip" end
    local files = {}
    for _ = 1, count do
        if data:sub(i, i + 3) ~= "PK\1\2" then return nil, "a damaged directory" end
        local method, crc, packed, size = u16(data, i + 10), u32(data, i + 16), u32(data, i + 20), u32(data, i + 24)
        local name_length, offset = u16(data, i + 28), u32(data, i + 42) + 1
        local name = data:sub(i + 46, i + 45 + name_length)
        if name:sub(-1) ~= "/" then
            if size > LARGEST_FILE or data:sub(offset, offset + 3) ~= "PK\3\4" then return nil, "a damaged entry" end
            local start = offset + 30 + u16(data, offset + 26) + u16(data, offset + 28)
            local body = data:sub(start, start + packed - 1)
            local content = method == 8 and Zlib.inflate(body, size, crc) or method == 0 and #body == size and body or nil
            if not content then return nil, "a damaged file" end
            files[name] = content
        end
        i = i + 46 + name_length + u16(data, i + 30) + u16(data, i + 32)
    end
    return files
end

return Unzip
