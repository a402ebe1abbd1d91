--- What a sweep has done: a file that only grows, one line for each book, so that a cut battery costs at most the last few.

local lfs = require("libs/libkoreader-lfs")
local logger = require("logger")

local SweepLog = {}
SweepLog.__index = SweepLog

-- Books are read and changed meanwhile: what was done yesterday is looked at again.
local RESUMABLE_SECONDS = 86400

local COUNTED = { sent = "matched", statistics = "statistics", unmatched = "unmatched", refused = "refused" }

local function count(self, line, is_partial)
    local counts = self.counts
    counts.pageStats = counts.pageStats + line.pageStats
    counts.highlights = counts.highlights + line.highlights
    for _, hash in ipairs({ line.hash or "", line.recorded or "" }) do
        if hash ~= "" then self.hashes[hash] = true end
    end
    if is_partial or self.done[line.key] then return end
    self.done[line.key] = line.outcome
    local name = COUNTED[line.outcome] or "missing"
    counts[name] = counts[name] + 1
    counts.oldNotes = counts.oldNotes + line.oldNotes
end

local function read(self, account, now)
    local file = io.open(self.path, "rb")
    if not file then return false end
    local text = file:read("*a")
    file:close()
    local owner, began, body = text:match("^bookorbit sweep 2\t([^\n]*)\t(%d+)\n(.*)$")
    local age = owner == account and now - tonumber(began)
    if not age or age < 0 or age > RESUMABLE_SECONDS then return false end
    -- A line that was cut off has no end.
    for mark, key, hash, recorded, outcome, page_stats, highlights, old_notes in
        body:gmatch("([+-])\t(%x+)\t(%x*)\t(%x*)\t(%a+)\t(%d+)\t(%d+)\t(%d+)\n") do
        count(self, {
            key = key, hash = hash, recorded = recorded, outcome = outcome,
            pageStats = tonumber(page_stats), highlights = tonumber(highlights), oldNotes = tonumber(old_notes),
        }, mark == "-")
    end
    return true
end

--- @param path string The file
-- @param account string Whose sweep; another one begins anew
-- @return table { done = outcome by key, hashes = set of the fingerprints met,
--   counts = { matched, statistics, unmatched, missing, refused, pageStats, highlights, oldNotes } }
function SweepLog.open(path, account, now)
    local self = setmetatable({
        path = path, done = {}, hashes = {}, pending = {},
        counts = { matched = 0, statistics = 0, unmatched = 0, missing = 0, refused = 0, pageStats = 0, highlights = 0, oldNotes = 0 },
    }, SweepLog)
    if not read(self, account, now) then
        os.remove(path)
        self.pending[1] = ("bookorbit sweep 2\t%s\t%d\n"):format(account, now)
    end
    return self
end

--- @param line table { key, hash?, recorded?, outcome, pageStats, highlights, oldNotes = 1 for a book with notes in the old form, else 0 }
-- @param is_partial boolean More of the book is to come
function SweepLog:add(line, is_partial)
    count(self, line, is_partial)
    table.insert(self.pending, ("%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\n"):format(is_partial and "-" or "+", line.key,
        (line.hash or ""):match("^%x*$") or "", (line.recorded or ""):match("^%x*$") or "", line.outcome, line.pageStats, line.highlights,
        line.oldNotes))
end

--- Writes what was added; without it the next run only does more than it has to.
function SweepLog:flush()
    if #self.pending == 0 then return end
    local file, reason = io.open(self.path, "ab")
    if not file then
        logger.warn("BookOrbit: could not write down what is synced:", reason)
        return
    end
    -- After a line that was cut off the next one begins anew.
    local is_torn = (lfs.attributes(self.path, "size") or 0) > 0
    file:write(is_torn and "\n" or "", table.concat(self.pending))
    file:close()
    self.pending = {}
end

--- All is done.
function SweepLog:remove()
    self.pending = {}
    os.remove(self.path)
end

return SweepLog
