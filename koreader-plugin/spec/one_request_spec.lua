--- Everything of the open book in one request, and the newest place in its answer.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, xpointer = highlights.highlight, highlights.xpointer

describe("highlights", function()
    local server

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server = started.server end)

    it("travel with place, status and page stats in one request when a book opens, and one when it closes", function()
        local reader = device.openBook({ highlight(1) }, { summary = { status = "reading", rating = 4, modified = "2026-11-18" } })
        assert.equal(1, #world.sent("/plugin/version"))
        assert.equal(1, #world.sent("/plugin/sync"))
        world.requests = {}
        reader = device.reopen(reader)
        assert.equal(1, #world.requests)
        assert.equal("/plugin/sync", world.sent()[1].path)
        world.requests = {}
        reader:turnTo(7)
        table.insert(reader.annotation.annotations, highlight(9))
        reader:close()
        world.pass(10)
        assert.equal(1, #world.requests)
        local sent = world.sent()[1].body.books[1]
        assert.equal(1, #sent.annotations.changes)
        assert.equal(xpointer(7), sent.progress.progress)
    end)

    it("come with the newest place: the best candidate this document holds", function()
        server.newest = {
            percentage = 0.4, readAt = os.time() - 60, source = "kobo", device = "Kobo", own = false, quality = "nearby", chapter = "Nine",
            candidates = {
                { kind = "exact", position = "/body/DocFragment[999]/gone" }, { kind = "block", position = xpointer(40) },
                { kind = "percent", position = "0.4" },
            },
        }
        local reader = device.openBook({})
        local question = world.ui_manager.windows("confirmbox")[1]
        assert.matches("40.0 %% %(Nine%)", question.text)
        assert.matches("only nearly", question.text)
        question.ok_callback()
        assert.equal(40, reader.page)
        assert.equal(1, #reader.back_stack)
    end)

    it("come with a place of which only the percentage is left", function()
        world.background().settings:set("newer", "silent")
        server.newest = {
            percentage = 0.25, readAt = os.time() - 60, source = "web", device = "BookOrbit web", own = false, quality = "chapter",
            candidates = { { kind = "exact", position = "/body/DocFragment[999]/gone" }, { kind = "percent", position = "0.25" } },
        }
        assert.equal(25, device.openBook({}).page)
    end)
end)
