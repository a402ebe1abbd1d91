--- A child process for whatever may block: the network, and reading through a book file.
-- One at a time. The child is a copy of KOReader: it may read files and use sockets, and answers with one text.

local Failure = require("bookorbit/api/failure")
local UIManager = require("ui/uimanager")
local ffiutil = require("ffi/util")
local guard = require("bookorbit/device/guard")
local logger = require("logger")

local Child = {}
Child.__index = Child

local FIRST_POLL_SECONDS = 0.25
local SLOWEST_POLL_SECONDS = 1
local CLOCK_TOLERANCE_SECONDS = 60

--- @param now function Returns unix seconds
function Child.new(now)
    local child = setmetatable({ now = now, running = nil, dying = {} }, Child)
    child.poll = guard("poll of the child process", function() child:check() end)
    return child
end

function Child:isBusy()
    return self.running ~= nil
end

--- Starts `task` in a child process.
-- @param task function Returns the text to answer with
-- @param deadline_seconds number After this it is killed
-- @param on_done function Called later with the text, or nil and a failure
-- @return boolean|nil, table|nil true, or nil and a failure: then try later, never in this process
function Child:start(task, deadline_seconds, on_done)
    if self.running then return nil, Failure.device("busy") end
    -- No collectgarbage() before the fork: a full one takes a second on an old reader, and the child leaves memory as it is.
    local pid, read_fd = ffiutil.runInSubProcess(function(_, write_fd)
        collectgarbage("stop") -- short-lived; collecting would copy every page it shares with the parent
        local ok, text = xpcall(task, debug.traceback)
        if not ok then
            logger.warn("BookOrbit: error in the child process:", text)
            text = ""
        end
        ffiutil.writeToFD(write_fd, text, true)
    end, true)
    if not pid then
        logger.warn("BookOrbit: no child process:", read_fd)
        return nil, Failure.device(read_fd)
    end
    local now = self.now()
    self.running = { pid = pid, fd = read_fd, started_at = now, deadline = now + deadline_seconds, on_done = on_done }
    self:schedule(FIRST_POLL_SECONDS)
    return true
end

--- Kills the child, if one runs; its `on_done` hears it was interrupted.
function Child:interrupt()
    local running = self.running
    if not running then return end
    self:kill(running)
    self:finish(nil, Failure.interrupted())
end

function Child:schedule(seconds)
    UIManager:unschedule(self.poll)
    self.poll_seconds = seconds
    UIManager:scheduleIn(seconds, self.poll)
end

function Child:check()
    self:reap()
    local running = self.running
    if running then
        -- A full pipe would block the child, so read as soon as there is something, before asking whether it ended.
        local available = ffiutil.getNonBlockingReadSize(running.fd)
        local done = ffiutil.isSubProcessDone(running.pid)
        if not available or available > 0 or done then
            local text = ffiutil.readAllFromFD(running.fd)
            running.fd = nil
            if not done then table.insert(self.dying, running) end
            self:finish(text ~= "" and text or nil, text == "" and Failure.device("no answer from the child") or nil)
        elseif self.now() >= running.deadline or self.now() < running.started_at - CLOCK_TOLERANCE_SECONDS then
            -- The clock may be set back while we wait, once the network tells the time.
            self:kill(running)
            self:finish(nil, { kind = "offline", reason = "timeout", detail = "deadline" })
        end
    end
    if self.running or #self.dying > 0 then
        self:schedule(math.min((self.poll_seconds or FIRST_POLL_SECONDS) * 1.25, SLOWEST_POLL_SECONDS))
    end
end

function Child:kill(running)
    ffiutil.terminateSubProcess(running.pid)
    running.is_killed = true
    table.insert(self.dying, running)
end

-- A child that ended stays a zombie until it is collected.
function Child:reap()
    for i = #self.dying, 1, -1 do
        local gone = self.dying[i]
        if ffiutil.isSubProcessDone(gone.pid) then
            if gone.fd then ffiutil.readAllFromFD(gone.fd) end -- closes our end
            table.remove(self.dying, i)
        elseif gone.is_killed then
            -- Killed before it had its process group, it never heard.
            ffiutil.terminateSubProcess(gone.pid)
        end
    end
end

function Child:finish(text, failure)
    local on_done = self.running.on_done
    self.running = nil
    if #self.dying > 0 then self:schedule(FIRST_POLL_SECONDS) end
    on_done(text, failure)
end

return Child
