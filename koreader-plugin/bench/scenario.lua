--- A reader's large book on a device: so many highlights and page stats, a server in memory that takes packed requests.
-- Used by the benchmark, and with fewer rows by the spec that holds the counts.

local Server = require("support/memory_server")
local statistics = require("support/statistics")
local world = require("support/world")

local Scenario = { server_kilobytes = 0 }
Scenario.__index = Scenario

local SENTENCE = "It was the best of times for some of them and the worst for others, as such evenings are, and nobody said a word. "
local BOOKS_IN_STATISTICS = 300
local PAGES = 100
local CAPABILITIES = { "oneCallSync", "gzipRequests", "annotationSync", "bookmarkSync" }
-- Outbox entries carry so many changes; the rest follows by itself.
local ROUNDS_SECONDS = 4000

local function xpointer(number)
    return ("/body/DocFragment[%d]/body/p[1]/text().%d"):format(number % PAGES + 1, number)
end

local function highlight(number)
    local pos0, pos1 = xpointer(number), xpointer(number + 5000)
    return {
        datetime = os.date("!%Y-%m-%d %H:%M:%S", 1700000000 + number * 3601), drawer = "lighten", color = "yellow",
        text = SENTENCE:sub(1 + number % 20) .. number, note = number % 3 == 0 and "A thought on it, number " .. number or nil,
        chapter = "Chapter " .. number % 12, page = pos0, pos0 = pos0, pos1 = pos1, pageno = number % PAGES + 1,
    }
end

--- Rows as KOReader writes them, spread over many books; those of the first belong to the open one.
local function writeStatistics(path, md5, count, own)
    local books = { { title = "Open", md5 = md5 } }
    for i = 2, BOOKS_IN_STATISTICS do
        books[i] = { title = "Other " .. i, md5 = ("%032x"):format(i) }
    end
    statistics.write(path, books, {})
    statistics.run(path, ([[
        WITH RECURSIVE rows(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM rows WHERE i < %d)
        INSERT INTO page_stat_data
            SELECT CASE WHEN i <= %d THEN 1 ELSE 2 + i %% %d END, i %% 400, %d + i * 60, 20 + i %% 90, 400
            FROM rows;
    ]]):format(count, own, BOOKS_IN_STATISTICS - 1, world.NOW - 40 * 86400 - count * 60))
end

--- @param options table { highlights, rows = of the whole database, own_rows = of the open book }
function Scenario.start(options)
    local scenario = setmetatable({ options = options, offered = {}, elsewhere = {}, found = {} }, Scenario)
    scenario.server = Server.new({ capabilities = CAPABILITIES })
    world.start({ preset = world.PRESET, now = world.NOW, respond = function(request)
        local before = collectgarbage("count")
        local status, headers, body = scenario.server(request)
        Scenario.server_kilobytes = Scenario.server_kilobytes + math.max(0, collectgarbage("count") - before)
        return status, headers, body
    end })
    world.login():set("two_way", true)
    scenario.annotations, scenario.sidecar = {}, { summary = { status = "reading", modified = "2026-11-18" }, cre_dom_version = 20240114 }
    for i = 1, options.highlights do
        scenario.annotations[i] = highlight(i)
    end
    scenario.file = world.file("book.epub")
    scenario.md5 = require("util").partialMD5(scenario.file)
    scenario.statistics = world.folder .. "/statistics.sqlite3"
    writeStatistics(scenario.statistics, scenario.md5, options.rows, options.own_rows)
    return scenario
end

-- As KOReader writes a sidecar (docsettings.lua, dump.lua): all of it into one text, in the order of its keys.
local function dump(value, out, depth)
    if type(value) ~= "table" then
        table.insert(out, type(value) == "string" and ("%q"):format(value) or tostring(value))
        return
    end
    local keys = {}
    for key in pairs(value) do table.insert(keys, key) end
    table.sort(keys, function(a, b) return type(a) == type(b) and a < b or type(a) == "number" and type(b) ~= "number" end)
    table.insert(out, "{")
    for _, key in ipairs(keys) do
        table.insert(out, "\n" .. ("    "):rep(depth + 1) .. "[")
        dump(key, out, depth + 1)
        table.insert(out, "] = ")
        dump(value[key], out, depth + 1)
        table.insert(out, ",")
    end
    table.insert(out, "\n" .. ("    "):rep(depth) .. "}")
end

function Scenario:writeSidecar()
    local out = { "return " }
    dump(self.sidecar, out, 0)
    local file = assert(io.open(self.file .. ".sidecar", "wb"))
    file:write(table.concat(out))
    file:close()
    self.sidecars_written = (self.sidecars_written or 0) + 1
end

function Scenario:open()
    local xpointers, texts, after = {}, {}, {}
    for _, list in ipairs({ self.annotations, self.offered }) do
        for _, item in ipairs(list) do
            xpointers[item.pos0], xpointers[item.pos1] = item.pageno, item.pageno
            texts[item.pos0 .. " " .. item.pos1] = item.text
        end
    end
    for found, item in pairs(self.elsewhere) do
        xpointers[found.start], xpointers[found["end"]] = item.pageno, item.pageno
        texts[item.pos0 .. " " .. item.pos1] = "Other words"
        texts[found.start .. " " .. found["end"]] = item.text
        after[found.start] = item.text
    end
    self.reader = world.open({
        file = self.file, annotations = self.annotations, sidecar = self.sidecar, real_xpointers = xpointers, texts = texts, after = after,
        found = self.found, on_flush = function() self:writeSidecar() end,
        page = self.page or 3, xpointer = self.place, props = { title = "A Book With Many Highlights", authors = "Somebody Thorough" },
    })
    return self.reader
