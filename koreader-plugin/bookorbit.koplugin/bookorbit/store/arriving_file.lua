--- What was sent of a closed book and may have arrived, although no answer said so: one small file per book, written before the request.
-- An open book's outbox entry says the same of it.

local Annotations = require("bookorbit/sync/annotations")
local Wire = require("bookorbit/api/wire")
local ffiutil = require("ffi/util")
local logger = require("logger")

local ArrivingFile = {}

local KINDS = { h = "highlight", b = "bookmark" }
local MARKS = { highlight = "h", bookmark = "b" }

function ArrivingFile.path(folder, key)
    return folder .. "/" .. key .. ".arriving"
end

--- @param account string Whose; another account's is as good as none
-- @return table { notes = array of { kind, datetime, pos0 }, state? = what was told of status, rating and review (sync/book_state.lua) }
function ArrivingFile.read(folder, key, account)
    local arriving = { notes = {} }
    local file = io.open(ArrivingFile.path(folder, key), "rb")
    if not file then return arriving end
    local text = file:read("*a")
    file:close()
    local owner, body = text:match("^bookorbit arriving 1\t([^\n]*)\n(.*)$")
    -- The last line says that the file is whole.
    if owner ~= account or not body:find("end\n$") then return arriving end
    for kind, datetime, pos0 in body:gmatch("([hb])\t([^\t]*)\t([^\n]*)\n") do
        table.insert(arriving.notes, { kind = KINDS[kind], datetime = datetime, pos0 = pos0 })
    end
    local state = body:match("^s\t([^\n]*)\n")
    arriving.state = state and Wire.decode(state) or nil
    return arriving
end

-- On the disk when it returns true.
local function write(folder, key, account, arriving)
    local path = ArrivingFile.path(folder, key)
    if #arriving.notes == 0 and not arriving.state then
        os.remove(path)
        return true
    end
    local lines = { "bookorbit arriving 1\t" .. account }
    if arriving.state then table.insert(lines, "s\t" .. assert(Wire.encode(arriving.state))) end
    for _, note in ipairs(arriving.notes) do
        table.insert(lines, table.concat({ MARKS[note.kind], note.datetime, note.pos0 }, "\t"))
    end
    table.insert(lines, "end\n")
    local file, reason = io.open(path .. ".new", "wb")
    local written = false
    if file then
        written, reason = file:write(table.concat(lines, "\n"))
        written = written and file:flush()
        if written then ffiutil.fsyncOpenedFile(file) end
        file:close()
    end
    if written and os.rename(path .. ".new", path) then return true end
    os.remove(path .. ".new")
    logger.warn("BookOrbit: could not write down what is sent of a book:", reason)
    return false
end

local function setOf(list)
    local set = {}
    for _, note in ipairs(list) do
        set[Annotations.identity(note.kind, note.datetime, note.pos0)] = true
    end
    return set
end

--- Adds what is about to be sent.
-- @param notes table Array of { kind, datetime, pos0 }
-- @return boolean Whether it is on the disk
function ArrivingFile.add(folder, key, account, notes, state)
    local arriving = ArrivingFile.read(folder, key, account)
    local known, is_news = setOf(arriving.notes), false
    for _, note in ipairs(notes) do
        local identity = Annotations.identity(note.kind, note.datetime, note.pos0)
        if not known[identity] then
            known[identity], is_news = true, true
            table.insert(arriving.notes, note)
        end
    end
    for field, told in pairs(state or {}) do
        arriving.state = arriving.state or {}
        arriving.state[field], is_news = told, true
    end
    return not is_news or write(folder, key, account, arriving)
end

-- Without what was told and answered; an answer to something older leaves a field as it is.
local function withoutAnswered(told, answered)
    local left = {}
    for field, value in pairs(told) do
        if not answered[field] or (answered[field].at or 0) < (value.at or 0) then left[field] = value end
    end
    return next(left) and left or nil
end

--- Forgets what an answer spoke of.
-- @param notes table Array of { kind, datetime, pos0 }
-- @param state table|nil What of status, rating and review was answered, as it was told
function ArrivingFile.drop(folder, key, account, notes, state)
    local arriving = ArrivingFile.read(folder, key, account)
    if #arriving.notes == 0 and not arriving.state then return end
    local answered, kept = setOf(notes), {}
    for _, note in ipairs(arriving.notes) do
        if not answered[Annotations.identity(note.kind, note.datetime, note.pos0)] then table.insert(kept, note) end
    end
    local left = arriving.state and withoutAnswered(arriving.state, state or {})
    if #kept < #arriving.notes or left ~= arriving.state then
        write(folder, key, account, { notes = kept, state = left })
    end
end

return ArrivingFile
