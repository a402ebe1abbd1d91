--- What must never pass for a deletion, and what the device writes so that it does not.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, seconds = highlights.highlight, highlights.seconds

describe("highlights that are gone without being deleted", function()
    local server

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server = started.server end)

    local open, close = device.openBook, device.close

    -- The sidecar is then what KOReader last wrote.
    local function startAgain()
        device.startAgain({ server = server, two_way = true })
    end

    it("stay on the server when the battery died before KOReader wrote the new ones", function()
        local sidecar = close(open({ highlight(1) }))
        local reader = open({ highlight(1) }, sidecar)
        table.insert(reader.annotation.annotations, highlight(2))
        local on_disk = { bookorbit_mark = sidecar.bookorbit_mark }
        reader:send("BookOrbitSyncBook")
        world.pass(10)
        assert.same({ "01", "02" }, seconds(server.notes))
        startAgain()
        close(open({ highlight(1) }, on_disk))
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("are deleted all the same when KOReader wrote them down before the battery died", function()
        local reader = open({ highlight(1), highlight(2) })
        table.remove(reader.annotation.annotations, 2)
        reader:send("Suspend")
        local on_disk = { bookorbit_mark = reader.book.sidecar.bookorbit_mark }
        startAgain()
        close(open({ highlight(1) }, on_disk))
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("stay when the book is opened with KOReader's other engine, which keeps its own", function()
        local sidecar = close(open({ highlight(1), highlight(2) }))
        local reader = open({}, sidecar, { paged = true })
        assert.is_nil(reader.plugin.book.notes)
        assert.matches("other engine", reader.plugin.panel:status().highlights)
        reader:turnTo(7)
        close(reader)
        assert.same({ "01", "02" }, seconds(server.notes))
        reader = open({ highlight(1) }, sidecar)
        close(reader)
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("are tied to the sidecar by what is written at close: one file, and no other", function()
        local sidecar = close(open({ highlight(1) }))
        server.offline = "network is unreachable"
        local reader = open({ highlight(1) }, sidecar)
        reader:turnTo(30)
        table.insert(reader.annotation.annotations, highlight(2))
        local JsonFile, written = require("bookorbit/store/json_file"), {}
        local write = JsonFile.write
        JsonFile.write = function(path, ...)
            table.insert(written, path:match("(%a+)/%x+%.json$"))
            return write(path, ...)
        end
        reader:close()
        JsonFile.write = write
        assert.same({ "outbox" }, written)
        startAgain()
        -- Deleted in the next sitting, while the entry of the first one still waits: the mark in it tells that this is no lost sidecar.
        server.offline = nil
        reader = open({ highlight(2) }, reader.book.sidecar)
        close(reader)
        assert.same({ "02" }, seconds(server.notes))
    end)

    it("stay when the sidecar was lost and the next sittings pass without a network", function()
        close(open({ highlight(1), highlight(2) }))
        server.offline = "network is unreachable"
        local reader = open({ highlight(1) }, {})
        reader:turnTo(8)
        local sidecar = close(reader)
        startAgain()
        reader = open({ highlight(1) }, sidecar)
        reader:turnTo(9)
        close(reader)
        startAgain()
        server.offline = nil
        close(open({ highlight(1) }, sidecar))
        world.pass(120)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("stay when the sidecar was lost and nothing is sent by itself, and are asked for at last", function()
        close(open({ highlight(1), highlight(2) }))
        world.background().settings:set("auto_sync", false)
        local sidecar = close(open({ highlight(1) }, {}))
        sidecar = close(open({ highlight(1) }, sidecar))
        world.background().settings:set("auto_sync", true)
        server.offered = { highlights.add(2) }
        local reader = open({ highlight(1) }, sidecar)
        assert.same({ "01", "02" }, seconds(server.notes))
        assert.equal(2, #reader.annotation.annotations)
        close(reader)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("come back when the battery died before KOReader wrote them, but after they were told", function()
        local sidecar = close(open({ highlight(1) }))
        local reader = open({ highlight(1) }, sidecar)
        local on_disk = { bookorbit_mark = sidecar.bookorbit_mark }
        server.offline = "network is unreachable"
        table.insert(reader.annotation.annotations, highlight(2))
        reader:send("Suspend")
        startAgain()
        server.offline, server.offered = nil, { highlights.add(2) }
        reader = open({ highlight(1) }, on_disk)
        world.pass(120)
        assert.same({ "01", "02" }, seconds(server.notes))
        reader:turnTo(9)
        close(reader)
        assert.same({ "01", "02" }, seconds(server.notes))
        assert.equal(2, #reader.annotation.annotations)
    end)

    it("are told all the same when more was read before the network came", function()
        local sidecar = close(open({ highlight(1) }))
        local reader = open({ highlight(1) }, sidecar)
        local on_disk = { bookorbit_mark = sidecar.bookorbit_mark }
        server.offline = "network is unreachable"
        table.insert(reader.annotation.annotations, highlight(2))
        reader:send("Suspend")
        startAgain()
        reader = open({ highlight(1) }, on_disk)
        reader:turnTo(9)
        close(reader)
        server.offline = nil
        world.pass(8000)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("made before the plugin was there, sent in vain and deleted in the same sitting, are deleted", function()
        world.respond = function(request)
            local status, headers, body = server(request)
            if request.url:find("/plugin/sync", 1, true) then return nil, "closed" end
            return status, headers, body
        end
        local reader = open({ highlight(1), highlight(2) })
        assert.same({ "01", "02" }, seconds(server.notes))
        table.remove(reader.annotation.annotations, 2)
        server.offered = { highlights.add(2) }
        world.respond = server
        close(reader)
        world.pass(120)
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("stay when the file of what the server has acknowledged is damaged", function()
        local reader = open({ highlight(1), highlight(2) })
        local path = world.folder .. "/bookorbit/books/" .. reader.plugin.book.key .. ".annotations"
        local sidecar = close(reader)
        local out = assert(io.open(path, "wb"))
        out:write("bookorbit 1\thalf a li")
        out:close()
        close(open({ highlight(1) }, sidecar))
        assert.same({ "01", "02" }, seconds(server.notes))
    end)
end)

describe("a highlight the reader changes while the answer is on its way", function()
    it("keeps the reader's words: they are sent, and merged by the server", function()
        local server = device.start({ capabilities = { "oneCallSync" }, two_way = true }).server
        local item = highlight(1, { note = "before" })
        local reader = world.open(highlights.book(world.file("book.epub"), { item }))
        world.pass(10)
        local second = highlight(2)
        table.insert(reader.annotation.annotations, second)
        reader:send("BookOrbitSyncBook")
        world.pass(10)
        server.merges = true
        local key = require("ffi/sha2").md5
        server.to_apply = {
            edit = { { serverId = 1, version = 2, key = key(item.datetime .. "|" .. item.pos0), datetime = item.datetime,
                drawer = "lighten", text = item.text, note = "from the web" } },
            delete = { { serverId = 2, key = key(second.datetime .. "|" .. second.pos0), datetime = second.datetime } },
        }
        reader:send("BookOrbitSyncBook")
        item.note, second.note = "written meanwhile", "and this"
        world.pass(10)
        assert.same({ "written meanwhile", "and this" }, { item.note, second.note })
        assert.equal(2, #reader.annotation.annotations)
        assert.equal(0, #server.acked)
        reader:close()
        world.pass(10)
        assert.equal("written meanwhile", server.notes[item.datetime].note)
        world.stop()
    end)
end)

describe("a KOReader without the annotations model", function()
    it("gets progress, page stats and status, and is told why not more", function()
        local server = device.start({ capabilities = { "oneCallSync" }, two_way = true }).server
        local reader = world.open({ file = world.file("book.epub"), sidecar = { summary = { status = "complete" } } })
        world.pass(5)
        reader:turnTo(8)
        reader:close()
        world.pass(5)
        local books = {}
        for _, request in ipairs(world.sent("/plugin/sync")) do
            table.insert(books, request.body.books[1])
        end
        assert.is_table(books[1].state)
        assert.is_nil(books[1].annotations)
        assert.equal("complete", server.kept.status)
        assert.equal(0.08, server.pushed[#server.pushed].percentage)
        reader = world.open(reader.book)
        assert.matches("2024.07", reader.plugin.panel:status().highlights)
        world.stop()
    end)
end)