end

function Scenario:close()
    self.page, self.place = self.reader.page, self.reader.xpointer
    self.reader:close()
    self.reader = nil
end

--- Everything of a first exchange, so that what follows is everyday.
function Scenario:settle()
    for _ = 1, 3 do
        self:open()
        world.pass(ROUNDS_SECONDS)
        self:close()
        world.pass(ROUNDS_SECONDS)
    end
    assert(world.background().outbox:count("reader") == 0, "something still waits")
end

--- What a busy evening leaves: changed highlights, and rows of page stats.
function Scenario:beBusy(changed, rows)
    for i = 1, changed do
        local item = self.annotations[i * 7]
        item.note = "Thought over again, and written down anew, the " .. i .. "th time"
    end
    local added = {}
    for i = 1, rows do
        added[i] = { 1, i % 400, world.NOW - 86400 + i * 40, 30, 400 }
    end
    statistics.write(self.statistics, {}, added)
    self.reader:turnTo(self.reader.page + 1)
end

--- Requests since the last call: how many, and the bytes of each as sent, headers left out.
function Scenario.takeRequests()
    local requests = require("bookorbit/api/wire").array()
    for i, request in ipairs(world.requests) do
        requests[i] = { path = request.url:match("/api/v1/koreader(/.*)$"), bytes = request.body and #request.body or 0,
            is_packed = request.headers["content-encoding"] == "gzip" }
    end
    world.requests = {}
    return requests
end

--- Runs `f` and tells what it wrote: array of { path, bytes }, each file as often as it was written.
function Scenario.watchFiles(f)
    local real_open, written = io.open, {}
    io.open = function(path, mode) -- luacheck: ignore
        local file, reason = real_open(path, mode)
        if not file or not tostring(mode):find("w") then return file, reason end
        local entry = { path = path:match("[^/]+$"), bytes = 0 }
        table.insert(written, entry)
        -- What is handed to C functions must be the real file.
        return setmetatable({ real = file }, { __index = function(_, name)
            if name == "write" then
                return function(self, ...)
                    for _, part in ipairs({ ... }) do
                        entry.bytes = entry.bytes + #tostring(part)
                    end
                    local ok, problem = file:write(...)
                    return ok and self, problem
                end
            end
            return function(_, ...) return file[name](file, ...) end
        end })
    end
    local ffiutil = require("ffi/util")
    local real_sync = ffiutil.fsyncOpenedFile
    ffiutil.fsyncOpenedFile = function(file) return real_sync(file.real or file) end
    local ok, problem = pcall(f)
    io.open, ffiutil.fsyncOpenedFile = real_open, real_sync -- luacheck: ignore
    if not ok then error(problem, 0) end
    return written
end

-- What KOReader's search answers to any of the patterns that a text is looked for by: its beginning, or its end.
local function byPattern(found)
    return setmetatable({}, { __index = function(_, pattern)
        local hits = {}
        for _, one in ipairs(found) do
            if one.text:find(pattern, 1, true) then table.insert(hits, one.hit) end
        end
        return #hits > 0 and hits or nil
    end })
end

--- A page of what another device made and changed, as the server offers it to this one.
-- @param what table { adds, elsewhere = of those, how many stand at another place here, nowhere = and how many at none, edits }
function Scenario:offer(what)
    local adds, edits = {}, {}
    self.elsewhere, self.found, self.edited = {}, {}, {}
    for i = 1, what.adds do
        local item = highlight(10000 + i)
        adds[i] = {
            serverId = i, version = 1, datetime = item.datetime, datetimeUpdated = item.datetime, drawer = item.drawer,
            color = item.color, text = item.text, note = item.note, chapter = item.chapter, posFormat = "xpointer",
            pos0 = item.pos0, pos1 = item.pos1, pageno = item.pageno,
        }
        local hit = { start = item.pos0 .. "1", ["end"] = item.pos1 .. "1" }
        if i <= what.elsewhere then
            self.elsewhere[hit] = adds[i]
            self.found[#self.found + 1] = { text = item.text, hit = hit }
        elseif i <= what.elsewhere + what.nowhere then
            self.elsewhere[hit] = { pos0 = item.pos0, pos1 = item.pos1, pageno = item.pageno, text = "Other words as well" }
        end
    end
    for i = 1, what.edits do
        local item = self.annotations[i * 3]
        self.edited[i] = item
        edits[i] = {
            serverId = 5000 + i, version = 2, datetime = item.datetime, key = require("ffi/sha2").md5(item.datetime .. "|" .. item.pos0),
            drawer = "underscore", color = item.color, text = item.text, note = "Thought over elsewhere, number " .. i,
        }
    end
    self.server.to_apply, self.offered = { add = adds, edit = edits }, adds
    self.found = byPattern(self.found)
end

--- Closed books in KOReader's history, each with a sidecar of 60 highlights.
function Scenario:fillHistory(count)
    local history, docsettings = require("readhistory").hist, require("docsettings")
    for book = 1, count do
        local file, annotations = world.file(("closed-%d.epub"):format(book)), {}
        for i = 1, 60 do
            annotations[i] = highlight(20000 + book * 100 + i)
        end
        docsettings.put(file, {
            annotations = annotations, percent_finished = 1, summary = { status = "complete", modified = "2026-11-01" },
            last_xpointer = xpointer(4), doc_props = { title = "Closed " .. book, authors = "Somebody" },
        })
        history[book] = { file = file }
    end
    self.history = count
end

function Scenario.stop()
    world.stop()
end

return Scenario
