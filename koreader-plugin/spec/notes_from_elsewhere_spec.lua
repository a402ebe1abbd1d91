--- Highlights and dog-ears that the server sends: into the open book, or not.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, xpointer, seconds, DATETIME = highlights.highlight, highlights.xpointer, highlights.seconds, highlights.DATETIME

describe("highlights and dog-ears", function()
    local server, file

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server, file = started.server, started.file end)

    local function addOf(number, fields)
        local add = highlights.add(number, {
            serverId = 100 + number, datetimeUpdated = DATETIME:format(number), drawer = "underscore", color = "red",
        })
        for name, value in pairs(fields or {}) do
            add[name] = value
        end
        return add
    end

    it("made elsewhere are added where their text stands, acknowledged, and not sent back", function()
        server.to_apply = { add = { addOf(5), addOf(4, { note = "theirs" }) } }
        local reader = device.openBook({})
        local list = reader.annotation.annotations
        assert.equal(2, #list)
        assert.same({ "text 4", "theirs", "underscore", "red", xpointer(4), 4 },
            { list[1].text, list[1].note, list[1].drawer, list[1].color, list[1].page, list[1].pageno })
        assert.same({ "applied", "applied" }, { server.acked[1].status, server.acked[2].status })
        assert.is_true(server.acked[1].verified)
        assert.same({}, seconds(server.notes))
        -- One event for both, so that the statistics count them right.
        assert.equal(1, #reader.modified)
        assert.equal(1, reader.modified[1].nb_highlights_added)
        assert.equal(1, reader.modified[1].nb_notes_added)
    end)

    it("made elsewhere are searched for when the text is another one, and reported corrected", function()
        server.to_apply = { add = { addOf(5, { text = "a longer text somewhere" }) } }
        local prepared = highlights.book(file, {})
        prepared.texts[xpointer(7) .. " " .. xpointer(8)] = "a longer  text somewhere"
        prepared.found = { ["a longer text somewhere"] = { { start = xpointer(7), ["end"] = xpointer(8) } } }
        local reader = world.open(prepared)
        world.pass(10)
        assert.equal(xpointer(7), reader.annotation.annotations[1].pos0)
        assert.same({ "applied", true, xpointer(7), xpointer(8) },
            { server.acked[1].status, server.acked[1].corrected, server.acked[1].pos0, server.acked[1].pos1 })
    end)

    it("that find no place are kept out, reported with the reason, and shown", function()
        server.to_apply = { add = { addOf(5, { text = "not in this book" }), addOf(6, { pos0 = "/body/DocFragment[900]/x" }) } }
        local reader = device.openBook({})
        assert.equal(0, #reader.annotation.annotations)
        assert.same({ "failed", "failed" }, { server.acked[1].status, server.acked[2].status })
        local reasons, failed = {}, {}
        for _, ack in ipairs(server.acked) do reasons[ack.serverId] = ack.reason end
        for _, one in ipairs(reader.plugin.panel:status().failed) do failed[one.text] = one.reason end
        assert.matches("another one", reasons[105])
        assert.matches("not in the document", reasons[106])
        assert.same({ ["not in this book"] = reasons[105], ["text 6"] = reasons[106] }, failed)
    end)

    it("edited or deleted elsewhere are edited and deleted here", function()
        local key = require("ffi/sha2").md5
        local first, second = highlight(1), highlight(2)
        server.to_apply = {
            edit = { { serverId = 1, version = 3, key = key(first.datetime .. "|" .. first.pos0), datetime = first.datetime,
                datetimeUpdated = DATETIME:format(30), drawer = "invert", color = "blue", text = "text 1", note = "from the web" } },
            delete = { { serverId = 2, key = key(second.datetime .. "|" .. second.pos0), datetime = second.datetime } },
        }
        local reader = device.openBook({ first, second })
        assert.equal(1, #reader.annotation.annotations)
        assert.same({ "invert", "blue", "from the web", DATETIME:format(30) }, { first.drawer, first.color, first.note, first.datetime_updated })
        assert.equal(2, #server.acked)
        server.notes = {}
        reader:close()
        world.pass(10)
        assert.same({}, seconds(server.notes))
    end)

    it("dog-eared elsewhere are dog-eared here, with a date of this device", function()
        server.bookmarks_to_apply = { add = { { serverId = 9, pos = xpointer(8), pageno = 8, title = "Chapter" } } }
        local reader = device.openBook({})
        local item = reader.annotation.annotations[1]
        assert.is_nil(item.drawer)
        assert.equal(xpointer(8), item.page)
        assert.equal(item.datetime, server.acked[1].datetime)
        assert.same({}, seconds(server.dogears))
    end)

    it("stay as they are here when two-way sync is off, and still go up", function()
        world.background().settings:set("two_way", false)
        server.to_apply = { add = { addOf(5) } }
        local reader = device.openBook({ highlight(1) })
        assert.equal(1, #reader.annotation.annotations)
        assert.is_false(world.sent("/plugin/sync")[1].body.books[1].receive)
        assert.same({ "01" }, seconds(server.notes))
    end)

    it("keep the time they were made, where KOReader gives everything that is added a new one: or their edits would find nothing", function()
        local old = { is_before_2025_08 = true }
        local key = require("ffi/sha2").md5
        local function edit(fields)
            local named = addOf(5, { key = key(DATETIME:format(5) .. "|" .. xpointer(5)), version = 2 })
            named.pos0, named.pos1 = nil, nil
            for name, value in pairs(fields) do named[name] = value end
            return named
        end
        server.to_apply = { add = { addOf(5) } }
        local reader = device.openBook({}, {}, old)
        local item = reader.annotation.annotations[1]
        assert.equal(DATETIME:format(5), item.datetime)
        server.to_apply = { edit = { edit({ note = "thought over" }) } }
        reader:send("BookOrbitSyncBook")
        world.pass(30)
        assert.equal("thought over", item.note)
        server.to_apply = { edit = { edit({ pos0 = xpointer(7), pos1 = xpointer(7), text = "text 7", pageno = 7 }) } }
        reader:send("BookOrbitSyncBook")
        world.pass(30)
        assert.same({ DATETIME:format(5), xpointer(7) }, { item.datetime, item.pos0 })
        server.to_apply = nil
        table.remove(reader.annotation.annotations, 1)
        device.close(reader)
        local sent = world.sent("/plugin/sync")
        assert.same({ { dt = DATETIME:format(5), k = key(DATETIME:format(5) .. "|" .. xpointer(7)) } }, sent[#sent].body.books[1].annotations.deleted)
        assert.same({}, seconds(server.notes))
    end)
end)
