--- What a book file is known by: KOReader's document fingerprint, of the file as it is now.
-- The sidecar's `partial_md5_checksum` is written once at the first opening and goes stale when the file is replaced.

local ContentSignature = require("bookorbit/document/content_signature")
local lfs = require("libs/libkoreader-lfs")
local util = require("util")

local Fingerprint = {}

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
    local hash = stamp and util.partialMD5(path)
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
