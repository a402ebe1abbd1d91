--- Imitates ffi/sha2.lua (koreader-base): md5 and sha-256 of a string in lower-case hex.
local strict = require("support/strict")

local function sha256(text)
    local name = os.tmpname()
    local file = assert(io.open(name, "wb"))
    file:write(text)
    file:close()
    local pipe = assert(io.popen("sha256sum < '" .. name .. "'"))
    local digest = pipe:read("*a"):match("^%x+")
    pipe:close()
    os.remove(name)
    return digest
end

return strict.table("ffi/sha2.lua", { md5 = require("support/md5"), sha256 = sha256 })
