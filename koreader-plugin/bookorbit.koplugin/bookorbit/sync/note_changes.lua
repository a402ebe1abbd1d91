--- What of a book's highlights and dog-ears is to be told to the server, be the book open or closed. Plain data in, plain data out.

local Rules = require("bookorbit/sync/annotations")

local NoteChanges = {}

local function madeAt(list)
    local made = {}
    for _, item in ipairs(list) do made[item.kind .. item.datetime] = true end
    return made
end

--- What of `list` is not here. One that only moved keeps its datetime.
-- @param list table Array of { kind, datetime, pos0 }
-- @param live table Array of the reader's items now
function NoteChanges.missing(list, live)
    local made, missing = madeAt(live), {}
    for _, item in ipairs(list) do
        if not made[item.kind .. item.datetime] then table.insert(missing, item) end
    end
    return missing
end

--- What was sent and may have arrived, its answer lost.
-- @param waiting table|nil The notes of the book's outbox entry
-- @param arriving table|nil See store/arriving_file.lua
-- @return table Array of { kind, datetime, pos0 }
function NoteChanges.arriving(waiting, arriving)
    local all = {}
    for _, list in ipairs({ waiting and waiting.changes or {}, waiting and waiting.arriving or {}, arriving and arriving.notes or {} }) do
        for _, item in ipairs(list) do table.insert(all, item) end
    end
    return all
end

local function identityOf(item)
    return Rules.identity(item.kind, item.datetime, item.pos0)
end

local function identitiesOf(...)
    local set = {}
    for _, list in ipairs({ ... }) do
        for _, item in ipairs(list) do set[identityOf(item)] = true end
    end
    return set
end

local function addUnknown(list, known, items)
    for _, item in ipairs(items) do
        local identity = identityOf(item)
        if not known[identity] then
            known[identity] = true
            table.insert(list, { kind = item.kind, datetime = item.datetime, pos0 = item.pos0 })
        end
    end
end

local function wireOf(change, to_wire)
    local item = change.item
    return {
        kind = item.kind, datetime = item.datetime, pos0 = item.pos0, content = item.content, text = item.text,
        replaces = change.replaces, wire = to_wire(item),
    }
end

-- More changes than go at once may hold some that were sent before: they may have arrived still.
local function leftOver(waiting, live, section)
    local said, here, left = identitiesOf(section.changes, section.deleted), identitiesOf(live), {}
    for _, item in ipairs(NoteChanges.arriving(waiting, nil)) do
        if here[identityOf(item)] then addUnknown(left, said, { item }) end
    end
    return #left > 0 and left or nil
end

--- @param facts table { entries = the ledger's, live = the reader's items now, limit = most changes at once, toWire = function(item),
--   mayDelete = what is gone was deleted by the reader: the ledger belongs to this sidecar,
--   waiting? = the notes of the book's outbox entry, arriving? = see store/arriving_file.lua,
--   lost? = set of identities that were gone without anybody having deleted them,
--   complete = all that is here is to be told }
-- @return table|nil { changes, deleted, lost, more, complete?, held?, arriving? }; nil when there is nothing to say
function NoteChanges.of(facts)
    local live, waiting, lost = facts.live, facts.waiting, facts.lost or {}
    local found = Rules.diff(facts.entries, live, { mayDelete = facts.mayDelete, limit = facts.limit })
    local deleted = found.deleted
    local told, arriving = waiting and waiting.deleted or {}, NoteChanges.arriving(waiting, facts.arriving)
    if #told > 0 or #arriving > 0 then
        local said = identitiesOf(live, found.deleted, found.lost)
        -- What waits to be told as deleted stays so, unless it is back.
        addUnknown(deleted, said, told)
        for _, item in ipairs(NoteChanges.missing(arriving, live)) do
            if not lost[identityOf(item)] then addUnknown(facts.mayDelete and deleted or found.lost, said, { item }) end
        end
    end
    local complete = facts.complete or #found.lost > 0
    local section = { changes = {}, deleted = deleted, lost = found.lost, more = found.more, complete = complete or nil }
    for i, change in ipairs(found.changes) do
        section.changes[i] = wireOf(change, facts.toWire)
    end
    -- What waits to be sent, and the sidecar lost with a dead battery, goes all the same.
    for _, change in ipairs(waiting and waiting.changes or {}) do
        if lost[identityOf(change)] and change.wire then table.insert(section.changes, change) end
    end
    if #section.changes == 0 and #deleted == 0 and not complete then return nil end
    if section.more then section.arriving = leftOver(waiting, live, section) end
    if complete then
        section.held = {}
        addUnknown(section.held, {}, live)
    end
    return section
end

return NoteChanges
