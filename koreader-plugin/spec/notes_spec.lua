--- Highlights, notes and dog-ears on their way to the server.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, xpointer, seconds, DATETIME = highlights.highlight, highlights.xpointer, highlights.seconds, highlights.DATETIME

describe("highlights and dog-ears", function()
    local server

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server = started.server end)

    it("go up in the first exchange, and not again", function()
        local reader = device.openBook({ highlight(1), highlight(2, { note = "mine" }), { datetime = DATETIME:format(3), page = xpointer(3) } })
        assert.same({ "01", "02" }, seconds(server.notes))
        assert.same({ "03" }, seconds(server.dogears))
        assert.equal("mine", server.notes[DATETIME:format(2)].note)
        server.notes = {}
        device.reopen(reader):close()
        world.pass(10)
        assert.same({}, seconds(server.notes))
    end)

    it("go up when a note's text changed without any date or event saying so", function()
        local item = highlight(1, { note = "old" })
        local reader = device.openBook({ item })
        item.note = "new"
        reader:close()
        world.pass(10)
        assert.equal("new", server.notes[DATETIME:format(1)].note)
    end)

    it("that the server could not use block nothing and are sent again only when they change", function()
        server.rejected = { { path = "books[0].annotations.changes[0]", reason = "note is too long" } }
        local item = highlight(1, { note = "long" })
        local reader = device.openBook({ item, highlight(2) })
        assert.same({ { text = "text 1", reason = "note is too long", file = "book.epub" } }, reader.plugin.panel:status().failed)
        server.rejected, server.notes = nil, {}
        reader = device.reopen(reader)
        assert.same({}, seconds(server.notes))
        item.note = "short"
        reader:close()
        world.pass(10)
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("go up in several exchanges when there are many", function()
        local many = {}
        for i = 1, 150 do
            many[i] = highlight(1, { datetime = ("2026-11-18 %02d:%02d:00"):format(math.floor(i / 60), i % 60), text = "text " .. i })
        end
        device.openBook(many)
        world.pass(60)
        local count = 0
        for _ in pairs(server.notes) do
            count = count + 1
        end
        assert.equal(150, count)
    end)

    it("that a server does not take are not sent for ever", function()
        server.capabilities, server.unknown_routes = {}, true
        local many = {}
        for i = 1, 150 do
            many[i] = highlight(1, { datetime = ("2026-11-18 %02d:%02d:00"):format(math.floor(i / 60), i % 60), text = "text " .. i })
        end
        device.openBook(many)
        world.pass(60)
        assert.is_true(#world.requests < 10)
    end)

    it("go by the single routes to a server without the one call, and not at all to one that knows none", function()
        server.capabilities = {}
        local reader = device.openBook({ highlight(1) }, { summary = { status = "complete", modified = "2026-11-18" } })
        assert.same({ "01" }, seconds(server.notes))
        assert.equal("complete", world.sent("/plugin/book-states")[1].body.books[1].status)
        reader:close()
        world.pass(10)
        server.unknown_routes, server.notes = true, {}
        table.insert(reader.book.sidecar.annotations, highlight(2))
        reader = device.openBook(reader.book.sidecar.annotations, reader.book.sidecar)
        reader:turnTo(5)
        reader:close()
        world.pass(10)
        assert.is_nil(world.background().settings:get("last_failure"))
        assert.equal(1, #server.pushed)
    end)
end)
