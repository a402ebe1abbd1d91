--- A server that was restored from a backup, or to which a document is another file now: it has forgotten what was agreed on.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, seconds, DATETIME = highlights.highlight, highlights.seconds, highlights.DATETIME

describe("what the server has forgotten", function()
    local server, file

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started)
        server, file = started.server, started.file
    end)

    local function forget()
        server.notes, server.dogears, server.pushed, server.kept, server.rounds, server.rows = {}, {}, {}, {}, {}, {}
        world.requests = {}
    end

    local function dogEar(number)
        return { datetime = DATETIME:format(number), page = highlights.xpointer(number) }
    end

    it("is told anew at the next opening: highlights, dog-ears, the place, status and rating", function()
        local summary = { status = "reading", rating = 4, modified = "2026-11-18" }
        local reader = device.openBook({ highlight(1, { note = "mine" }), highlight(2), dogEar(3) }, { summary = summary })
        reader:turnTo(2)
        local sidecar = device.close(reader)
        forget()
        reader = device.openBook(sidecar.annotations, sidecar)
        assert.same({ "01", "02" }, seconds(server.notes))
        assert.equal("mine", server.notes[DATETIME:format(1)].note)
        assert.same({ "03" }, seconds(server.dogears))
        assert.same({ status = "reading", rating = 4 }, server.kept)
        assert.is_number(server.pushed[#server.pushed].percentage)
        -- Told once.
        local count = #world.sent("/plugin/sync")
        world.requests = {}
        device.reopen(reader):close()
        world.pass(10)
        assert.is_true(count <= 3)
        for _, request in ipairs(world.sent("/plugin/sync")) do
            assert.same({}, request.body.books[1].annotations and request.body.books[1].annotations.changes or {})
        end
    end)

    it("does not roll back what is here: neither a rating nor an edited note", function()
        local item = highlight(1, { note = "older" })
        local reader = device.openBook({ item }, { summary = { status = "reading", rating = 2, modified = "2026-11-17" } })
        reader.book.sidecar.summary.rating = 5
        item.note = "newer"
        local sidecar = device.close(reader)
        forget()
        server.kept = { status = "reading", rating = 2 }
        server.merges = true
        server.to_apply = { edit = { {
            serverId = 41, version = 2, key = require("ffi/sha2").md5(item.datetime .. "|" .. item.pos0), datetime = item.datetime,
            datetimeUpdated = item.datetime, drawer = "lighten", color = "yellow", text = item.text, note = "from before the backup",
        } } }
        reader = device.openBook(sidecar.annotations, sidecar)
        assert.equal("newer", reader.annotation.annotations[1].note)
        assert.equal("newer", server.notes[item.datetime].note)
        assert.equal(5, reader.book.sidecar.summary.rating)
        assert.equal(5, server.kept.rating)
    end)

    it("and was deleted here meanwhile is still deleted", function()
        local reader = device.openBook({ highlight(1), highlight(2) })
        local sidecar = device.close(reader)
        local had = server.notes
        forget()
        server.notes = had
        table.remove(sidecar.annotations, 1)
        device.openBook(sidecar.annotations, sidecar)
        assert.same({ "02" }, seconds(server.notes))
    end)

    it("of a closed book is told by a sweep", function()
        local sidecar = device.close(device.openBook({ highlight(1), highlight(2) }))
        require("docsettings").put(file, sidecar)
        forget()
        require("readhistory").hist[1] = { file = file }
        world.browse():handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(120)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("is not told for ever to a server that only says so", function()
        local reader = device.openBook({ highlight(1) })
        local respond = world.respond
        world.respond = function(request)
            local status, headers, body = respond(request)
            return status, headers, body and (body:gsub('"round":(%d+)', '"resend":true,"round":%1'))
        end
        world.requests = {}
        device.reopen(reader)
        world.pass(60)
        assert.is_true(#world.sent("/plugin/sync") < 5)
    end)
end)
