--- Highlights and dog-ears that wait for their book to be opened, or found no place: kept with the reason. Plain data.
-- An item is { id, op, item?, text, reason?, was_failed?, searches? = how often it was searched for }; without a reason it is tried at
-- the next opening. `op` says what is to be done: "add", "edit" or "bookmark" what the server sent (`item`), "send" what the server could
-- not use.

local Aside = {}

-- More than anybody looks through; the server offers what waits again.
local MOST_ITEMS = 200
local LONGEST_EXCERPT = 80

local function excerpt(text)
    text = tostring(text or "")
    if #text <= LONGEST_EXCERPT then return text end
    return (text:sub(1, LONGEST_EXCERPT):gsub("[\192-\255]?[\128-\191]*$", ""))
end

local function idOf(op, item)
    return (op == "bookmark" and "b" or "s") .. tostring(item.serverId)
end

function Aside.drop(aside, id)
    for i = #aside.items, 1, -1 do
        if aside.items[i].id == id then
            table.remove(aside.items, i)
            aside.has_changed = true
        end
    end
end

local function put(aside, kept)
    Aside.drop(aside, kept.id)
    if #aside.items >= MOST_ITEMS then table.remove(aside.items, 1) end
    table.insert(aside.items, kept)
    aside.has_changed = true
end

local function get(aside, id)
    for _, kept in ipairs(aside.items) do
        if kept.id == id then return kept end
    end
    return nil
end

-- The server offers a thing again until it hears what became of it.
local function isSame(kept, op, item)
    if not kept or kept.op ~= op or op == "bookmark" then return false end
    for _, name in ipairs({ "version", "pos0", "pos1", "text" }) do
        if kept.item[name] ~= item[name] then return false end
    end
    return true
end

--- Keeps what the server sent.
-- @param reason string|nil Why it found no place; nil: it waits for the book to be opened
-- @param was_failed boolean|nil It had failed before the reader asked for another try
-- @return table What is kept
function Aside.keep(aside, op, item, reason, was_failed)
    local before = get(aside, idOf(op, item))
    local is_same = isSame(before, op, item)
    if is_same and not reason and not before.reason then return before end
    local kept = {
        id = idOf(op, item), op = op, item = item, text = excerpt(item.text or item.title), reason = reason,
        was_failed = not reason and was_failed or nil, searches = is_same and before.searches or nil,
    }
    put(aside, kept)
    return kept
end

--- Whether something that was kept waits still, and nothing newer instead of it.
function Aside.isWaiting(aside, kept)
    return get(aside, kept.id) == kept and not kept.reason
end

--- It is where it belongs now.
function Aside.settle(aside, op, item)
    Aside.drop(aside, idOf(op, item))
end

--- Notes, or forgets, that the server could not use something of this device.
-- @param identity string See sync/annotations.lua
function Aside.noteSent(aside, identity, reason, text)
    if reason then
        put(aside, { id = identity, op = "send", text = excerpt(text), reason = tostring(reason) })
    else
        Aside.drop(aside, identity)
    end
end

--- Of a closed book only what the server offers now is still wanted: what waited and was deleted meanwhile is not.
-- @param offered table By op, the items the answer offers; an op that is absent was not spoken of
function Aside.keepOffered(aside, offered)
    local ids = {}
    for op, items in pairs(offered) do
        for _, item in ipairs(items) do ids[idOf(op, item)] = true end
    end
    for i = #aside.items, 1, -1 do
        local kept = aside.items[i]
        if offered[kept.op] and not kept.reason and not kept.was_failed and not ids[kept.id] then
            table.remove(aside.items, i)
            aside.has_changed = true
        end
    end
end

--- What is to be applied when the book is open.
function Aside.waiting(aside)
    local list = {}
    for _, kept in ipairs(aside.items) do
        if not kept.reason and kept.op ~= "send" then list[#list + 1] = kept end
    end
    return list
end

--- @return table Array of { text, reason }
function Aside.failed(aside)
    local list = {}
    for _, kept in ipairs(aside.items) do
        if kept.reason then list[#list + 1] = { text = kept.text, reason = kept.reason } end
    end
    return list
end

--- The reader asks for all of it to be tried once more.
-- @return number how many, table identities of what the server is to be sent again
function Aside.retry(aside)
    local count, identities = 0, {}
    for i = #aside.items, 1, -1 do
        local kept = aside.items[i]
        if kept.reason then
            count = count + 1
            aside.has_changed = true
            if kept.op == "send" then
                table.insert(identities, kept.id)
                table.remove(aside.items, i)
            else
                kept.reason, kept.was_failed, kept.searches = nil, true, nil
            end
        end
    end
    return count, identities
end

return Aside
