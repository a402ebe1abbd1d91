--- A BookOrbit that answers in memory, as protocol.md says, for one account.

local memory_server = {}

local function decode(text)
    return require("bookorbit/api/wire").decode(text)
end

local function answer(status, value)
    return status, { ["content-type"] = "application/json" }, require("bookorbit/api/wire").encode(value)
end

--- @param options table|nil { matched = false for a library without the book, remote = answer to a pull,
--   offline = a LuaSocket error, status + error = refuse everything, skew = server clock minus device clock }
-- @return a function(request) with the options readable and writable as fields
function memory_server.new(options)
    local server = options or {}
    server.pushed = {}
    return setmetatable(server, {
        __call = function(_, request)
            local Wire = require("bookorbit/api/wire")
            if server.offline then return nil, server.offline end
            if server.raw then return server.raw.status, server.raw.headers or {}, server.raw.body end
            if server.status then
                return answer(server.status, {
                    code = server.status, message = "Do something.", error = server.error, statusCode = server.status,
                })
            end
            local path = request.url:match("/api/v1/koreader(/.*)$")
            local body = request.body and decode(request.body)
            local now = os.time() + (server.skew or 0)
            if path == "/users/auth" then return answer(200, { authorized = "OK", username = "reader" }) end
            if path == "/plugin/version" then
                return answer(200, {
                    protocol = 1, serverTime = now, pluginVersion = "0.1.0", serverVersion = "1.2.3",
                    capabilities = Wire.array(), files = Wire.array(),
                })
            end
            if path == "/plugin/match-check" then
                local matches = Wire.array()
                if server.matched ~= false then
                    matches[1] = { hash = body.hashes[1], bookId = 7, bookFileId = 9, matchedBy = "current", title = "Server title" }
                end
                return answer(200, { protocol = 1, serverTime = now, matches = matches, libraryVersion = 3 })
            end
            if path == "/plugin/progress" then
                local results, unmatched = Wire.array(), Wire.array()
                for _, item in ipairs(body.items) do
                    table.insert(server.pushed, item)
                    if server.matched == false then
                        table.insert(unmatched, item.hash)
                    else
                        table.insert(results, { hash = item.hash, accepted = true })
                    end
                end
                return answer(200, { protocol = 1, serverTime = now, results = results, unmatched = unmatched })
            end
            if path:find("^/syncs/progress/") then return answer(200, server.remote or {}) end
            error("the memory server does not know " .. path)
        end,
    })
end

return memory_server
