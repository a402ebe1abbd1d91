--- A BookOrbit that answers in memory, as protocol.md says, for one account.

local memory_server = {}

local function decode(text)
    return require("bookorbit/api/wire").decode(text)
end

local function number(bytes)
    local a, b, c, d = bytes:byte(1, 4)
    return a + b * 0x100 + c * 0x10000 + d * 0x1000000
end

-- A packed body, checked as the server checks it.
local function bodyOf(request)
    local body = request.body
    if not body or request.headers["content-encoding"] ~= "gzip" then return body end
    assert(body:sub(1, 3) == "\31\139\8", "no gzip")
    return assert(require("bookorbit/device/zlib").inflate(body:sub(11, -9), number(body:sub(-4)), number(body:sub(-8, -5))),
        "a damaged gzip")
end

local NOTHING_APPLIED = { created = 0, updated = 0, moved = 0, unchanged = 0, skippedDeleted = 0, deviceDeleted = 0 }

-- What a route answers for one book; `server.to_apply`, `server.bookmarks_to_apply` and `server.state` are sent once it is asked for.
local SECTIONS = {}

function SECTIONS.pageStats(server, entry, wire)
    local last = 0
    for _, row in ipairs(entry.rows) do
        server.rows[row[2] .. ":" .. row[1]] = row
        last = math.max(last, row[2])
    end
    for _, row in pairs(server.rows) do
        last = math.max(last, row[2])
    end
    return { hash = entry.hash, accepted = #entry.rows, duplicates = 0, watermark = server.watermark or last }, wire
end

function SECTIONS.bookStates(server, entry)
    local kept, state = server.kept, server.state or {}
    kept.status = state.status or entry.status or kept.status
    if entry.ratingCleared then kept.rating = nil else kept.rating = state.rating or entry.rating or kept.rating end
    if entry.reviewCleared then kept.review = nil else kept.review = state.review or entry.reviewNote or kept.review end
    return {
        hash = entry.hash, statusApplied = entry.status ~= nil, ratingApplied = entry.rating ~= nil, reviewApplied = entry.reviewNote ~= nil,
        status = kept.status, rating = kept.rating, ratingSet = kept.rating ~= nil,
        reviewNote = kept.review, reviewNoteSet = kept.review ~= nil,
    }
end

function SECTIONS.annotations(server, entry, Wire)
    for _, change in ipairs(entry.changes) do
        server.notes[change.datetime] = change
        -- Merged with what the device sent, nothing of its edit is left to offer.
        if server.merges then server.to_apply = nil end
    end
    for _, deleted in ipairs(entry.deleted or {}) do
        server.notes[deleted.dt] = nil
    end
    -- What a device's complete list lacks it is sent again, whatever it has acknowledged.
    if entry.keysComplete and server.offered then
        local held = {}
        for _, key in ipairs(entry.keys) do held[key.k] = true end
        for _, add in ipairs(server.offered) do
            local is_held = held[require("ffi/sha2").md5(add.datetime .. "|" .. add.pos0)]
            if not is_held then server.to_apply = { add = { add } } end
        end
    end
    local known = server.rounds[entry.hash] or 0
    server.rounds[entry.hash] = known + 1
    if entry.confirmedDeletes then server.held, server.confirmed = 0, true end
    local to_apply = entry.receive ~= false and server.to_apply or {}
    return {
        hash = entry.hash, bookId = 7, applied = NOTHING_APPLIED, more = false, skippedNoPosition = 0, held = server.held or 0,
        toApply = { add = Wire.array(to_apply.add), edit = Wire.array(to_apply.edit), delete = Wire.array(to_apply.delete) },
        round = known + 1, resend = (entry.round or 0) > known or nil,
    }
end

function SECTIONS.bookmarks(server, entry, Wire)
    for _, change in ipairs(entry.changes) do
        server.dogears[change.datetime] = change
    end
    for _, deleted in ipairs(entry.deleted or {}) do
        server.dogears[deleted.dt] = nil
    end
    local to_apply = entry.receive ~= false and server.bookmarks_to_apply or {}
    return {
        hash = entry.hash, bookId = 7, accepted = #entry.changes, duplicates = 0, rejected = 0, deviceDeleted = 0,
        toApply = { add = Wire.array(to_apply.add), delete = Wire.array(to_apply.delete) }, more = false, skippedConversion = 0,
    }
end

function SECTIONS.annotationAcks(server, entry)
    for _, ack in ipairs(entry.applied) do
        table.insert(server.acked, ack)
    end
    for _, ack in ipairs(entry.deleted) do
        table.insert(server.acked, ack)
    end
    server.to_apply = nil
    return { hash = entry.hash, acked = #entry.applied + #entry.deleted }
end

function SECTIONS.bookmarkAcks(server, entry)
    for _, ack in ipairs(entry.applied) do
        table.insert(server.acked, ack)
    end
    for _, ack in ipairs(entry.deleted) do
        table.insert(server.acked, ack)
    end
    server.bookmarks_to_apply = nil
    return { hash = entry.hash, acked = #entry.applied + #entry.deleted }
end

local ROUTES = {
    ["/plugin/page-stats"] = "pageStats", ["/plugin/book-states"] = "bookStates", ["/plugin/annotations/exchange"] = "annotations",
    ["/plugin/annotations/exchange-ack"] = "annotationAcks", ["/plugin/bookmarks/exchange"] = "bookmarks",
    ["/plugin/bookmarks/exchange-ack"] = "bookmarkAcks",
}

-- protocol.md 4: every section under the name of its route's answer.
local function syncBook(server, book, Wire)
    if server.matched == false or (server.lacks or {})[book.hash] then return { hash = book.hash, unmatched = true } end
    local result = {
        hash = book.hash, match = { hash = book.hash, bookId = 7, bookFileId = 9, matchedBy = "current", title = "Server title" },
        progress = { newest = server.newest },
    }
    if book.progress then
        table.insert(server.pushed, book.progress)
        result.progress.accepted = true
    end
    if book.acks and book.acks.annotations then SECTIONS.annotationAcks(server, book.acks.annotations) end
    if book.acks and book.acks.bookmarks then SECTIONS.bookmarkAcks(server, book.acks.bookmarks) end
    for part, section in pairs({ pageStats = "pageStats", state = "bookStates", annotations = "annotations", bookmarks = "bookmarks" }) do
        if book[part] then
            book[part].hash, book[part].receive = book.hash, book.receive
            result[part] = SECTIONS[section](server, book[part], Wire)
            result[part].hash, result[part].bookId = nil, nil
        end
    end
    return result
end

local function answer(status, value)
    return status, { ["content-type"] = "application/json" }, require("bookorbit/api/wire").encode(value)
end

--- @param options table|nil { matched = false for a library without the book, lacks = set of fingerprints, remote = answer to a pull,
--   offline = a LuaSocket error, status + error = refuse everything, skew = server clock minus device clock,
--   capabilities, unknown_routes = an older server, to_apply / bookmarks_to_apply / state = what it sends, rejected, watermark, held,
--   merges = a change that comes ends its offers, plugin_version, plugin_files, plugin_package = the plugin it hands out }
-- @return a function(request) with the options readable and writable as fields
function memory_server.new(options)
    local server = options or {}
    server.pushed = {}
    server.rows, server.notes, server.dogears, server.acked, server.kept, server.rounds = {}, {}, {}, {}, {}, {}
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
            local body = request.body and decode(bodyOf(request))
            local now = os.time() + (server.skew or 0)
            if path == "/users/auth" then return answer(200, { authorized = "OK", username = "reader" }) end
            if path == "/plugin/version" then
                return answer(200, {
                    protocol = 1, serverTime = now, pluginVersion = server.plugin_version or "0.1.0", serverVersion = "1.2.3",
                    capabilities = Wire.array(server.capabilities), files = Wire.array(server.plugin_files),
                })
            end
            if path == "/plugin/package" then return 200, { ["content-type"] = "application/zip" }, server.plugin_package end
            if path == "/plugin/match-check" then
                local matches = Wire.array()
                for _, hash in ipairs(server.matched ~= false and body.hashes or {}) do
                    if not (server.lacks or {})[hash] then
                        table.insert(matches, { hash = hash, bookId = 7, bookFileId = 9, matchedBy = "current", title = "Server title" })
                    end
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
            if server.unknown_routes and (ROUTES[path] or path == "/plugin/sync") then return 404, {}, "{}" end
            if ROUTES[path] then
                local entry = body.books[1]
                if server.matched == false then
                    return answer(200, { protocol = 1, serverTime = now, results = Wire.array(), unmatched = Wire.array({ entry.hash }) })
                end
                return answer(200, { protocol = 1, serverTime = now, unmatched = Wire.array(),
                    results = Wire.array({ (SECTIONS[ROUTES[path]](server, entry, Wire)) }), rejected = Wire.array(server.rejected) })
            end
            if path == "/plugin/sync" then
                local books = Wire.array()
                for i, book in ipairs(body.books) do
                    books[i] = syncBook(server, book, Wire)
                end
                return answer(200, { protocol = 1, serverTime = now, books = books, rejected = Wire.array(server.rejected) })
            end
            if path == "/plugin/sweeps" then
                server.swept = body
                return answer(200, { protocol = 1, serverTime = now, ok = true, lastSweepAt = now, libraryVersion = 3 })
            end
            if path:find("^/syncs/progress/") then return answer(200, server.remote or {}) end
            error("the memory server does not know " .. path)
        end,
    })
end

return memory_server
