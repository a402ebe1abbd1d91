--- Which highlights and dog-ears count as deleted, and which are only gone.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, xpointer, seconds, DATETIME = highlights.highlight, highlights.xpointer, highlights.seconds, highlights.DATETIME

describe("highlights and dog-ears that are not here any more", function()
    local server

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server = started.server end)

    -- The server takes in what comes, and its answers get lost.
    local function loseAnswers()
        world.respond = function(request)
            server(request)
            return nil, "closed"
        end
    end

    it("are deleted there only when they were deleted here", function()
        local reader = device.openBook({ highlight(1), highlight(2), highlight(3) })
        table.remove(reader.annotation.annotations, 2)
        reader:close()
        world.pass(10)
        assert.same({ "01", "03" }, seconds(server.notes))
    end)

    it("deleted while there was no network are deleted once there is", function()
        local reader = device.openBook({ highlight(1), highlight(2) })
        server.offline = "network is unreachable"
        table.remove(reader.annotation.annotations, 1)
        reader = device.reopen(reader)
        reader:close()
        world.pass(10)
        server.offline = nil
        world.browse():handleEvent({ name = "NetworkConnected", handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(10)
        assert.same({ "02" }, seconds(server.notes))
    end)

    it("deleted before the device knew that they had arrived are deleted there as well", function()
        local reader = device.openBook({ highlight(1) })
        loseAnswers()
        table.insert(reader.annotation.annotations, highlight(2))
        reader = device.reopen(reader)
        assert.same({ "01", "02" }, seconds(server.notes))
        table.remove(reader.annotation.annotations, 2)
        world.respond = server
        reader:close()
        world.pass(120)
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("that had arrived before the battery died are not deleted by what is missing from the sidecar", function()
        local reader = device.openBook({ highlight(1) })
        reader = device.reopen(reader)
        loseAnswers()
        local sidecar = { bookorbit_mark = reader.book.sidecar.bookorbit_mark }
        table.insert(reader.annotation.annotations, highlight(2))
        reader:close()
        world.pass(10)
        assert.same({ "01", "02" }, seconds(server.notes))
        world.respond = server
        device.openBook({ highlight(1) }, sidecar)
        world.pass(120)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("are not deleted by a lost sidecar", function()
        local reader = device.openBook({ highlight(1), highlight(2), highlight(3) })
        reader:close()
        world.pass(10)
        device.openBook({}, {}):close()
        world.pass(10)
        assert.same({ "01", "02", "03" }, seconds(server.notes))
        for _, request in ipairs(world.sent("/plugin/sync")) do
            assert.is_nil(request.body.books[1].annotations.deleted)
        end
    end)

    it("are not deleted by a restored backup", function()
        local reader = device.openBook({ highlight(1) })
        reader:close()
        world.pass(10)
        local old_mark = reader.book.sidecar.bookorbit_mark
        reader = device.openBook({ highlight(1), highlight(2) }, reader.book.sidecar)
        reader:close()
        world.pass(10)
        device.openBook({ highlight(1) }, { bookorbit_mark = old_mark }):close()
        world.pass(10)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("are not deleted by KOReader's own import", function()
        local reader = device.openBook({ highlight(1), highlight(2) })
        reader:close()
        world.pass(10)
        world.file("book.epub.annotations.lua", 'return {\n    ["device_id"] = "another",\n}')
        device.openBook({ highlight(1) }, reader.book.sidecar):close()
        world.pass(10)
        assert.same({ "01", "02" }, seconds(server.notes))
    end)

    it("are deleted all the same where KOReader exports them at every close: its own export is not merged", function()
        local reader = device.openBook({ highlight(1), highlight(2) })
        reader:close()
        world.pass(10)
        world.file("book.epub.annotations.lua", ('return {\n    ["annotations"] = {},\n    ["device_id"] = %q,\n}')
            :format(world.global_settings.device_id))
        device.openBook({ highlight(1) }, reader.book.sidecar):close()
        world.pass(10)
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("move with the document's version instead of doubling", function()
        local reader = device.openBook({ highlight(1), highlight(2) })
        reader = device.reopen(reader, function(sidecar)
            for i, item in ipairs(sidecar.annotations) do
                item.pos0, item.page, item.pos1 = xpointer(10 + i), xpointer(10 + i), xpointer(10 + i)
            end
        end)
        reader:close()
        world.pass(10)
        assert.same({ "01", "02" }, seconds(server.notes))
        assert.equal(xpointer(11), server.notes[DATETIME:format(1)].pos0)
        for _, request in ipairs(world.sent("/plugin/sync")) do
            assert.is_nil(request.body.books[1].annotations.deleted)
        end
    end)
end)
