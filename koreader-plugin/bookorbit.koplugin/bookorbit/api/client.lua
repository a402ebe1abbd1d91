--- The server, one function per exchange. Runs in a child process: everything here may block.
-- Each function returns its data, or nil and a failure (see failure.lua).

local Address = require("bookorbit/api/address")
local Envelope = require("bookorbit/api/envelope")
local Failure = require("bookorbit/api/failure")
local HttpDate = require("bookorbit/api/http_date")
local Wire = require("bookorbit/api/wire")

local SKEW_TOLERANCE_SECONDS = 2
local LONGEST_LOGGED = 200

local Client = {}
Client.__index = Client

--- @param options table {
--   account = { origin, username, userkey },
--   device = { deviceId, deviceModel, pluginVersion, installId },
--   send = function({ method, url, headers, body }) returning status, headers, body or nil, message,
--   pack = function(body) returning it as gzip or nil; nil for a server that does not take it,
--   now = function() returning unix seconds }
function Client.new(options)
    return setmetatable({
        account = options.account,
        device = options.device,
        send = options.send,
        pack = options.pack,
        now = options.now,
        origin = options.account.origin,
        -- Seconds to add to this device's clock to get the server's; nil until an answer told.
        clock_skew = nil,
        -- What was tried, for the diagnostics: never names, keys or titles.
        log = {},
    }, Client)
end

function Client:authorize()
    local answer, failure = self:request("GET", "/users/auth")
    if not answer then return nil, failure end
    if answer.authorized ~= "OK" then return nil, Failure.notBookOrbit(200) end
    return { username = answer.username or self.account.username }
end

--- @param books table Array of { hash, title?, authors?, domVersion?, contentSignature?, alsoKnownAs? }
-- @return table { matches = {...}, libraryVersion = n }
function Client:matchCheck(books)
    local hashes = Wire.array()
    for i, book in ipairs(books) do
        hashes[i] = book.hash
    end
    local answer, failure = self:request("POST", "/plugin/match-check", { hashes = hashes, books = Wire.array(books) })
    if not answer then return nil, failure end
    if not Wire.isArray(answer.matches) then return nil, Failure.notBookOrbit(200) end
    return { matches = answer.matches, libraryVersion = answer.libraryVersion }
end

--- @param items table Array of { hash, percentage, progress?, timestamp?, domVersion? }, at most 100
-- @return table { accepted = {[hash] = bool}, unmatched = {[hash] = true}, rejected = {[index] = reason} }
function Client:pushProgress(items)
    local answer, failure = self:request("POST", "/plugin/progress", { items = Wire.array(items) })
    if not answer then return nil, failure end
    if not Wire.isArray(answer.results) then return nil, Failure.notBookOrbit(200) end
    local outcome = { accepted = {}, unmatched = {}, rejected = {} }
    for _, result in ipairs(answer.results) do
        outcome.accepted[tostring(result.hash):lower()] = result.accepted == true
    end
    for _, hash in ipairs(answer.unmatched or {}) do
        outcome.unmatched[tostring(hash):lower()] = true
    end
    for _, rejected in ipairs(answer.rejected or {}) do
        local index = tostring(rejected.path):match("^items%[(%d+)%]")
        if index then outcome.rejected[tonumber(index) + 1] = tostring(rejected.reason) end
    end
    return outcome
end

--- The newest place the server knows.
-- @return table { percentage, progress, device, deviceId, readAt } or {} when it knows none
function Client:pullProgress(hash)
    local answer, failure = self:request("GET", "/syncs/progress/" .. hash)
    if not answer then return nil, failure end
    if type(answer.percentage) ~= "number" then return {} end
    return {
        percentage = math.max(0, math.min(1, answer.percentage)),
        progress = answer.progress ~= nil and tostring(answer.progress) or nil,
        device = answer.device ~= nil and tostring(answer.device) or nil,
        deviceId = answer.device_id ~= nil and tostring(answer.device_id) or nil,
        readAt = tonumber(answer.timestamp),
    }
end

-- The routes that take `books[]` and answer `results[]` have one shape.
local BOOK_ROUTES = {
    pageStats = "/plugin/page-stats",
    bookStates = "/plugin/book-states",
    annotations = "/plugin/annotations/exchange",
    annotationAcks = "/plugin/annotations/exchange-ack",
    bookmarks = "/plugin/bookmarks/exchange",
    bookmarkAcks = "/plugin/bookmarks/exchange-ack",
}

--- @param route string A name of BOOK_ROUTES
-- @param books table Array of the route's book entries, each with its own `hash`
-- @return table { results = by hash, unmatched = set of hashes, rejected = array of { path, reason } }
function Client:exchange(route, books)
    local answer, failure = self:request("POST", BOOK_ROUTES[route], { books = Wire.array(books) })
    if not answer then return nil, failure end
    if not Wire.isArray(answer.results) then return nil, Failure.notBookOrbit(200) end
    local outcome = { results = {}, unmatched = {}, rejected = answer.rejected or Wire.array() }
    for _, item in ipairs(answer.results) do
        outcome.results[tostring(item.hash):lower()] = item
    end
    for _, hash in ipairs(answer.unmatched or {}) do
        outcome.unmatched[tostring(hash):lower()] = true
    end
    return outcome
end

