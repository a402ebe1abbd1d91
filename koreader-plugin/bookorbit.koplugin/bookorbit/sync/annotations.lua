--- What changed among a book's highlights, notes and dog-ears. Plain data in, decision out.
-- KOReader does not say what changed (editing a note's text fires no event and moves no date), so content is compared.
--
-- A `live` item is { kind = "highlight"|"bookmark", datetime, pos0, content = hash, text = hash, index }.
-- The ledger holds of each item the server has acknowledged: { kind, datetime, pos0, content, text } by its identity.

local Annotations = {}

--- What an item is known by on this device.
function Annotations.identity(kind, datetime, pos0)
    return kind .. "\t" .. datetime .. "\t" .. pos0
end

--- Whether the acknowledged items are those of KOReader's other engine: xpointers here, page numbers there.
-- @param ledger table Acknowledged items by identity
function Annotations.isOtherEngine(ledger, is_paging)
    local _, entry = next(ledger)
    return entry ~= nil and (entry.pos0:sub(1, 1) == "/") == is_paging
end

-- A document upgrade rewrites every pointer at once: the same moment, and the same text where several share one.
local function moversByDatetime(ledger, live_identities)
    local gone = {}
    for identity, entry in pairs(ledger) do
        if not live_identities[identity] then
            local moment = entry.kind .. "\t" .. entry.datetime
            gone[moment] = gone[moment] or {}
            table.insert(gone[moment], { identity = identity, entry = entry })
        end
    end
    return gone
end

local function takeMover(gone, item)
    local list = gone[item.kind .. "\t" .. item.datetime]
    if not list then return nil end
    for i, candidate in ipairs(list) do
        if candidate.entry.text == item.text then return table.remove(list, i) end
    end
    if #list == 1 then return table.remove(list, 1) end
    return nil
end

--- What changed here since the ledger was written.
-- @param ledger table Acknowledged items by identity
-- @param live table Array of the reader's items now
-- @param options table { mayDelete = the ledger was written from this very sidecar, limit = most changes at once }
-- @return table { changes = array of { item, replaces? }, deleted = array of ledger entries,
--   lost = array of ledger entries that are gone without anybody having deleted them, more = boolean }
function Annotations.diff(ledger, live, options)
    local live_identities = {}
    for _, item in ipairs(live) do
        live_identities[Annotations.identity(item.kind, item.datetime, item.pos0)] = true
    end
    local gone = moversByDatetime(ledger, live_identities)
    local found = { changes = {}, deleted = {}, lost = {}, more = false }
    for _, item in ipairs(live) do
        local entry = ledger[Annotations.identity(item.kind, item.datetime, item.pos0)]
        if not entry or entry.content ~= item.content then
            local mover = not entry and takeMover(gone, item) or nil
            if #found.changes < options.limit then
                table.insert(found.changes, { item = item, replaces = mover and mover.identity or nil })
            else
                found.more = true
            end
        end
    end
    local missing = options.mayDelete and found.deleted or found.lost
    for _, list in pairs(gone) do
        for _, candidate in ipairs(list) do
            table.insert(missing, candidate.entry)
        end
    end
    table.sort(missing, function(a, b)
        if a.datetime ~= b.datetime then return a.datetime < b.datetime end
        return a.pos0 < b.pos0
    end)
    return found
end

--- Writes into the ledger what the server has now.
-- @param changes table Array of { kind, datetime, pos0, content, text, replaces? }
-- @param deleted table Array of { kind, datetime, pos0 }
function Annotations.acknowledge(ledger, changes, deleted)
    for _, change in ipairs(changes) do
        if change.replaces then ledger[change.replaces] = nil end
        ledger[Annotations.identity(change.kind, change.datetime, change.pos0)] = {
            kind = change.kind, datetime = change.datetime, pos0 = change.pos0, content = change.content, text = change.text,
        }
    end
    for _, entry in ipairs(deleted) do
        ledger[Annotations.identity(entry.kind, entry.datetime, entry.pos0)] = nil
    end
    return ledger
end

-- Spaces differ between renderings, and soft hyphens are no text.
function Annotations.plainText(text)
    return (tostring(text or ""):gsub("\194\173", ""):gsub("\194\160", " "):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

--- Whether a text at a place is the one that was highlighted.
function Annotations.isSameText(found, expected)
    local a, b = Annotations.plainText(found), Annotations.plainText(expected)
    -- A text that was cut for its length still begins alike.
    return a == b or (#b >= 9000 and a:sub(1, #b) == b)
end

--- Counters of KOReader's event for a change of kind; they keep the statistics' number of highlights right.
-- @param before table|nil { note? } the item before; nil when it is new
-- @param after table|nil nil when it is deleted
-- @return number highlights added, number notes added
function Annotations.counters(before, after)
    local highlights, notes = 0, 0
    if before then
        if before.note then notes = notes - 1 else highlights = highlights - 1 end
    end
    if after then
        if after.note then notes = notes + 1 else highlights = highlights + 1 end
    end
    return highlights, notes
end

return Annotations
