--- Imitates ffi/sha2.lua (koreader-base): md5 of a string in lower-case hex.
local strict = require("support/strict")
return strict.table("ffi/sha2.lua", { md5 = require("support/md5") })
