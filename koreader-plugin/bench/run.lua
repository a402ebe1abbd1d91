--- `npm run bench:plugin`: what the plugin costs KOReader's own process, event by event. Prints one JSON document.
-- Run in this project's folder with the JIT switched off, as a stand-in for a slow device: luajit -joff bench/run.lua

package.path = "spec/support/koreader/?.lua;bookorbit.koplugin/?.lua;spec/?.lua;?.lua;" .. package.path

local ffi = require("ffi")
local Scenario = require("bench/scenario")
local world = require("support/world")

ffi.cdef("typedef struct { long seconds, nanoseconds; } bookorbit_timespec; int clock_gettime(int, bookorbit_timespec *);")
local PROCESS_CPU = 2
local HIGHLIGHTS, ROWS, OWN_ROWS = 760, 230000, 9000
local REPETITIONS = tonumber(arg[1]) or 20

local now_is = ffi.new("bookorbit_timespec")
-- CPU time and not wall clock: whatever else this machine does takes no part in it.
local function milliseconds()
    ffi.C.clock_gettime(PROCESS_CPU, now_is)
    return tonumber(now_is.seconds) * 1000 + tonumber(now_is.nanoseconds) / 1000000
end

-- What ran in a "child" meanwhile, which is this process here, and another one on a device.
local in_child, slowest_child, largest_child = 0, 0, 0
-- And what KOReader itself takes to write its sidecar, which nobody can cut into slices.
local slowest_sidecar = 0

local function watchChildren()
    local ffiutil = require("ffi/util")
    local run = ffiutil.runInSubProcess
    ffiutil.runInSubProcess = function(work, ...)
        local before = milliseconds()
        collectgarbage()
        local begun, held_before, server_before = milliseconds(), collectgarbage("count"), Scenario.server_kilobytes
        local pid, fd = run(function(...)
            work(...) -- with the collector stopped
            local of_server = Scenario.server_kilobytes - server_before
            largest_child = math.max(largest_child, collectgarbage("count") - held_before - of_server)
        end, ...)
        slowest_child = math.max(slowest_child, milliseconds() - begun)
        in_child = in_child + milliseconds() - before
        return pid, fd
    end
end

local function watchSidecar()
    local write = Scenario.writeSidecar
    Scenario.writeSidecar = function(...)
        local before = milliseconds()
        write(...)
        slowest_sidecar = math.max(slowest_sidecar, milliseconds() - before)
        in_child = in_child + milliseconds() - before
    end
end

local times, slices = {}, { longest = 0 }

local function note(name, spent)
    times[name] = times[name] or {}
    table.insert(times[name], spent)
end

-- Runs `f` and tells the milliseconds this process was held up by it.
local function held(f)
    collectgarbage()
    collectgarbage("stop") -- its cost is spread over everything KOReader does
    local child_before, before = in_child, milliseconds()
    f()
    local spent = milliseconds() - before - (in_child - child_before)
    collectgarbage("restart")
    return spent
end

local function watchSlices()
    require("ui/uimanager").around = function(action, ...)
        local child_before, before = in_child, milliseconds()
        action(...)
        local spent = milliseconds() - before - (in_child - child_before)
        if spent > slices.longest then
            local where = debug.getinfo(action, "S")
            slices.longest, slices.at = spent, where.short_src .. ":" .. where.linedefined
        end
        slices.count = (slices.count or 0) + 1
    end
end

