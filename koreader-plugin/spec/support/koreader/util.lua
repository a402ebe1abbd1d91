--- Imitates frontend/util.lua: the partial md5, written from its description (up to twelve 1 KiB samples), and folders.
local md5 = require("support/md5")
local strict = require("support/strict")
return strict.table("frontend/util.lua", {
    makePath = function(path) return os.execute("mkdir -p '" .. path .. "'") == 0 end,
    partialMD5 = function(path)
        local file = path and io.open(path, "rb")
        if not file then return nil end
        local samples = {}
        for i = -1, 10 do
            file:seek("set", i < 0 and 0 or 1024 * 4 ^ i)
            local sample = file:read(1024)
            if not sample then break end
            samples[#samples + 1] = sample
        end
        file:close()
        return md5(table.concat(samples))
    end,
}, { "partialMD5" })
