--- The content signature of an EPUB: its largest text entries as the zip directory lists them.
-- It survives re-zipping, metadata and cover edits, and costs no decompression (protocol.md 5.1).
-- Read by hand because KOReader has no zip reader before 2025.08 that gives the crc.

local ContentSignature = {}

local MOST_ENTRIES = 16
local FEWEST_ENTRIES = 3

local END_RECORD_SIZE = 22
local LONGEST_COMMENT = 65535
local LARGEST_DIRECTORY = 4 * 1024 * 1024
local ENTRY_HEADER_SIZE = 46
local UNKNOWN_32 = 0xFFFFFFFF

local function u16(data, i)
    local a, b = data:byte(i, i + 1)
    return b and a + b * 0x100
end

local function u32(data, i)
    local a, b, c, d = data:byte(i, i + 3)
    return d and a + b * 0x100 + c * 0x10000 + d * 0x1000000
end

local function u64(data, i)
    local low, high = u32(data, i), u32(data, i + 4)
    return high and low + high * 0x100000000
end

local function readAt(file, offset, size)
    if not file:seek("set", offset) then return nil end
    local data = file:read(size)
    return data and #data == size and data or nil
end

-- Where the zip64 record puts the directory; its own place is in a locator just before the end record.
local function zip64Directory(file, end_offset)
    local locator = end_offset >= 20 and readAt(file, end_offset - 20, 20)
    if not locator or locator:sub(1, 4) ~= "PK\6\7" then return nil end
    local record = readAt(file, u64(locator, 9), 56)
    if not record or record:sub(1, 4) ~= "PK\6\6" then return nil end
    return u64(record, 49), u64(record, 41)
end

-- Offset and size of the directory, or nil.
local function findDirectory(file)
    local file_size = file:seek("end")
    if not file_size or file_size < END_RECORD_SIZE then return nil end
    local tail_size = math.min(file_size, END_RECORD_SIZE + LONGEST_COMMENT)
    local tail = readAt(file, file_size - tail_size, tail_size)
    if not tail then return nil end
    -- From the back: a comment may hold the same four bytes.
    for i = tail_size - END_RECORD_SIZE + 1, 1, -1 do
        if tail:byte(i) == 0x50 and tail:sub(i, i + 3) == "PK\5\6"
            and i + END_RECORD_SIZE - 1 + u16(tail, i + 20) <= tail_size then
            local size, offset = u32(tail, i + 12), u32(tail, i + 16)
            local end_offset = file_size - tail_size + i - 1
            if size == UNKNOWN_32 or offset == UNKNOWN_32 or u16(tail, i + 10) == 0xFFFF then
                return zip64Directory(file, end_offset)
            end
            -- Something before the archive shifts every offset; the directory still ends where the end record starts.
            if offset + size > end_offset then return nil end
            return end_offset - size, size
        end
    end
    return nil
end

-- The uncompressed size from the zip64 extra field, where it comes first.
local function zip64Size(data, i, length)
    local stop = i + length
    while i + 4 <= stop do
        local id, size = u16(data, i), u16(data, i + 2)
        if id == 1 and size >= 8 then return u64(data, i + 4) end
        i = i + 4 + size
    end
    return nil
end

local function isText(name)
    local lower = name:lower()
    if lower:sub(1, 9) == "meta-inf/" then return false end
    return lower:find("%.xhtml$") ~= nil or lower:find("%.html?$") ~= nil or lower:find("%.xml$") ~= nil
end

local function textEntries(directory)
    local entries, i = {}, 1
    while i + ENTRY_HEADER_SIZE - 1 <= #directory do
        if directory:sub(i, i + 3) ~= "PK\1\2" then return nil end
        local name_length = u16(directory, i + 28)
        local extra_length, comment_length = u16(directory, i + 30), u16(directory, i + 32)
        local name_start = i + ENTRY_HEADER_SIZE
        local size = u32(directory, i + 24)
        if name_start + name_length - 1 > #directory then return nil end
        if isText(directory:sub(name_start, name_start + name_length - 1)) then
            if size == UNKNOWN_32 then
                size = zip64Size(directory, name_start + name_length, extra_length) or size
            end
            entries[#entries + 1] = { crc = u32(directory, i + 16), size = size }
        end
        i = name_start + name_length + extra_length + comment_length
    end
    return entries
end

local function hex(number, width)
    -- string.format takes no more than 32 bits safely.
    if number < 0x100000000 then
        return string.format("%0" .. width .. "x", number)
    end
    return string.format("%x%08x", math.floor(number / 0x100000000), number % 0x100000000)
end

--- @param path string An EPUB
-- @return table|nil 3 to 16 entries `crc32-size`, largest first; nil if the file has no such signature
function ContentSignature.of(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local offset, size = findDirectory(file)
    local directory = offset and offset >= 0 and size <= LARGEST_DIRECTORY and readAt(file, offset, size)
    file:close()
    local entries = directory and textEntries(directory)
    if not entries or #entries < FEWEST_ENTRIES then return nil end
    table.sort(entries, function(a, b)
        if a.size ~= b.size then return a.size > b.size end
        return a.crc < b.crc
    end)
    local signature = {}
    for i = 1, math.min(#entries, MOST_ENTRIES) do
        signature[i] = hex(entries[i].crc, 8) .. "-" .. hex(entries[i].size, 1)
    end
    return signature
end

return ContentSignature
