--- What a book file is known by: KOReader's document fingerprint, of the file as it is now.
-- The sidecar's `partial_md5_checksum` is written once at the first opening and goes stale when the file is replaced.

local ContentSignature = require("bookorbit/document/content_signature")
local lfs = require("libs/libkoreader-lfs")
local md5 = require("ffi/sha2").md5
local util = require("util")

local Fingerprint = {}

local SAMPLE_BYTES, SAMPLES = 1024, 12

-- KOReaders before 2023.10 keep theirs out of reach.
local function partialMD5(path)
    if util.partialMD5 then return util.partialMD5(path) end
    local file = io.open(path, "rb")
    if not file then return nil end
    local samples, offset = {}, 0
    for i = 1, SAMPLES do
        file:seek("set", offset)
        local sample = file:read(SAMPLE_BYTES)
        if not sample then break end
        samples[i] = sample
        offset = i == 1 and SAMPLE_BYTES or offset * 4
    end
    file:close()
    return md5(table.concat(samples))
end

--- Size and modification time: while they stand, a fingerprint stands.
-- @return table|nil { size, mtime }
function Fingerprint.stamp(path)
    local attributes = lfs.attributes(path)
    if not attributes or attributes.mode ~= "file" then return nil end
    return { size = attributes.size, mtime = attributes.modification }
end

--- Reads the file (a few kilobytes and a zip directory); for a child process.
-- @return table|nil { hash, size, mtime, contentSignature? }; nil if the file cannot be read
function Fingerprint.of(path)
    local stamp = Fingerprint.stamp(path)
    local hash = stamp and partialMD5(path)
    if not hash then return nil end
    local is_epub = path:lower():find("%.epub$") ~= nil
    return {
        hash = hash,
        size = stamp.size,
        mtime = stamp.mtime,
        contentSignature = is_epub and ContentSignature.of(path) or nil,
    }
end

return Fingerprint
