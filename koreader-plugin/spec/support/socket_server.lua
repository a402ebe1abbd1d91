--- A server on a real socket in a process of its own. The first part of the path says how it behaves:
-- http://127.0.0.1:<port>/<behaviour>/api/v1/koreader/…

local ffi = require("ffi")
local socket = require("socket")

pcall(ffi.cdef, "int fork(void); int kill(int, int); int waitpid(int, int *, int); void _exit(int);")
local C = ffi.C

local socket_server = {}

local function http(status, headers, body)
    local lines = { "HTTP/1.1 " .. status .. " X", "Connection: close", "Content-Length: " .. #body }
    for name, value in pairs(headers) do
        lines[#lines + 1] = name .. ": " .. value
    end
    return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

local function json(status, body, headers)
    headers = headers or {}
    headers["Content-Type"] = "application/json"
    return http(status, headers, body)
end

local function refusal(status, code)
    return ('{"code":%d,"message":"Do something.","error":"%s","statusCode":%d}'):format(status, code, status)
end

local function speaks(path)
    if path:find("/users/auth", 1, true) then return json(200, '{"authorized":"OK","username":"reader"}') end
    if path:find("/plugin/match-check", 1, true) then
        return json(200, '{"protocol":1,"serverTime":1795000000,"matches":[],"libraryVersion":1}')
    end
    if path:find("/plugin/progress", 1, true) then
        return json(200, '{"protocol":1,"serverTime":1795000000,"results":[],"unmatched":[]}')
    end
    return json(200, "{}", { Date = "Wed, 18 Nov 2026 11:07:40 GMT" })
end

local BEHAVIOURS = {
    good = speaks,
    portal = function() return http(200, { ["Content-Type"] = "text/html" }, "<!DOCTYPE html><title>Hotel Wi-Fi</title>") end,
    unauthorized = function() return json(401, refusal(401, "unauthorized")) end,
    disabled = function() return json(403, refusal(403, "sync_disabled")) end,
    limited = function() return json(429, refusal(429, "rate_limited"), { ["Retry-After"] = "120" }) end,
    broken = function() return http(500, {}, "Internal Server Error") end,
    gateway = function() return http(502, { ["Content-Type"] = "text/html" }, "<html>bad gateway</html>") end,
    elsewhere = function() return http(302, { Location = "https://login.example/" }, "") end,
    cut = function() return "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"authorized\":" end,
    slammed = function() return "" end,
    garbage = function() return "\0\1\2 what is this\r\n\r\n" end,
    endless = function() return http(200, {}, ("x"):rep(3 * 1024 * 1024)) end,
}

local function readRequest(connection)
    local line = connection:receive("*l") or ""
    local length = 0
    while true do
        local header = connection:receive("*l")
        if not header or header == "" then break end
        length = tonumber(header:lower():match("^content%-length: (%d+)")) or length
    end
    if length > 0 then connection:receive(length) end
    return line
end

local function serve(listener)
    while true do
        local connection = listener:accept()
        connection:settimeout(5)
        local line = readRequest(connection)
        local path = line:match("^%u+ (%S+)") or "/"
        local behaviour = path:match("^/(%a+)/")
        if behaviour == "silent" then
            socket.sleep(60)
        else
            local answer = BEHAVIOURS[behaviour]
            connection:send(answer and answer(path) or http(400, {}, "")) -- what is no HTTP, a TLS hello for one
        end
        connection:close()
    end
end

--- @return table { origin = function(behaviour), port, stop }
function socket_server.start()
    local listener = assert(socket.bind("127.0.0.1", 0))
    local _, port = listener:getsockname()
    local pid = C.fork()
    if pid == 0 then
        pcall(serve, listener)
        C._exit(0)
    end
    listener:close()
    return {
        port = port,
        origin = function(behaviour) return ("http://127.0.0.1:%d/%s"):format(port, behaviour) end,
        stop = function()
            C.kill(pid, 9)
            C.waitpid(pid, nil, 0)
        end,
    }
end

return socket_server
