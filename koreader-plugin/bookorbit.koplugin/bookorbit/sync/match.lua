--- What a file is known by besides its fingerprint, and what the server said of it.

local Match = {}

--- Other fingerprints KOReader has on record for the file.
-- @param subject table { recordedHash? }
-- @return table|nil
function Match.alsoKnownAs(subject, hash)
    local recorded = subject.recordedHash
    if type(recorded) ~= "string" or not recorded:find("^%x+$") or #recorded ~= 32 then return nil end
    if recorded:lower() == hash then return nil end
    return { recorded:lower() }
end

--- A match of the wire as the ledger keeps it; nil: the libraries do not have the book.
function Match.of(match)
    if not match then return { isMatched = false } end
    return {
        isMatched = true,
        bookId = match.bookId,
        bookFileId = match.bookFileId,
        title = match.title,
        matchedBy = match.matchedBy,
    }
end

return Match
