--- A disk that dies at a chosen step: a file half written, a rename or removal that does not happen, and nothing after it.
-- Watches what lies in one folder; what KOReader writes itself has its own ways of surviving.

local disk = {}

local real = { open = io.open, rename = os.rename, remove = os.remove }

-- One step: true while the disk lives; the dying step itself is false as well.
local function isAlive(state, path)
    if not tostring(path):find(state.folder, 1, true) then return true end
    if state.is_dead then return false end
    state.steps = state.steps + 1
    if state.steps == state.dies_at then
        state.is_dead = true
        return false
    end
    return true
end

local Writing = {}

function Writing:write(...)
    local text = table.concat({ ... })
    if isAlive(self.state, self.path) then return self.file:write(text) and self end
    if self.state.steps == self.state.dies_at and not self.state.has_torn then
        self.state.has_torn = true
        self.file:write(text:sub(1, math.floor(#text / 2)))
        self.file:flush()
    end
    return nil, "the battery is flat"
end

Writing.__index = function(self, name)
    if Writing[name] then return Writing[name] end
    return function(_, ...) return self.file[name](self.file, ...) end
end

--- @param folder string Only paths in it count
-- @param dies_at number|nil The step at which it dies; nil: never, it only counts
-- @return table { steps, is_dead, remove = function putting everything back }
function disk.install(folder, dies_at)
    local state = { folder = folder, dies_at = dies_at, steps = 0 }
    io.open = function(path, mode) -- luacheck: ignore
        local is_watched = tostring(mode):find("[wa]") and tostring(path):find(folder, 1, true)
        if is_watched and state.is_dead then return nil, "the battery is flat" end
        local file, reason = real.open(path, mode)
        if not file or not is_watched then return file, reason end
        return setmetatable({ file = file, path = path, state = state }, Writing)
    end
    os.rename = function(from, to) -- luacheck: ignore
        if isAlive(state, to) then return real.rename(from, to) end
        return nil, "the battery is flat"
    end
    os.remove = function(path) -- luacheck: ignore
        if isAlive(state, path) then return real.remove(path) end
        return nil, "the battery is flat"
    end
    local ffiutil = require("ffi/util")
    local sync = ffiutil.fsyncOpenedFile
    ffiutil.fsyncOpenedFile = function(file) return sync(getmetatable(file) == Writing and file.file or file) end
    function state.restore()
        io.open, os.rename, os.remove = real.open, real.rename, real.remove -- luacheck: ignore
        ffiutil.fsyncOpenedFile = sync
    end
    return state
end

return disk
