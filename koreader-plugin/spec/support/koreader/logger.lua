--- Imitates frontend/logger.lua; keeps the lines, for specs that care.
local strict = require("support/strict")
local logger
local function line(level)
    return function(...)
        local parts = { level }
        for i = 1, select("#", ...) do
            parts[#parts + 1] = tostring((select(i, ...)))
        end
        table.insert(logger.lines, table.concat(parts, " "))
    end
end
logger = strict.table("frontend/logger.lua", {
    lines = {},
    dbg = line("dbg"), info = line("info"), warn = line("warn"), err = line("err"),
})
return logger