local function median(list)
    table.sort(list)
    return list[math.ceil(#list / 2)]
end

local function sum(list, field)
    local total = 0
    for _, item in ipairs(list) do
        total = total + item[field]
    end
    return total
end

local function slicesOf(f)
    slices = { longest = 0, count = 0 }
    f()
    return { longest = slices.longest, count = slices.count, at = slices.at }
end

local report = { highlights = HIGHLIGHTS, rows = ROWS, repetitions = REPETITIONS }

local scenario = Scenario.start({ highlights = HIGHLIGHTS, rows = ROWS, own_rows = OWN_ROWS })
watchChildren()
watchSidecar()
watchSlices()

-- The first exchange: all 760 highlights and 9,000 rows go up.
report.first = slicesOf(function() scenario:settle() end)
report.first.requests = #scenario.takeRequests()

local function openOnce(name)
    note(name, held(function() scenario:open() end))
    local after = slicesOf(function() world.pass(100) end)
    note(name .. "Slice", after.longest)
end

-- Nothing changed since.
for _ = 1, REPETITIONS do
    openOnce("open")
    note("closeUnchanged", held(function() scenario:close() end))
    world.pass(100)
end
scenario.takeRequests()
scenario:open()
world.pass(100)
report.unchangedOpen = scenario.takeRequests()
scenario:close()
world.pass(100)
report.unchangedClose = scenario.takeRequests()

-- What the open book takes of KOReader's memory.
collectgarbage()
local kilobytes = collectgarbage("count")
scenario:open()
world.pass(100)
collectgarbage()
report.openMegabytes = (collectgarbage("count") - kilobytes) / 1024
scenario:close()
world.pass(100)

-- What copying the process costs this one, as large as it is by now.
local ffiutil = require("ffi/util")
local before_fork = milliseconds()
local pid = ffiutil.runForked(function() end)
report.fork = milliseconds() - before_fork
while not ffiutil.isSubProcessDone(pid) do end -- luacheck: ignore

-- A busy evening.
for i = 1, REPETITIONS do
    scenario:open()
    world.pass(100)
    scenario.takeRequests()
    scenario:beBusy(10, i == 1 and 300 or 30)
    for _, item in ipairs(scenario.annotations) do
        if item.note and item.note:find("written down anew") then item.note = item.note .. "." end
    end
    note("pageTurn", held(function() scenario.reader:turnTo(40 + i) end))
    world.pass(5)
    note("suspend", held(function() scenario.reader:send("Suspend") end))
    scenario.reader:send("Resume")
    world.pass(100)
    scenario.reader:turnTo(10 + i)
    scenario.annotations[2].note = "Another thought " .. i
    scenario.takeRequests()
    local close_time
    local written = scenario.watchFiles(function()
        close_time = held(function() scenario:close() end)
    end)
    note("close", close_time)
    report.written = { files = #written, bytes = sum(written, "bytes") }
    note("closeSlice", slicesOf(function() world.pass(100) end).longest)
end

-- Counted once, with all of it at once.
scenario:open()
world.pass(100)
scenario.takeRequests()
for i = 1, 10 do
    scenario.annotations[i * 9].note = "Changed once more, and at some length, so that there is something to send, number " .. i
end
scenario:beBusy(0, 0)
local rows = {}
for i = 1, 300 do
    rows[i] = { 1, i, world.NOW - 43000 + i * 41, 33, 400 }
end
require("support/statistics").write(scenario.statistics, {}, rows)
local written = scenario.watchFiles(function() scenario:close() end)
report.busyWritten = { files = #written, bytes = sum(written, "bytes") }
world.pass(100)
report.busyClose = scenario.takeRequests()

-- Another device's highlights arrive, as many as the server sends at once; the words of some stand elsewhere here, or nowhere.
local OFFERED, NOWHERE, EDITED = 100, 5, 20
scenario:offer({ adds = OFFERED, elsewhere = 5, nowhere = NOWHERE, edits = EDITED })
scenario:open()
report.received = slicesOf(function() world.pass(200) end)
report.sidecar = slowest_sidecar
assert(#scenario.annotations == HIGHLIGHTS + OFFERED - NOWHERE, "not all of them arrived")
assert(scenario.sidecars_written == 1, "edits are not on the disk")
for _, item in ipairs(scenario.edited) do assert(item.drawer == "underscore", "not all of them were edited") end
scenario:close()
world.pass(100)

-- All books by hand.
scenario:fillHistory(40)
local browser = world.browse()
scenario.takeRequests()
report.sweep = slicesOf(function()
    browser.plugin:onBookOrbitSyncAll()
    world.pass(1000)
end)
report.sweep.requests = #scenario.takeRequests()

report.slowestChild = slowest_child
report.largestChildMegabytes = largest_child / 1024

for name, list in pairs(times) do
    report[name] = { median = median(list), worst = list[#list] }
end
scenario.stop()
print(require("bookorbit/api/wire").encode(report))
