--- Push after so many page turns, once the reader has been idle for a moment.

local UIManager = require("ui/uimanager")
local guard = require("bookorbit/device/guard")

local Schedule = {}
Schedule.__index = Schedule

local IDLE_SECONDS = 10

--- @param action function What to do
function Schedule.new(action)
    local schedule = setmetatable({ turns = 0, is_pending = false }, Schedule)
    schedule.task = guard("push after page turns", function()
        schedule.is_pending = false
        schedule.turns = 0
        action()
    end)
    return schedule
end

--- @param every number Page turns between two pushes; 0 = never
function Schedule:pageTurned(every)
    if every <= 0 then
        self:cancel()
        return
    end
    self.turns = self.turns + 1
    -- While pages are turned the push waits, so that skimming does not send every page.
    if self.is_pending or self.turns >= every then
        UIManager:unschedule(self.task)
        UIManager:scheduleIn(IDLE_SECONDS, self.task)
        self.is_pending = true
    end
end

function Schedule:cancel()
    UIManager:unschedule(self.task)
    self.is_pending = false
    self.turns = 0
end

return Schedule
