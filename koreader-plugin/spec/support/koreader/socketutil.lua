--- Imitates frontend/socketutil.lua: time-outs for LuaSocket, and a sink. A spec may wait less than a reader would.
local ltn12 = require("ltn12")
local strict = require("support/strict")
local socketutil
socketutil = strict.table("frontend/socketutil.lua", {
    longest_block = 60,
    set_timeout = function(_, block)
        require("socket.http").TIMEOUT = math.min(block, socketutil.longest_block)
    end,
    table_sink = function(parts) return ltn12.sink.table(parts) end,
})
return socketutil
