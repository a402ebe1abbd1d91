--- A sweep whose answer is lost: the server has what it sent, and this device does not know.

local device = require("support/device")
local disk = require("support/disk")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, seconds = highlights.highlight, highlights.seconds

local function dogEar(number)
    return { datetime = highlights.DATETIME:format(number), page = highlights.xpointer(number), text = "in One" }
end

describe("what a sweep sent in vain", function()
    local server, file, doc_settings
    local OPTIONS = { capabilities = { "oneCallSync" }, two_way = true, knows_server = true }

    local function take(started)
        server, file, doc_settings = started.server, started.file, require("docsettings")
    end

    device.each(OPTIONS, take)

    local function startAgain()
        take(device.startAgain({ server = server, two_way = true, knows_server = true, auto_sync = world.background().settings:get("auto_sync") }))
    end

    local function sendNothingByItself()
        world.background().settings:set("auto_sync", false)
    end

    -- @param lost string|nil "answer" is lost, or the request does not reach the server
    local function sweep(lost)
        require("readhistory").hist[1] = { file = file }
        world.respond = not lost and server or function(request)
            if not request.url:find("/plugin/sync", 1, true) then return server(request) end
            if lost == "answer" then server(request) end
            return nil, "closed"
        end
        world.browse():handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(120)
        world.respond = server
    end

    local function put(annotations, fields)
        local sidecar = doc_settings:hasSidecarFile(file) and doc_settings:open(file).data or {}
        sidecar.annotations = annotations
        for name, value in pairs(fields or {}) do sidecar[name] = value end
        doc_settings.put(file, sidecar)
        return sidecar
    end

    -- A sitting with the book, which KOReader's sidecar outlives.
    local function read(f)
        local sidecar = doc_settings:open(file).data
        local reader = world.open(highlights.book(file, sidecar.annotations, sidecar))
        world.pass(30)
        if f then f(reader.annotation.annotations, sidecar) end
        reader:close()
        doc_settings.put(file, reader.book.sidecar)
        world.pass(120)
    end

    local function numbersHere()
        local list = {}
        for _, item in ipairs(doc_settings:open(file).data.annotations) do list[#list + 1] = item.datetime:sub(-2) end
        return list
    end

    -- The book as most are: read with the plugin, so that its sidecar bears the mark.
    local function readBefore()
        put({ highlight(1), dogEar(11) })
        read()
        assert.same({ "01" }, seconds(server.notes))
    end

    for _, how in ipairs({ "at once", "after a restart" }) do
        local function pause()
            if how == "after a restart" then startAgain() end
        end

        it("and is deleted in the closed book is deleted on the server, " .. how, function()
            readBefore()
            put({ highlight(1), highlight(2), dogEar(11), dogEar(12) })
            sweep("answer")
            assert.same({ "01", "02" }, seconds(server.notes))
            assert.same({ "11", "12" }, seconds(server.dogears))
            put({ highlight(1), dogEar(11) })
            pause()
            sweep()
            assert.same({ "01" }, seconds(server.notes))
            assert.same({ "11" }, seconds(server.dogears))
        end)

        it("and is deleted in the open book is deleted on the server, " .. how, function()
            readBefore()
            put({ highlight(1), highlight(2), dogEar(11), dogEar(12) })
            sweep("answer")
            pause()
            read(function(list)
                table.remove(list, 4)
                table.remove(list, 2)
            end)
            assert.same({ "01" }, seconds(server.notes))
            assert.same({ "11" }, seconds(server.dogears))
        end)

        it("and is deleted in the open book without a network is deleted once there is one, " .. how, function()
            readBefore()
            put({ highlight(1), highlight(2), dogEar(11), dogEar(12) })
            sweep("answer")
            pause()
            server.offline = "network is unreachable"
            read(function(list)
                table.remove(list, 4)
                table.remove(list, 2)
            end)
            server.offline = nil
            pause()
            world.browse():handleEvent({ name = "NetworkConnected", handler = "onNetworkConnected", args = { n = 0 } })
            world.pass(120)
            assert.same({ "01" }, seconds(server.notes))
            assert.same({ "11" }, seconds(server.dogears))
        end)

        it("and is deleted in the open book while nothing is sent by itself is deleted with the next sweep, " .. how, function()
            sendNothingByItself()
            put({ highlight(1), highlight(2), dogEar(12) })
            sweep("answer") -- the first of this book at all
            read(function(list)
                table.remove(list, 3)
                table.remove(list, 2)
            end)
            pause()
            sweep()
            assert.same({ "01" }, seconds(server.notes))
            assert.same({}, seconds(server.dogears))
        end)

        it("and is edited arrives as edited, and can still be deleted, " .. how, function()
            readBefore()
            put({ highlight(1), highlight(2) })
            sweep("answer")
            put({ highlight(1), highlight(2, { note = "later" }) })
            pause()
            sweep("answer")
            assert.equal("later", server.notes[highlights.DATETIME:format(2)].note)
            put({ highlight(1) })
            sweep()
            assert.same({ "01" }, seconds(server.notes))
        end)

        it("twice is deleted on the server, whichever of the two brought it, " .. how, function()
            readBefore()
            put({ highlight(1), highlight(2) })
            sweep("answer")
            put({ highlight(1), highlight(3) })
            pause()
            sweep("answer")
            put({ highlight(1) })
            pause()
            sweep()
            assert.same({ "01" }, seconds(server.notes))
        end)

        it("stays on the server when the sidecar is lost, and is asked for anew, " .. how, function()
            sendNothingByItself()
            put({ highlight(1), highlight(2) })
            sweep("answer")
            doc_settings.put(file, { annotations = { highlight(2) } })
            pause()
            read()
            sweep()
            assert.same({ "01", "02" }, seconds(server.notes))
            local sent = world.sent("/plugin/sync")
            local last = sent[#sent].body.books[1].annotations
            assert.is_true(last.keysComplete)
            assert.equal(1, #last.keys)
        end)

        it("of its status is taken back when the reader took it back, " .. how, function()
            put({}, { summary = { status = "reading", rating = 3 } })
            read()
            put({}, { summary = { status = "complete", rating = 5 } })
            sweep("answer")
            assert.same({ "complete", 5 }, { server.kept.status, server.kept.rating })
            put({}, { summary = { status = "reading", rating = 3 } })
            pause()
            sweep()
            assert.same({ "reading", 3 }, { server.kept.status, server.kept.rating })
            assert.same({ "reading", 3 }, { doc_settings:open(file).data.summary.status, doc_settings:open(file).data.summary.rating })
        end)
    end

    it("of its status is taken back although something else of it waits to be sent", function()
        put({}, { summary = { status = "reading", rating = 3 } })
        read()
        put({}, { summary = { status = "complete", rating = 3 } })
        sweep("answer")
        assert.equal("complete", server.kept.status)
        server.offline = "network is unreachable"
        put({}, { summary = { status = "reading", rating = 4 } })
        read()
        server.offline = nil
        world.browse():handleEvent({ name = "NetworkConnected", handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(120)
        assert.same({ "reading", 4 }, { server.kept.status, server.kept.rating })
        assert.is_nil(require("lfs").attributes(world.folder .. "/bookorbit/books/" .. require("bookorbit/store/ledger").key(file) .. ".arriving"))
    end)

    it("never arrived and was deleted since costs nothing", function()
        readBefore()
        put({ highlight(1), highlight(2) })
        sweep("request")
        put({ highlight(1) })
        sweep()
        assert.same({ "01" }, seconds(server.notes))
        assert.same({ "01" }, numbersHere())
    end)

    it("moved with the document's version is no deletion", function()
        readBefore()
        put({ highlight(1), highlight(2) })
        sweep("answer")
        local moved = highlight(2)
        moved.page, moved.pos0, moved.pos1 = highlights.xpointer(40), highlights.xpointer(40), highlights.xpointer(40)
        put({ highlight(1), moved })
        sweep()
        assert.same({ "01", "02" }, seconds(server.notes))
        assert.equal(highlights.xpointer(40), server.notes[highlights.DATETIME:format(2)].pos0)
    end)

    it("is not held against another account", function()
        readBefore()
        put({ highlight(1), highlight(2) })
        sweep("answer")
        put({ highlight(1) })
        local panel = world.browse().plugin.panel
        panel:useAccount({ origin = "https://other.example.com", username = "other", userkey = ("cd"):rep(16) })
        server.notes, world.requests = {}, {}
        sweep()
        for _, request in ipairs(world.sent("/plugin/sync")) do
            assert.is_nil(request.body.books[1].annotations and request.body.books[1].annotations.deleted)
        end
    end)

    for how, stop in pairs({
        ["stopped by the reader"] = function(browser) browser.plugin.panel:syncAll() end,
        ["cut off by suspend"] = function(browser) browser.plugin:onSuspend() end,
    }) do
        it("when it was " .. how .. " half-way is known all the same", function()
            readBefore()
            put({ highlight(1), highlight(2), dogEar(12) })
            require("readhistory").hist[1] = { file = file }
            local browser = world.browse()
            browser:handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
            for _ = 1, 1000 do
                if #seconds(server.notes) == 2 then break end
                world.pass(0.05)
            end
            assert.is_true(world.background().sync.child:isBusy())
            stop(browser)
            assert.is_false(world.background().sync.child:isBusy())
            world.pass(30)
            browser.plugin:onResume()
            put({ highlight(1) })
            sweep()
            assert.same({ "01" }, seconds(server.notes))
            assert.same({}, seconds(server.dogears))
        end)
    end

    it("by a child that was killed half-way is known all the same", function()
        readBefore()
        put({ highlight(1), highlight(2) })
        local received
        require("readhistory").hist[1] = { file = file }
        local browser = world.browse()
        world.respond = function(request)
            received = { server(request) }
            if request.url:find("/plugin/sync", 1, true) then error("killed") end
            return unpack(received)
        end
        world.expects_error = true
        browser:handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(60)
        world.respond = server
        assert.same({ "01", "02" }, seconds(server.notes))
        put({ highlight(1) })
        sweep()
        assert.same({ "01" }, seconds(server.notes))
    end)

    -- The battery dies at a write of the sweep; then the reader deletes the highlight, or does not.
    local function sweepWithFlatBattery(dies_at, is_deleted)
        readBefore()
        put({ highlight(1), highlight(2), dogEar(12) }, { summary = { status = "complete" } })
        local storage = disk.install(world.folder .. "/bookorbit/", dies_at)
        require("readhistory").hist[1] = { file = file }
        world.respond = function(request)
            if storage.is_dead then return nil, "network is unreachable" end
            return server(request)
        end
        world.browse():handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(120)
        storage.restore()
        world.respond, world.expects_error = server, true
        startAgain()
        if is_deleted then put({ highlight(1) }, { summary = { status = "reading" } }) end
        sweep()
        read()
        return storage.steps, storage.is_dead
    end

    it("is known wherever the battery died", function()
        local steps = sweepWithFlatBattery(nil, true)
        assert.is_true(steps > 6)
        for dies_at = 1, steps do
            for _, is_deleted in ipairs({ true, false }) do
                world.stop()
                take(device.start(OPTIONS))
                local _, is_dead = sweepWithFlatBattery(dies_at, is_deleted)
                local where = ("step %d of %d, %s"):format(dies_at, steps, is_deleted and "deleted" or "kept")
                assert.is_true(is_dead, where)
                assert.same(is_deleted and { "01" } or { "01", "02" }, seconds(server.notes), where)
                assert.same(is_deleted and {} or { "12" }, seconds(server.dogears), where)
                assert.equal(is_deleted and "reading" or "complete", server.kept.status, where)
                assert.same(is_deleted and { "01" } or { "01", "02", "12" }, numbersHere(), where)
                world.expects_error = true
            end
        end
        world.expects_error = true
    end)
end)
