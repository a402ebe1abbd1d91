--- Small JSON files that a flat battery cannot leave half written.

local Wire = require("bookorbit/api/wire")
local ffiutil = require("ffi/util")

local JsonFile = {}

--- Writes aside, syncs, renames.
-- @param durable boolean Wait until it is on the disk: for what cannot be had again
-- @return boolean|nil, string|nil
function JsonFile.write(path, value, durable)
    local text, reason = Wire.encode(value)
    if not text then return nil, reason end
    local aside = path .. ".new"
    local file, open_error = io.open(aside, "wb")
    if not file then return nil, open_error end
    local written, write_error = file:write(text)
    -- A full disk may be noticed only when the buffer is flushed.
    written = written and file:flush()
    if written and durable then ffiutil.fsyncOpenedFile(file) end
    file:close()
    if not written then
        os.remove(aside)
        return nil, write_error or "the disk is full"
    end
    local renamed, rename_error = os.rename(aside, path)
    if not renamed then return nil, rename_error end
    return true
end

--- @return table|nil, boolean the content, and whether a damaged file was there instead
function JsonFile.read(path)
    local file = io.open(path, "rb")
    if not file then return nil, false end
    local text = file:read("*a")
    file:close()
    local value = Wire.decode(text)
    if type(value) ~= "table" then return nil, true end
    return value, false
end

return JsonFile
