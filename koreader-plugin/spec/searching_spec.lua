--- Words are searched for in a child process, which may be cut off at any moment: nothing is lost, nothing doubled, and nobody waits.

local Aside = require("bookorbit/sync/aside")
local clock = require("support/clock")
local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local xpointer = highlights.xpointer
local WORDS = "words that stand elsewhere"

describe("a highlight that has to be searched for", function()
    local server, sync, searches, before_search

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started)
        server, sync, searches, before_search = started.server, started.sync, 0, nil
        local OpenBook = require("bookorbit/document/open_book")
        local search_task = OpenBook.searchTask
        OpenBook.searchTask = function(...)
            searches = searches + 1
            if before_search then before_search() end
            return search_task(...)
        end
    end)

    local function hang() world.ffiutil.hang = "once" end

    local function offer(fields)
        server.to_apply = { add = { highlights.add(5, { text = WORDS }) } }
        for name, value in pairs(fields or {}) do server.to_apply.add[1][name] = value end
    end

    local function open(annotations, seconds, fields)
        local book = highlights.book(world.file("book.epub"), annotations or {})
        book.texts[xpointer(7) .. " " .. xpointer(8)] = WORDS
        book.found = { [WORDS] = { { start = xpointer(7), ["end"] = xpointer(8) } } }
        for name, value in pairs(fields or {}) do book[name] = value end
        return device.open(book, seconds or 10)
    end

    it("is still the same when memory was tidied up meanwhile", function()
        offer()
        local reader
        before_search = function() collectgarbage() end
        local schedule = sync.schedule
        sync.schedule = function(...)
            collectgarbage()
            return schedule(...)
        end
        reader = open()
        collectgarbage()
        assert.equal(1, #reader.annotation.annotations)
        reader = device.reopen(reader)
        server.to_apply = { add = { highlights.add(6, { text = "words that are nowhere" }) } }
        sync.pulled = nil
        sync:request({ pull = true })
        for _ = 1, 100 do
            world.pass(0.1)
            collectgarbage()
        end
        assert.equal(1, #reader.plugin.panel:status().failed)
    end)

    local function kept()
        return sync.aside:get(sync.book.key, sync:accountId()).items
    end

    it("is acknowledged once it is found and in the list, and not before", function()
        offer()
        before_search = function()
            assert.same({}, server.acked)
            assert.equal(1, #kept())
        end
        local reader = open()
        assert.same({ 1, 1, "applied", xpointer(7) }, { searches, #reader.annotation.annotations, server.acked[1].status, server.acked[1].pos0 })
        assert.equal(0, #kept())
    end)

    it("while the device goes to sleep, waits, and is searched for again when it wakes up", function()
        offer()
        before_search = hang
        local reader = open(nil, 3)
        assert.equal(1, searches)
        reader:send("Suspend")
        assert.equal(1, #world.ffiutil.killed)
        assert.same({ {}, {} }, { server.acked, world.ui_manager.shown })
        world.pass(3600)
        assert.equal(1, searches)
        before_search = nil
        reader:send("Resume")
        world.pass(30)
        assert.same({ 2, 1, "applied" }, { searches, #reader.annotation.annotations, server.acked[1].status })
    end)

    it("while the book is closed, is searched for at the next opening, without a network if there is none", function()
        offer()
        before_search = hang
        local reader = open(nil, 3)
        local sidecar = device.close(reader)
        assert.same({ 1, 0, 1 }, { #world.ffiutil.killed, #reader.annotation.annotations, searches })
        before_search = nil
        world.network.connected = false
        reader = open(sidecar.annotations, 10, { sidecar = sidecar })
        assert.same({ 2, 1 }, { searches, #reader.annotation.annotations })
        server.to_apply, world.network.connected = nil, true
        device.close(reader)
        assert.same({ 1, "applied" }, { #server.acked, server.acked[1].status })
    end)

    it("and never comes to an end, is given up after a few openings, with a reason, until the reader asks for it", function()
        offer()
        before_search = hang
        local annotations = {}
        for _ = 1, 8 do annotations = device.close(open(annotations, 300)).annotations end
        assert.equal(4, searches)
        assert.equal("failed", server.acked[1].status)
        before_search, server.to_apply = nil, nil
        local reader = open(annotations)
        assert.equal(1, #reader.plugin.panel:status().failed)
        assert.equal(4, searches)
        reader.plugin.panel:retryFailed()
        world.pass(30)
        assert.same({ 5, 1 }, { searches, #reader.annotation.annotations })
    end)

    it("keeps back the network no longer than a minute, and a sync by hand not at all", function()
        offer()
        before_search = hang
        local reader = open(nil, 3)
        world.requests = {}
        reader:turnTo(9)
        sync:request({ pull = true })
        assert.equal(0, #world.requests)
        world.pass(70)
        assert.is_true(#world.requests > 0)
        world.pass(100)
        device.close(reader)
        reader = open(nil, 3)
        world.requests, before_search = {}, nil
        reader:send("BookOrbitSyncBook")
        assert.is_true(#world.requests > 0)
        world.pass(30)
        assert.equal(1, #reader.annotation.annotations)
    end)

    it("and was sent anew meanwhile, is not put in as it was", function()
        offer()
        before_search = function()
            before_search = nil
            local items = kept()
            local newer = {}
            for name, value in pairs(items[1].item) do newer[name] = value end
            newer.version, newer.note = 2, "thought over"
            world.ui_manager:scheduleIn(0.1, function()
                Aside.keep(sync.aside:get(sync.book.key, sync:accountId()), "add", newer)
                server.to_apply.add[1] = newer
            end)
        end
        local reader = open(nil, 2)
        assert.equal(0, #reader.annotation.annotations)
        sync.pulled = nil
        sync:request({ pull = true })
        world.pass(60)
        assert.equal("thought over", reader.annotation.annotations[1].note)
        assert.equal(1, #reader.annotation.annotations)
    end)

    it("waits where there is no memory for a child process", function()
        offer()
        before_search = function() world.ffiutil.fork_error = "fork failed" end
        local reader = open()
        assert.same({ {}, 1, 0 }, { server.acked, #kept(), #reader.annotation.annotations })
        before_search, world.ffiutil.fork_error = nil, false
        local sidecar = device.close(reader)
        reader = open(sidecar.annotations, 10, { sidecar = sidecar })
        assert.equal(1, #reader.annotation.annotations)
    end)

    it("does not keep back another one that is found", function()
        local first, second = highlights.add(5, { text = "words whose search never ends" }), highlights.add(6, { text = WORDS })
        server.to_apply = { add = { first, second } }
        before_search = function()
            before_search = nil
            hang()
        end
        local reader = open(nil, 200)
        assert.same({ WORDS }, { reader.annotation.annotations[1].text })
        assert.equal("applied", server.acked[1].status)
        assert.equal(first.text, kept()[1].item.text)
    end)
end)

describe("a child process that searches for several highlights", function()
    local PlaceSearch, seconds

    device.each({}, function() PlaceSearch, seconds = require("bookorbit/document/place_search"), 0 end)

    local function answered(count)
        local questions = {}
        for i = 1, count do questions[i] = { highlight = highlights.add(i, { text = WORDS }) } end
        return #PlaceSearch.answers({
            document = {
                info = { has_pages = false }, isXPointerInDocument = function() return false end, clearSelection = function() end,
                findAllText = function() clock.set(clock.now() + seconds) end,
            },
        }, questions)
    end

    it("answers them all when the device leaves it the time", function()
        assert.equal(5, answered(5))
    end)

    it("answers what it has before it is killed with all of it, on a device that leaves it little time", function()
        seconds = 16
        assert.equal(1, answered(5))
    end)
end)

describe("a newest place that has to be searched for", function()
    local server, sync, searches, hangs

    device.each({ capabilities = { "oneCallSync" }, newer = "silent" }, function(started)
        server, sync, searches, hangs = started.server, started.sync, 0, false
        local OpenBook = require("bookorbit/document/open_book")
        local search_task = OpenBook.searchTask
        OpenBook.searchTask = function(...)
            searches = searches + 1
            if hangs then world.ffiutil.hang = "once" end
            return search_task(...)
        end
        server.newest = { percentage = 0.4, readAt = os.time() - 60, source = "web", device = "BookOrbit web", own = false, quality = "exact",
            candidates = { { kind = "exact", position = xpointer(44) } }, textAfter = WORDS }
    end)

    local function open(seconds, fields)
        local book = highlights.book(world.file("book.epub"), {})
        book.after = { [xpointer(44)] = "Quite another passage of the book, of some length" }
        book.found = { [WORDS] = { { start = xpointer(42), ["end"] = "" } } }
        for name, value in pairs(fields or {}) do book[name] = value end
        return device.open(book, seconds or 10)
    end

    it("is gone to near its percentage when the search takes too long, or cannot be begun", function()
        hangs = true
        local reader = open(10)
        assert.equal(1, reader.page)
        world.pass(15)
        assert.equal(40, reader.page)
        reader:close()
        hangs, server.newest.readAt = false, os.time() - 10
        local OpenBook = require("bookorbit/document/open_book")
        local search_task = OpenBook.searchTask
        OpenBook.searchTask = function(...)
            world.ffiutil.fork_error = "fork failed"
            return search_task(...)
        end
        assert.equal(40, open().page)
    end)

    it("moves nobody who reads on meanwhile", function()
        sync.settings:set("older", "never")
        hangs = true
        local reader = open(5)
        reader:turnTo(2)
        world.pass(60)
        assert.same({ 1, 2 }, { #world.ffiutil.killed, reader.page })
    end)

    it("is not moved to, nor asked about, when the device goes to sleep, but once it wakes up", function()
        hangs = true
        local reader = open(5)
        reader:send("Suspend")
        assert.same({ 1, 0 }, { reader.page, #world.ui_manager.shown })
        hangs = false
        reader:send("Resume")
        world.pass(10)
        assert.equal(42, reader.page)
    end)

    it("is searched for once: what was found, or not, is remembered for the place", function()
        sync.settings:set("newer", "prompt")
        local reader = open(10, { found = {} })
        assert.equal(1, searches)
        world.ui_manager.shown = {}
        reader:close()
        world.pass(30)
        reader = open(10, { found = {} })
        assert.equal(1, #world.ui_manager.windows("confirmbox"))
        assert.equal(1, searches)
        world.ui_manager.shown = {}
        reader:close()
        world.pass(30)
        server.newest.readAt = os.time() - 5
        open(10)
        assert.equal(2, searches)
    end)

    it("is not begun again and again when it never ends", function()
        sync.settings:set("newer", "prompt")
        hangs = true
        for _ = 1, 8 do
            open(60):close()
            world.pass(30)
        end
        assert.equal(4, searches)
    end)
end)
