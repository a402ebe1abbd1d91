--- The plugin against a running BookOrbit with the network failing at each request in turn: the same end.
-- Runs where the environment names a server, as end_to_end_spec.lua does, and besides:
--   BOOKORBIT_E2E_PLAYS    how many books `play-<n>.epub` lie in BOOKORBIT_E2E_BOOKS, each with 20 chapters and none of them read yet
--   BOOKORBIT_E2E_ALL=1    every request fails in every way, as far as the books last; BOOKORBIT_E2E_FROM=11 begins with the 11th request
--   BOOKORBIT_E2E_REPORT   a file to write down how many of them were read; the server's side of them is compared by who started it

local clock = require("support/clock")
local faulty_proxy = require("support/faulty_proxy")
local lfs = require("lfs")
local socket = require("socket")
local statistics = require("support/statistics")
local world = require("support/world")

local ORIGIN, PLAYS = os.getenv("BOOKORBIT_E2E_ORIGIN"), tonumber(os.getenv("BOOKORBIT_E2E_PLAYS"))
local BLOCK_SECONDS = 0.6 -- less than the silent proxy is silent

describe("against a real server over a network that fails", function()
    if not ORIGIN or not PLAYS then return end

    local PAGES = 20
    local folders, proxy

    local function xpointer(page, offset)
        return ("/body/DocFragment[%d]/body/p[1]/text().%d"):format(page, offset or 0)
    end

    local function textOf(page)
        return "words of page " .. page
    end

    local function highlight(page)
        return {
            datetime = ("2026-11-18 10:00:%02d"):format(page), drawer = "lighten", color = "yellow", text = textOf(page), chapter = "One",
            page = xpointer(page), pos0 = xpointer(page), pos1 = xpointer(page, #textOf(page)), pageno = page,
        }
    end

    local function dogEar(page)
        return { datetime = ("2026-11-18 10:00:%02d"):format(page), page = xpointer(page), text = "in One", chapter = "One", pageno = page }
    end

    local function remove(list, page)
        for i = #list, 1, -1 do
            if list[i].datetime == highlight(page).datetime then table.remove(list, i) end
        end
    end

    local function copy(from, to)
        local source, target = assert(io.open(from, "rb")), assert(io.open(to, "wb"))
        target:write(source:read("*a"))
        source:close()
        target:close()
    end

    -- A request to where nobody listens, or to a name nobody has.
    local function unreachable(kind)
        if kind == "no_name" then return "http://bookorbit.invalid" end
        local unused = assert(socket.bind("127.0.0.1", 0))
        local _, port = unused:getsockname()
        unused:close()
        return "http://127.0.0.1:" .. port
    end

    -- One device, started anew with what it wrote before.
    -- @param seconds number How long it will be used by its own clock, which runs faster than the server's and is right at the end
    local function onDevice(play, device, seconds, f)
        world.start({
            folder = folders[device], device_id = device .. ("%031X"):format(play.number), has_real_network = true,
            now = clock.real() - seconds,
            preset = { origin = proxy.origin, username = os.getenv("BOOKORBIT_E2E_USERNAME"), userkey = os.getenv("BOOKORBIT_E2E_KEY") },
        })
        folders[device] = world.folder
        require("socketutil").longest_block = BLOCK_SECONDS
        local Http = require("bookorbit/api/http")
        local send = Http.send
        Http.send = function(request)
            play.count = play.count + 1
            local is_lost = play.count == play.fails_at and (play.kind == "no_name" or play.kind == "refused")
            if not is_lost then return send(request) end
            local there = unreachable(play.kind)
            return send({ method = request.method, headers = request.headers, body = request.body,
                url = there .. request.url:match("^http://[^/]+(.*)$") })
        end
        local settings = world.background().settings
        for name, value in pairs({ auto_sync = true, two_way = true, newer = "silent" }) do
            settings:set(name, value)
        end
        local ok, problem = pcall(f)
        settings:flush()
        local waiting = world.background().outbox:count(os.getenv("BOOKORBIT_E2E_USERNAME"))
        world.stop(true)
        if not ok then error(problem, 0) end
        return waiting
    end

    -- As KOReader writes it when the book closes.
    local function putSidecar(sidecar)
        require("docsettings").put(world.folder .. "/book.epub", {
            annotations = sidecar.list, summary = sidecar.summary, percent_finished = sidecar.page / PAGES,
            last_xpointer = sidecar.place, bookorbit_mark = sidecar.bookorbit_mark,
        })
    end

    -- A book opened, something done in it, and closed; then time enough for what failed to be tried again.
    local function sitting(play, device, sidecar, f, seconds)
        return onDevice(play, device, 510 + (seconds or 0), function()
            local file = world.folder .. "/book.epub"
            if lfs.attributes(file, "mode") ~= "file" then
                copy(("%s/play-%d.epub"):format(os.getenv("BOOKORBIT_E2E_BOOKS"), play.number), file)
            end
            if device == "A" and lfs.attributes(world.folder .. "/statistics.sqlite3", "mode") ~= "file" then
                local rows = {}
                for i = 1, 30 do
                    rows[i] = { 1, i % PAGES + 1, 1794000000 + i * 50, 40, PAGES }
                end
                statistics.write(world.folder .. "/statistics.sqlite3", { { title = "Play", md5 = require("util").partialMD5(file) } }, rows)
            end
            local real, texts = {}, {}
            for page = 1, PAGES do
                real[xpointer(page, #textOf(page))] = page
                texts[xpointer(page) .. " " .. xpointer(page, #textOf(page))] = textOf(page)
            end
            require("readhistory").hist[1] = { file = file }
            local reader = world.open({
                file = file, annotations = sidecar.list, sidecar = sidecar, pages = PAGES, real_xpointers = real, texts = texts,
                page = sidecar.page or 1, xpointer = sidecar.place, props = { title = "Play " .. play.number, authors = "Author" },
            })
            world.pass(100)
            f(reader)
            sidecar.page, sidecar.place = reader.page, reader.xpointer
            reader:close()
            putSidecar(sidecar)
            world.pass(400)
        end)
    end

    -- All books by hand, this one closed.
    local function sweep(play, device, sidecar)
        return onDevice(play, device, 810, function()
            require("readhistory").hist[1] = { file = world.folder .. "/book.epub" }
            putSidecar(sidecar)
            world.browse().plugin:onBookOrbitSyncAll()
            world.pass(400)
            world.background().sync:networkConnected()
            world.pass(400)
        end)
    end

    local function plain(list)
        local found = {}
        for i, item in ipairs(list) do
            found[i] = table.concat({ item.drawer and item.datetime or "dog-ear", tostring(item.text), tostring(item.note),
                tostring(item.color), item.pos0 or item.page }, " | ")
        end
        table.sort(found)
        return found
    end

    -- @return what both devices have at the end, and how many requests it took
    local function play(number, fails_at, kind)
        local this = { number = number, count = 0, fails_at = fails_at, kind = kind }
        folders = {}
        local is_proxied = kind ~= "refused" and kind ~= "no_name"
        proxy = faulty_proxy.start(ORIGIN, is_proxied and fails_at or nil, kind)
        local a = { summary = { status = "reading", modified = "2026-11-18", rating = 3 }, list = { highlight(2), highlight(3), highlight(5) } }
        local b = { summary = {}, list = {} }
        local ok, problem = pcall(function()
            sitting(this, "A", a, function(reader)
                reader:turnTo(7)
                world.pass(1000) -- what the other device reads later was read later, however often it had to be sent
            end, 1000)
            sitting(this, "B", b, function(reader)
                -- Where the machine is busy an answer may come too late besides, and what is not there cannot be edited.
                for _ = 1, 8 do
                    if #b.list < #a.list then world.pass(60) end
                end
                reader:turnTo(9)
                for i, item in ipairs(b.list) do
                    if item.text == textOf(2) then item.note = "from the other device" end
                    if item.text == textOf(3) then this.deleted = i end
                end
                if this.deleted then table.remove(b.list, this.deleted) end
            end)
            sitting(this, "A", a, function(reader)
                reader:turnTo(reader.page) -- only looks
                a.summary.status = "complete"
            end)
            sitting(this, "B", b, function() end)
            -- Made on the first device while the plugin was away; its sidecar tells of them. What a sweep has told is deleted, in the closed
            -- book and in the open one: whatever the device knows of its arrival, it must not come back.
            for _, made in ipairs({ highlight(11), highlight(12), dogEar(13) }) do table.insert(a.list, made) end
            sweep(this, "A", a)
            remove(a.list, 11)
            this.waiting = sweep(this, "A", a)
            sitting(this, "A", a, function()
                remove(a.list, 12)
                remove(a.list, 13)
            end)
            -- Whatever failed last has been tried again by now.
            this.waiting = this.waiting + sitting(this, "A", a, function() end) + sitting(this, "B", b, function() end)
        end)
        proxy.stop()
        for _, folder in pairs(folders) do
            os.execute("rm -rf '" .. folder .. "'")
        end
        if not ok then error(problem, 0) end
        return {
            a = plain(a.list), b = plain(b.list), summary_a = { a.summary.status, a.summary.rating },
            summary_b = { b.summary.status, b.summary.rating }, place_a = a.place, place_b = b.place, waiting = this.waiting,
        }, this.count
    end

    it("changes nothing in the end, whichever request fails and however", function()
        local expected, count = play(1, nil, nil)
        assert.same(expected.a, expected.b)
        assert.equal(2, #expected.a)
        assert.equal(expected.place_a, expected.place_b)
        assert.same({ { "complete", 3 }, 0 }, { expected.summary_b, expected.waiting })
        local number, kinds = 1, { "refused", "no_name" }
        for _, kind in ipairs(faulty_proxy.KINDS) do
            kinds[#kinds + 1] = kind
        end
        for fails_at = tonumber(os.getenv("BOOKORBIT_E2E_FROM")) or 1, count do
            -- Every request in some ways, every way at some requests.
            for i, kind in ipairs(kinds) do
                if number < PLAYS and (os.getenv("BOOKORBIT_E2E_ALL") or (i + fails_at) % 4 == 0) then
                    number = number + 1
                    local state = play(number, fails_at, kind)
                    assert.same(expected, state, ("request %d of %d: %s"):format(fails_at, count, kind))
                end
            end
        end
        local report = assert(io.open(os.getenv("BOOKORBIT_E2E_REPORT"), "w"))
        report:write(("%d %d"):format(number, count))
        report:close()
    end)
end)
