--- One HTTP request over LuaSocket and LuaSec. Only ever called in a child process.

local Http = {}

-- Seconds without a byte, and for the whole body once it flows (`socketutil`).
local BLOCK_TIMEOUT = 15
local TOTAL_TIMEOUT = 45
local LARGEST_ANSWER = 4 * 1024 * 1024

local function limited(sink)
    local size = 0
    return function(chunk, err)
        size = size + (chunk and #chunk or 0)
        if size > LARGEST_ANSWER then return nil, "answer too large" end
        return sink(chunk, err)
    end
end

local function request(options)
    local http = require("socket.http")
    local ltn12 = require("ltn12")
    local socketutil = require("socketutil")

    socketutil:set_timeout(BLOCK_TIMEOUT, TOTAL_TIMEOUT)
    local parts = {}
    local ok, status, headers = http.request({
        url = options.url,
        method = options.method,
        headers = options.headers,
        source = options.body and ltn12.source.string(options.body) or nil,
        sink = limited(socketutil.table_sink(parts)),
        -- LuaSocket would carry our key to any host it is sent to.
        redirect = false,
    })
    if not ok then return nil, status end
    return status, headers, table.concat(parts)
end

--- @param options table { method, url, headers, body? }
-- @return number status, table headers, string body; or nil and what went wrong
function Http.send(options)
    local ok, status, headers, body = pcall(request, options)
    if not ok then return nil, status end
    if not status then return nil, headers end
    if type(status) ~= "number" then return nil, tostring(status) end
    return status, headers, body
end

return Http
