--- The clock of a spec: stands still until it is moved. `os.time()` follows it while it is installed.
local clock = { time = nil }

local real_time = os.time

function clock.now()
    return clock.time or real_time()
end

function clock.set(time)
    clock.time = time
end

function clock.install(time)
    clock.time = time
    os.time = function(date)
        if date then return real_time(date) end
        return math.floor(clock.now())
    end
end

function clock.remove()
    clock.time = nil
    os.time = real_time
end

clock.real = real_time

return clock
