--- A proxy on a real socket in a process of its own, before a real server: one request of many fails in a chosen way.

local ffi = require("ffi")
local socket = require("socket")

pcall(ffi.cdef, "int fork(void); int kill(int, int); int waitpid(int, int *, int); void _exit(int);")
local C = ffi.C

local faulty_proxy = {}

faulty_proxy.SILENT_SECONDS = 0.9

local PORTAL = "<!DOCTYPE html><title>Hotel Wi-Fi</title><form action=/login>Please agree</form>"

local function html(status, body)
    return ("HTTP/1.1 %s\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"):format(status, #body, body)
end

-- What the device gets instead of the answer; `forward` asks the server, which then has committed.
local FAULTS = {
    cut_before = function() return "" end,
    cut_after = function(forward)
        forward()
        return ""
    end,
    truncated = function(forward)
        local answer = forward()
        return answer:sub(1, math.floor(#answer * 0.8))
    end,
    portal = function() return html("200 OK", PORTAL) end,
    gateway = function() return html("502 Bad Gateway", "<html>bad gateway</html>") end,
    unavailable_after = function(forward)
        forward()
        return html("504 Gateway Timeout", "<html>gateway time-out</html>")
    end,
    silent = function(forward)
        forward()
        socket.sleep(faulty_proxy.SILENT_SECONDS)
        return ""
    end,
}

faulty_proxy.KINDS = {}
for kind in pairs(FAULTS) do
    table.insert(faulty_proxy.KINDS, kind)
end
table.sort(faulty_proxy.KINDS)

local function readRequest(connection)
    local lines, length = {}, 0
    while true do
        local line = connection:receive("*l")
        if not line or line == "" then break end
        length = tonumber(line:lower():match("^content%-length: (%d+)")) or length
        if not line:lower():find("^connection:") then lines[#lines + 1] = line end
    end
    local body = length > 0 and connection:receive(length) or ""
    lines[#lines + 1] = "Connection: close"
    return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

local function ask(host, port, request)
    local server = assert(socket.connect(host, port))
    server:send(request)
    local answer = server:receive("*a")
    server:close()
    return answer or ""
end

local function serve(listener, host, port, fails_at, kind)
    local count = 0
    while true do
        local connection = listener:accept()
        connection:settimeout(10)
        local request = readRequest(connection)
        count = count + 1
        local function forward() return ask(host, port, request) end
        connection:send(count == fails_at and FAULTS[kind](forward) or forward())
        connection:close()
    end
end

--- @param origin string Of the real server
-- @param fails_at number|nil Which request fails
-- @param kind string|nil One of KINDS
-- @return table { origin, stop }
function faulty_proxy.start(origin, fails_at, kind)
    local host, port = origin:match("^http://([^:]+):(%d+)")
    local listener = assert(socket.bind("127.0.0.1", 0))
    local _, own_port = listener:getsockname()
    local pid = C.fork()
    if pid == 0 then
        pcall(serve, listener, host, tonumber(port), fails_at, kind)
        C._exit(0)
    end
    listener:close()
    return {
        origin = "http://127.0.0.1:" .. own_port,
        stop = function()
            C.kill(pid, 9)
            C.waitpid(pid, nil, 0)
        end,
    }
end

return faulty_proxy
