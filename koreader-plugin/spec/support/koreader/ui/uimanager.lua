--- Imitates frontend/ui/uimanager.lua: scheduled tasks on a clock the spec moves, windows that are only remembered,
-- standby counted. Tasks run unprotected, as in KOReader.
local clock = require("support/clock")
local strict = require("support/strict")

local UIManager
UIManager = strict.table("frontend/ui/uimanager.lua", {
    tasks = {},
    shown = {},
    standby_holds = 0,
    scheduleIn = function(_, seconds, action, ...)
        assert(type(action) == "function", "only functions are scheduled")
        table.insert(UIManager.tasks, { at = clock.now() + seconds, action = action, args = { n = select("#", ...), ... } })
    end,
    unschedule = function(_, action)
        assert(action ~= nil, "unschedule needs the function")
        for i = #UIManager.tasks, 1, -1 do
            if UIManager.tasks[i].action == action then table.remove(UIManager.tasks, i) end
        end
    end,
    show = function(_, widget)
        assert(type(widget) == "table" and widget.class, "only widgets are shown")
        table.insert(UIManager.shown, widget)
    end,
    close = function(_, widget)
        for i = #UIManager.shown, 1, -1 do
            if UIManager.shown[i] == widget then table.remove(UIManager.shown, i) end
        end
    end,
    setDirty = function(_, widget, mode)
        -- A function is called after painting, and may say which part.
        if type(mode) == "function" then mode = mode() end
        assert(widget ~= nil and mode == "ui", "only a gentle refresh of a window is imitated")
        UIManager.refreshes = UIManager.refreshes + 1
    end,
    refreshes = 0,
    askForRestart = function(_, text) UIManager.restart_text = text end,
    restart_text = false,
    -- For the benchmark: runs a task, and may look at the clock.
    around = function(action, ...) return action(...) end,
    preventStandby = function() UIManager.standby_holds = UIManager.standby_holds + 1 end,
    allowStandby = function()
        assert(UIManager.standby_holds > 0, "allowStandby without preventStandby")
        UIManager.standby_holds = UIManager.standby_holds - 1
    end,
})

--- For specs: lets time pass and runs what is due, in order.
function UIManager.pass(seconds)
    local stop = clock.now() + seconds
    while true do
        local next_index
        for i, task in ipairs(UIManager.tasks) do
            if task.at <= stop and (not next_index or task.at < UIManager.tasks[next_index].at) then next_index = i end
        end
        if not next_index then break end
        local task = table.remove(UIManager.tasks, next_index)
        clock.set(math.max(clock.now(), task.at))
        UIManager.around(task.action, unpack(task.args, 1, task.args.n))
    end
    clock.set(stop)
end

--- For specs: the windows of one kind that are open.
function UIManager.windows(kind)
    local found = {}
    for _, widget in ipairs(UIManager.shown) do
        if widget.kind:find(kind, 1, true) then found[#found + 1] = widget end
    end
    return found
end

return UIManager