--- Everything about up to 20 books in one round trip.
-- @param books table Array of SyncBook, no hash twice
-- @return table { books = by hash, rejected = array of { path, reason } }
function Client:sync(books)
    local answer, failure = self:request("POST", "/plugin/sync", { books = Wire.array(books) })
    if not answer then return nil, failure end
    if not Wire.isArray(answer.books) then return nil, Failure.notBookOrbit(200) end
    local outcome = { books = {}, rejected = answer.rejected or Wire.array() }
    for _, book in ipairs(answer.books) do
        outcome.books[tostring(book.hash):lower()] = book
    end
    return outcome
end

--- Whether BookOrbit answers at an address. The account's key is not sent there.
function Client:isAt(origin)
    local request = { method = "GET", url = Address.api(origin) .. "/healthcheck", headers = { ["accept"] = "application/json" } }
    local status, headers, text = self.send(request)
    self:note("/healthcheck", request, status, headers, text)
    local answer = status == 200 and Wire.decode(text)
    return type(answer) == "table" and answer.state == "OK"
end

function Client:sweeps(report)
    return self:request("POST", "/plugin/sweeps", report)
end

--- One file of the plugin's package, or the whole zip: bytes, not JSON.
-- @return string|nil bytes, or nil and a failure
function Client:package()
    local request = {
        method = "GET",
        url = Address.api(self.origin) .. "/plugin/package",
        headers = { ["x-auth-user"] = self.account.username, ["x-auth-key"] = self.account.userkey },
    }
    local status, headers, body = self.send(request)
    self:note("/plugin/package", request, status, headers, body)
    if not status then return nil, Failure.fromNetworkError(headers) end
    if status ~= 200 then return nil, self:refusal(status, headers, Wire.decode(body)) end
    if body:sub(1, 4) ~= "PK\3\4" then return nil, Failure.notBookOrbit(status) end
    return body
end

--- @return table { pluginVersion, serverVersion, capabilities, files }
function Client:version()
    local answer, failure = self:request("GET", "/plugin/version")
    if not answer then return nil, failure end
    if type(answer.serverVersion) ~= "string" then return nil, Failure.notBookOrbit(200) end
    return {
        pluginVersion = answer.pluginVersion,
        serverVersion = answer.serverVersion,
        capabilities = answer.capabilities or Wire.array(),
        files = answer.files or Wire.array(),
    }
end

function Client:request(method, path, fields)
    local body, reason
    if fields then
        for name, value in pairs(Envelope.fields(self.device, self.now())) do
            fields[name] = value
        end
        body, reason = Wire.encode(fields)
        if not body then return nil, Failure.device(reason) end
    end
    local answer, failure = self:attempt(method, path, body)
    local upgraded = failure and failure.kind == "moved"
        and Address.upgradedOrigin(self.origin, Address.api(self.origin) .. path, failure.location)
    if not upgraded then return answer, failure end
    -- A proxy that only wants encryption: many people type http. The key goes to the same host, better protected.
    self.origin = upgraded
    return self:attempt(method, path, body)
end

-- Fields of the request and what is really sent: packed, where the server takes it and it pays.
function Client:wrap(method, path, body)
    local headers = {
        ["accept"] = "application/json",
        ["x-auth-user"] = self.account.username,
        ["x-auth-key"] = self.account.userkey,
    }
    if body then
        local packed = self.pack and self.pack(body)
        headers["content-type"] = "application/json"
        headers["content-encoding"] = packed and "gzip" or nil
        body = packed or body
        headers["content-length"] = tostring(#body)
    end
    return { method = method, url = Address.api(self.origin) .. path, headers = headers, body = body }
end

-- @param answer_headers table, or what went wrong when there is no status
function Client:note(path, request, status, answer_headers, text)
    table.insert(self.log, {
        at = self.now(), method = request.method, path = path:gsub("%x%x%x%x%x%x%x%x%x+", "…"), status = tonumber(status),
        reason = not status and Failure.fromNetworkError(answer_headers).reason or nil,
        sent = request.body and #request.body or 0, received = type(text) == "string" and #text or 0,
    })
end

-- What was noted last was refused.
function Client:refusal(status, answer_headers, answer)
    local failure = Failure.fromAnswer(status, answer_headers, answer, self.now())
    self.log[#self.log].message = failure.message and Wire.text(failure.message, LONGEST_LOGGED)
    return failure
end

function Client:attempt(method, path, body)
    local request = self:wrap(method, path, body)
    local status, answer_headers, text = self.send(request)
    self:note(path, request, status, answer_headers, text)
    if not status then return nil, Failure.fromNetworkError(answer_headers) end
    if status == 415 and request.headers["content-encoding"] then
        -- Something between here and the server does not pass packed requests.
        self.pack = nil
        return self:attempt(method, path, body)
    end
    local answer = Wire.decode(text)
    if status ~= 200 then return nil, self:refusal(status, answer_headers, answer) end
    if type(answer) ~= "table" then return nil, Failure.notBookOrbit(status) end
    self:learnClock(answer.serverTime, answer_headers["date"])
    return answer
end

function Client:learnClock(server_time, date)
    local server_now = tonumber(server_time) or HttpDate.parse(date)
    if not server_now then return end
    local skew = server_now - self.now()
    -- Whole seconds and the way back: less than this is no skew.
    self.clock_skew = math.abs(skew) <= SKEW_TOLERANCE_SECONDS and 0 or skew
end

return Client
