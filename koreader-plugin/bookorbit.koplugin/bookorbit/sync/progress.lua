--- Which place wins: plain data in, decision out.

local Progress = {}

-- A clock that shows less was never set (2010-01-01).
local EARLIEST_READ_TIME = 1262304000

--- A time by the device's clock as the server would have seen it, or nil when it cannot be a time of reading.
function Progress.serverTime(device_time, clock_skew)
    local time = device_time and device_time + (clock_skew or 0)
    return time and time >= EARLIEST_READ_TIME and time or nil
end

local function covers(agreed, here)
    return agreed ~= nil and agreed.progress == here.progress and (agreed.readAt or 0) >= (here.readAt or 0)
end

--- Whether this place is worth sending: the server has not heard of it.
-- Without a time of reading only the reader's own wish makes it so: opening an old place must not make it new.
-- @param here table { percentage, progress, readAt? }
-- @param known table { pushed?, pulled? } what server and device last agreed on for this book
-- @param manual boolean The reader asked
function Progress.isNews(here, known, manual)
    if not here.readAt and not manual then return false end
    return not covers(known.pushed, here) and not covers(known.pulled, here)
end

local function sameReport(a, b)
    -- The pointers of one report may be others tomorrow: the server learns to translate better.
    return b ~= nil and a.readAt == b.readAt and a.percentage == b.percentage and (a.readAt ~= nil or a.progress == b.progress)
end

-- "newer" or "older" than what was read here; without times, further on counts as newer.
local function direction(facts)
    local here_read_at = Progress.serverTime(facts.here.readAt, facts.clock_skew)
    if here_read_at and facts.remote.readAt then
        return facts.remote.readAt > here_read_at and "newer" or "older"
    end
    return facts.remote.percentage >= facts.here.percentage and "newer" or "older"
end

-- Device ids get cloned with settings, and a device may have lost what it knew:
-- our id on a place we do not remember sending is somebody else's place, or one worth having back.
local function isOwn(remote, facts)
    return remote.deviceId ~= nil and facts.device_id ~= nil and remote.deviceId:lower() == facts.device_id:lower()
        and facts.pushed ~= nil and facts.pushed.progress == (remote.reported or remote.progress)
end

local NEAR_KINDS = { block = true, chapter = true, percent = true }

--- Whether a place is known only nearly: its pointer may be exact, and stand for what could not be translated exactly.
-- @param place table { quality?, kind? = of the candidate taken }
function Progress.isNear(place)
    if place.kind == "found" then return false end -- its own words stand there
    return NEAR_KINDS[place.kind] == true
        or (place.quality ~= nil and place.quality ~= "exact" and place.quality ~= "repaired")
end

--- What to do with the place the server knows.
-- @param facts table {
--   here = { percentage, progress, readAt? }, remote = { percentage, progress?, reported? = as it came, device?, deviceId?, readAt? },
--   is_shown = remote is the page on the screen, device_id = ours, clock_skew = seconds to the server's clock,
--   pushed = what this device last sent, answered = a remote place the reader already said no to, manual = the reader asked for it,
--   choices = { newer = "silent"|"prompt"|"never", older = … } }
-- @return table { action = "go"|"ask"|"stay", direction = "newer"|"older"|nil,
--   reason = "unknown"|"own"|"same"|"answered"|"choice"|nil }
function Progress.decidePull(facts)
    local remote = facts.remote
    if not remote.percentage then return { action = "stay", reason = "unknown" } end
    if isOwn(remote, facts) then return { action = "stay", reason = "own" } end
    if facts.is_shown then return { action = "stay", reason = "same" } end
    local where = direction(facts)
    if not facts.manual and sameReport(remote, facts.answered) then
        return { action = "stay", direction = where, reason = "answered" }
    end
    local choice = facts.choices[where]
    if choice == "silent" then return { action = "go", direction = where } end
    -- Who asks by hand gets an answer, even where automatic moves are off.
    if choice == "prompt" or facts.manual then return { action = "ask", direction = where } end
    return { action = "stay", direction = where, reason = "choice" }
end

return Progress
