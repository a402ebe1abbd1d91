--- A BookOrbit for trying the plugin by hand in KOReader: the specs' memory server on a real socket.
--   cd koreader-plugin && luajit spec/by_hand/server.lua FOLDER
-- The port it listens on is written to FOLDER/port. Before each request FOLDER/change.lua, if there is one, is taken up: it returns the
-- fields to set (see support/memory_server.lua; `seconds` = how long an answer takes). After each FOLDER/heard.json tells what came.

package.path = "spec/support/koreader/?.lua;bookorbit.koplugin/?.lua;spec/?.lua;" .. package.path
dofile("spec/support/setup.lua")

local Server = require("support/memory_server")
local Wire = require("bookorbit/api/wire")
local socket = require("socket")

local folder = assert(arg[1], "name a folder")
local server = Server.new({ capabilities = { "oneCallSync" } })
local paths = Wire.array()

local function put(name, text)
    local file = assert(io.open(folder .. "/" .. name .. ".new", "w"))
    file:write(text)
    file:close()
    assert(os.rename(folder .. "/" .. name .. ".new", folder .. "/" .. name))
end

local function change()
    local changes = loadfile(folder .. "/change.lua")
    if not changes then return end
    os.remove(folder .. "/change.lua")
    for name, value in pairs(changes()) do server[name] = value end
end

local function read(connection)
    local line = connection:receive("*l")
    local method, path = (line or ""):match("^(%u+) (%S+)")
    if not method then return nil end
    local headers = {}
    for header in function() return connection:receive("*l") end do
        if header == "" then break end
        local name, value = header:match("^([^:]+):%s*(.*)$")
        headers[name:lower()] = value
    end
    local length = tonumber(headers["content-length"]) or 0
    return { method = method, url = "http://here" .. path, headers = headers, body = length > 0 and connection:receive(length) or nil }
end

local function answer(request)
    local status, headers, body = server(request)
    local lines = { ("HTTP/1.1 %d X"):format(status), "Connection: close", "Content-Length: " .. #body }
    for name, value in pairs(headers) do table.insert(lines, name .. ": " .. value) end
    return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

local listener = assert(socket.bind("127.0.0.1", tonumber(arg[2]) or 0))
local _, port = listener:getsockname()
put("port", tostring(port))
while true do
    local connection = listener:accept()
    connection:settimeout(20)
    local request = read(connection)
    if request then
        change()
        table.insert(paths, (request.url:gsub("^http://here", "")))
        if server.seconds then socket.sleep(server.seconds) end
        if not server.is_cut then connection:send(answer(request)) end
        put("heard.json", Wire.encode({
            paths = paths, acked = Wire.array(server.acked), pushed = Wire.array(server.pushed), notes = server.notes, swept = server.swept,
        }))
    end
    connection:close()
end
