--- Imitates ffi/util.lua (koreader-base): template, files, and child processes.
-- Child processes are real forks, or run inline where a spec sets `inline`: then the "child" has ended when it is started.
local ffi = require("ffi")
local lfs = require("lfs")
local strict = require("support/strict")

pcall(ffi.cdef, [[
int fork(void); int pipe(int *); int close(int); int kill(int, int); void _exit(int);
int waitpid(int, int *, int); int setpgid(int, int);
long read(int, void *, unsigned long); long write(int, const void *, unsigned long);
int ioctl(int, unsigned long, ...); int fdatasync(int); int fileno(void *);
]])
local C = ffi.C
local WNOHANG, FIONREAD = 1, 0x541B

local inline_pipes = {}
local util

local function runInline(func)
    local pipe = { text = "", open = true }
    inline_pipes[#inline_pipes + 1] = pipe
    local id = -#inline_pipes
    util.in_child = true
    func(1000000 + #inline_pipes, id)
    util.in_child = false
    collectgarbage("restart") -- the child stops the collector, and here the child is this process
    return 1000000 + #inline_pipes, id
end

local function runForked(func)
    local ends = ffi.new("int[2]")
    assert(C.pipe(ends) == 0)
    local pid = C.fork()
    if pid == 0 then
        C.setpgid(0, 0)
        C.close(ends[0])
        util.in_child = true
        pcall(func, 0, ends[1])
        C._exit(0)
    end
    C.close(ends[1])
    return pid, ends[0]
end

util = strict.table("ffi/util.lua", {
    inline = false,
    -- What takes long is refused outside of a child process.
    in_child = false,
    fork_error = false,
    started = 0,
    killed = {},
    template = function(text, ...)
        local params = { ... }
        return (text:gsub("%%([1-9][0-9]?)", function(i)
            local value = params[tonumber(i)]
            assert(value ~= nil, "template without its parameter " .. i .. ": " .. text)
            return value
        end))
    end,
    -- For the benchmark.
    runForked = runForked,
    runInSubProcess = function(func, with_pipe, double_fork)
        assert(with_pipe == true and not double_fork, "only a child with a pipe is imitated")
        if util.fork_error then return false, util.fork_error end
        util.started = util.started + 1
        if util.hang then
            if util.hang == "once" then util.hang = nil end
            inline_pipes[#inline_pipes + 1] = { text = "", open = true, hangs = true }
            return 1000000 + #inline_pipes, -#inline_pipes
        end
        if util.inline then return runInline(func) end
        return runForked(func)
    end,
    isSubProcessDone = function(pid)
        if pid > 1000000 then return not inline_pipes[pid - 1000000].hangs end
        local status = ffi.new("int[1]")
        local ret = C.waitpid(pid, status, WNOHANG)
        return ret == pid or ret == -1
    end,
    terminateSubProcess = function(pid)
        table.insert(util.killed, pid)
        if pid > 1000000 then
            inline_pipes[pid - 1000000].hangs = false
        else
            C.kill(-pid, 9)
        end
    end,
    getNonBlockingReadSize = function(fd)
        if fd < 0 then return #inline_pipes[-fd].text end
        local available = ffi.new("int[1]")
        assert(C.ioctl(fd, FIONREAD, available) == 0)
        return tonumber(available[0])
    end,
    writeToFD = function(fd, data, close_fd)
        if fd < 0 then
            inline_pipes[-fd].text = inline_pipes[-fd].text .. data
            return true
        end
        local written = C.write(fd, data, #data)
        if close_fd then C.close(fd) end
        return written == #data
    end,
    readAllFromFD = function(fd)
        if fd < 0 then
            assert(inline_pipes[-fd].open, "a descriptor read twice")
            inline_pipes[-fd].open = false
            return inline_pipes[-fd].text
        end
        local buffer, parts = ffi.new("char[8192]"), {}
        while true do
            local count = tonumber(C.read(fd, buffer, 8192))
            if count <= 0 then break end
            parts[#parts + 1] = ffi.string(buffer, count)
        end
        C.close(fd)
        return table.concat(parts)
    end,
    fsyncOpenedFile = function(file)
        file:flush()
        return C.fdatasync(C.fileno(file)) == 0
    end,
    fsyncDirectory = function() return true end,
    realpath = function(path)
        local pipe = io.popen("realpath -e '" .. path .. "' 2>/dev/null")
        local found = pipe:read("*l")
        pipe:close()
        return found
    end,
    purgeDir = function(folder)
        for name in lfs.dir(folder) do
            if name ~= "." and name ~= ".." then
                local path = folder .. "/" .. name
                if lfs.attributes(path, "mode") == "directory" then
                    util.purgeDir(path)
                else
                    os.remove(path)
                end
            end
        end
        return os.remove(folder)
    end,
}, { "hang" })

return util
