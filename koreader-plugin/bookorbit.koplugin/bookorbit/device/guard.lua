--- KOReader runs scheduled tasks and menu callbacks unprotected: an error in one of ours would end the application.

local logger = require("logger")

--- The function with its errors logged instead of thrown.
-- Keep the returned function to unschedule it.
local function guard(name, f)
    return function(...)
        local ok, result = xpcall(f, function(err)
            return tostring(err) .. "\n" .. debug.traceback()
        end, ...)
        if ok then return result end
        logger.err("BookOrbit:", name, "failed:", result)
        return nil
    end
end

return guard
