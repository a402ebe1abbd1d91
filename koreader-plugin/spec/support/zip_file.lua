--- Writes a zip directory with chosen names, sizes and crcs; the entries themselves are empty, nobody reads them.

local zip_file = {}

local function little(number, bytes)
    local out = {}
    for i = 1, bytes do
        out[i] = string.char(number % 256)
        number = math.floor(number / 256)
    end
    return table.concat(out)
end

--- @param entries table Array of { name, crc, size, zip64? }
-- @param options table|nil { prefix = bytes before the archive, comment, zip64 = end records in zip64 form }
function zip_file.write(path, entries, options)
    options = options or {}
    local directory = {}
    for _, entry in ipairs(entries) do
        local extra = entry.zip64 and (little(1, 2) .. little(8, 2) .. little(entry.size, 8)) or ""
        directory[#directory + 1] = "PK\1\2" .. little(20, 2) .. little(20, 2) .. little(0, 2) .. little(8, 2) .. little(0, 4)
            .. little(entry.crc, 4) .. little(0, 4) .. little(entry.zip64 and 0xFFFFFFFF or entry.size, 4)
            .. little(#entry.name, 2) .. little(#extra, 2) .. little(0, 2) .. little(0, 8) .. little(0, 4) .. entry.name .. extra
    end
    local body = table.concat(directory)
    local prefix, comment = options.prefix or "", options.comment or ""
    local start = "PK\3\4" .. ("x"):rep(40)
    local records = ""
    local count, size, offset = #entries, #body, #start
    if options.zip64 then
        records = "PK\6\6" .. little(44, 8) .. little(45, 2) .. little(45, 2) .. little(0, 8) .. little(count, 8) .. little(count, 8)
            .. little(size, 8) .. little(offset, 8)
            .. "PK\6\7" .. little(0, 4) .. little(#start + #body, 8) .. little(1, 4)
        count, size, offset = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    end
    local file = assert(io.open(path, "wb"))
    file:write(prefix, start, body, records, "PK\5\6", little(0, 4), little(count, 2), little(count, 2),
        little(size, 4), little(offset, 4), little(#comment, 2), comment)
    file:close()
end

return zip_file
