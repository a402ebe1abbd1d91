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
    stranger = function() return http(403, { ["Content-Type"] = "application/json" }, '{"message":"Forbidden"}') end,
    narrow = function() return http(413, { ["Content-Type"] = "text/html" }, "<html>413 Request Entity Too Large</html>") end,
    paused = function() return json(503, refusal(503, "unavailable"), { ["Retry-After"] = "Wed, 18 Nov 2026 11:07:40 GMT" }) end,
    pieces = function()
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
            .. '12\r\n{"authorized":"OK"\r\n16\r\n,"username":"in parts"\r\n1\r\n}\r\n0\r\n\r\n'
    end,
    unfinished = function()
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n{\"authorized\":\"OK\"\r\n"
    end,
    nothing = function() return http(200, { ["Content-Type"] = "application/json" }, "") end,
    nulls = function()
        return json(200, '{"authorized":"OK","username":null,"serverTime":null,"big":9007199254740993,"list":{},"map":[]}')
    end,
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

-- Sends the answer a byte at a time, so slowly that no single wait is too long.
local function drip(connection, text)
    for i = 1, #text do
        connection:send(text:sub(i, i))
        socket.sleep(0.2)
    end
end

local function serve(listener, secure)
    while true do
        local connection = listener:accept()
        connection:settimeout(5)
        if secure then
            connection = assert(require("ssl").wrap(connection, secure))
            connection:dohandshake()
        end
        local line = readRequest(connection)
        local path = line:match("^%u+ (%S+)") or "/"
        local behaviour = path:match("^/(%a+)/")
        if behaviour == "silent" then
            socket.sleep(60)
        elseif behaviour == "drip" then
            drip(connection, speaks(path))
        else
            local answer = BEHAVIOURS[behaviour]
            connection:send(answer and answer(path) or http(400, {}, "")) -- what is no HTTP, a TLS hello for one
        end
        connection:close()
    end
end

-- A certificate nobody signed, as small servers have.
local function selfSigned()
    local folder = os.tmpname()
    os.remove(folder)
    local made = os.execute(("mkdir '%s' && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        .. " -keyout '%s/key.pem' -out '%s/certificate.pem' 2>/dev/null"):format(folder, folder, folder))
    assert(made == 0, "the openssl command is needed")
    return {
        mode = "server", protocol = "any", options = "all",
        key = folder .. "/key.pem", certificate = folder .. "/certificate.pem",
    }, folder
end

--- @param is_secure boolean|nil Speaks TLS, with a certificate it made itself
-- @return table { origin = function(behaviour), port, stop }
function socket_server.start(is_secure)
    local secure, folder
    if is_secure then secure, folder = selfSigned() end
    local listener = assert(socket.bind("127.0.0.1", 0))
    local _, port = listener:getsockname()
    local pid = C.fork()
    if pid == 0 then
        pcall(serve, listener, secure)
        C._exit(0)
    end
    listener:close()
    return {
        port = port,
        origin = function(behaviour)
            return ("%s://127.0.0.1:%d/%s"):format(is_secure and "https" or "http", port, behaviour)
        end,
        stop = function()
            C.kill(pid, 9)
            C.waitpid(pid, nil, 0)
            if folder then os.execute("rm -rf '" .. folder .. "'") end
        end,
    }
end

return socket_server
