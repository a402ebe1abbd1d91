--- One book as it travels: from what the outbox keeps and the open book says to the entries of each route, and back.
-- Plain data; runs in the child process.

local Wire = require("bookorbit/api/wire")

local Parcel = {}

--- @param subject table { key, hash, recordedHash?, domVersion?, contentSignature?, title?, authors?, receive,
--   confirms = the reader said yes to deletions the server holds, round? = of the last answer for it }
-- @param entry table|nil Its outbox entry: { number, progress?, notes?, state?, acks?, stats?, round? }
-- @param options table { receives = the book is open and wants news, receives_notes = of highlights too, stats = read page stats }
function Parcel.new(subject, entry, options)
    entry = entry or {}
    return {
        key = subject.key, number = entry.number, hash = subject.hash, subject = subject,
        progress = entry.progress, notes = entry.notes, state = entry.state, acks = entry.acks,
        receives = options.receives, receives_notes = options.receives_notes, wants_stats = options.stats,
        stats = subject.stats, confirms = subject.confirms or nil,
    }
end

-- What any book entry says about the file.
local function hints(parcel, fields)
    fields.domVersion = parcel.subject.domVersion
    if parcel.subject.receive == false then fields.receive = false end
    return fields
end

local function sorted(parcel, kind)
    local changes, deleted = Wire.array(), Wire.array()
    local notes = parcel.notes
    for _, change in ipairs(notes and notes.changes or {}) do
        if change.kind == kind then changes[#changes + 1] = change.wire end
    end
    for _, entry in ipairs(notes and notes.deleted or {}) do
        if entry.kind == kind then deleted[#deleted + 1] = entry end
    end
    local is_any = #changes > 0 or #deleted > 0 or (notes ~= nil and notes.complete == true)
    return changes, deleted, is_any
end

--- The entry of an exchange of highlights or bookmarks.
-- @param key_of function(datetime, pos0)
-- @return table|nil nil when there is nothing to say and nothing is wanted
function Parcel.exchange(parcel, kind, key_of)
    local changes, deleted, is_any = sorted(parcel, kind)
    if not is_any and not parcel.receives_notes and not parcel.confirms then return nil end
    local keys, complete = Wire.array(), parcel.notes ~= nil and parcel.notes.complete == true
    if complete then
        for _, held in ipairs(parcel.notes.held or {}) do
            if held.kind == kind then keys[#keys + 1] = { k = key_of(held.datetime, held.pos0), dt = held.datetime } end
        end
    end
    local gone = nil
    if #deleted > 0 then
        gone = Wire.array()
        for i, entry in ipairs(deleted) do
            gone[i] = { k = key_of(entry.datetime, entry.pos0), dt = entry.datetime }
        end
    end
    return hints(parcel, {
        keys = keys, keysComplete = complete, changes = changes, deleted = gone, confirmedDeletes = parcel.confirms,
        round = kind == "highlight" and parcel.subject.round or nil,
    })
end

--- The acks that are owed, for one kind.
-- @return table|nil { applied, deleted }
function Parcel.ack(parcel, kind)
    local acks = parcel.acks and parcel.acks[kind == "highlight" and "annotations" or "bookmarks"]
    if not acks or (#acks.applied == 0 and #acks.deleted == 0) then return nil end
    return { applied = Wire.array(acks.applied), deleted = Wire.array(acks.deleted) }
end

function Parcel.progressItem(parcel)
    local progress = parcel.progress
    if not progress then return nil end
    return {
        percentage = progress.percentage, progress = progress.progress, timestamp = progress.readAt,
        domVersion = parcel.subject.domVersion,
    }
end

--- The item of `book-states`; without changes it only asks.
function Parcel.stateItem(parcel)
    if not parcel.state and not parcel.receives then return nil end
    local item = {}
    for name, value in pairs(parcel.state and parcel.state.item or {}) do
        item[name] = value
    end
    return item
end

--- The book of a `plugin/sync` request.
-- @param stats table|nil { rows, rowCount }
-- @param skip table Set of sections this server does not know
function Parcel.syncBook(parcel, stats, key_of, skip)
    local subject = parcel.subject
    local progress = Parcel.progressItem(parcel)
    if progress then progress.domVersion = nil end -- said once for the book
    local acks = { annotations = Parcel.ack(parcel, "highlight"), bookmarks = Parcel.ack(parcel, "bookmark") }
    local book = {
        hash = parcel.hash, title = subject.title, authors = subject.authors,
        contentSignature = subject.contentSignature and Wire.array(subject.contentSignature) or nil,
        alsoKnownAs = subject.alsoKnownAs and Wire.array(subject.alsoKnownAs) or nil,
        -- Empty it only asks for the newest place.
        progress = progress or parcel.is_open and {} or nil, pageStats = stats, state = Parcel.stateItem(parcel),
        annotations = not skip.annotations and Parcel.exchange(parcel, "highlight", key_of) or nil,
        bookmarks = not skip.bookmarks and Parcel.exchange(parcel, "bookmark", key_of) or nil,
        acks = next(acks) and acks or nil,
    }
    for name in pairs({ annotations = true, bookmarks = true }) do
        -- Said once for the book.
        if book[name] then book[name].domVersion, book[name].receive = nil, nil end
    end
    return hints(parcel, book)
end

--- The newest place, as a pull would have answered.
-- @param own_id string This device's id
function Parcel.remote(newest, own_id)
    if type(newest) ~= "table" or type(newest.percentage) ~= "number" then return {} end
    local candidates = Wire.array(newest.candidates or {})
    local first = candidates[1]
    local reported = first and first.kind ~= "percent" and tostring(first.position) or nil
    return {
        percentage = math.max(0, math.min(1, newest.percentage)),
        -- `progress` becomes what this document makes of it.
        progress = reported, reported = reported,
        candidates = candidates,
        device = newest.device ~= nil and tostring(newest.device) or nil,
        deviceId = newest.own and own_id or nil,
        readAt = tonumber(newest.readAt),
        quality = newest.quality, chapter = newest.chapter, textAfter = newest.textAfter,
    }
end

return Parcel
