--- How long to wait after failures: 1, 2, 5, 15, then 60 minutes.

local Backoff = {}
Backoff.__index = Backoff

local STEPS_SECONDS = { 60, 120, 300, 900, 3600 }

local LONGEST_WAIT_SECONDS = 86400

-- Nothing changes by itself here: somebody has to act in the web app or the panel first.
local NEEDS_A_PERSON = { unauthorized = true, sync_disabled = true }

function Backoff.new()
    return setmetatable({ failures = 0, until_time = nil, kind = nil }, Backoff)
end

function Backoff:failed(failure, now)
    self.kind = failure.kind
    self.failures = math.min(self.failures + 1, #STEPS_SECONDS)
    if NEEDS_A_PERSON[failure.kind] then self.failures = #STEPS_SECONDS end
    local asked_for = math.min(failure.retryAfter or 0, LONGEST_WAIT_SECONDS)
    self.until_time = now + math.max(STEPS_SECONDS[self.failures], asked_for)
end

function Backoff:succeeded()
    self.failures, self.until_time, self.kind = 0, nil, nil
end

--- The network is another one now: what failed for want of it may be tried at once.
function Backoff:networkChanged()
    if self.kind == "offline" or self.kind == "not_bookorbit" or self.kind == "too_large" then self:succeeded() end
end

--- Seconds until the next automatic try; 0 = now.
function Backoff:waitSeconds(now)
    if not self.until_time then return 0 end
    local wait = self.until_time - now
    -- A clock set back must not postpone the next try for years.
    if wait > LONGEST_WAIT_SECONDS then return 0 end
    return math.max(0, wait)
end

return Backoff
