--- What the server has acknowledged of each book's highlights: one small file per book, a line for each.

local Annotations = require("bookorbit/sync/annotations")
local logger = require("logger")

local AnnotationLedger = {}

local KINDS = { h = "highlight", b = "bookmark" }
local MARKS = { highlight = "h", bookmark = "b" }

function AnnotationLedger.path(folder, key)
    return folder .. "/" .. key .. ".annotations"
end

--- @param account string Whose ledger; another account's is as good as none
-- @return table { account, entries = by identity, isNew }
function AnnotationLedger.read(folder, key, account)
    local ledger = { account = account, entries = {}, isNew = true }
    local file = io.open(AnnotationLedger.path(folder, key), "rb")
    if not file then return ledger end
    local text = file:read("*a")
    file:close()
    local owner, body = text:match("^bookorbit 1\t([^\n]*)\n(.*)$")
    -- The last line says that the file is whole.
    if owner ~= account or not body:find("end\n$") then return ledger end
    for kind, datetime, content, hash, pos0 in body:gmatch("([hb])\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\n]*)\n") do
        kind = KINDS[kind]
        ledger.entries[Annotations.identity(kind, datetime, pos0)] =
            { kind = kind, datetime = datetime, pos0 = pos0, content = content, text = hash }
    end
    ledger.isNew = false
    return ledger
end

function AnnotationLedger.write(folder, key, ledger)
    local lines = {}
    for _, entry in pairs(ledger.entries) do
        lines[#lines + 1] = table.concat({ MARKS[entry.kind], entry.datetime, entry.content, entry.text, entry.pos0 }, "\t")
    end
    table.sort(lines)
    table.insert(lines, 1, "bookorbit 1\t" .. ledger.account)
    lines[#lines + 1] = "end\n"
    local path = AnnotationLedger.path(folder, key)
    local file, reason = io.open(path .. ".new", "wb")
    local written = false
    if file then
        written, reason = file:write(table.concat(lines, "\n"))
        written = written and file:flush()
        file:close()
    end
    if not written or not os.rename(path .. ".new", path) then
        os.remove(path .. ".new")
        logger.warn("BookOrbit: could not save what was synced of a book's highlights:", reason)
        return nil
    end
    ledger.isNew = false
    return true
end

return AnnotationLedger
