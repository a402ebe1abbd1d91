--- Highlights of PDFs: by page and place, checked by their text where the page has any.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local DATETIME = highlights.DATETIME

describe("highlights of a PDF", function()
    local server

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server = started.server end)

    local function at(page, x, y)
        return ('{"page":%d,"x":%d,"y":%d}'):format(page, x, y)
    end

    local function add(number, pos0, pos1, fields)
        local item = highlights.add(number, { posFormat = "pdf", pos0 = pos0, pos1 = pos1 })
        for name, value in pairs(fields or {}) do
            item[name] = value
        end
        return item
    end

    local function ofPage3(fields)
        local item = { datetime = DATETIME:format(1), drawer = "lighten", text = "text 1", page = 3, pboxes = { { x = 10, y = 20, w = 20, h = 10 } },
            pos0 = { page = 3, x = 10, y = 20, zoom = 2, rotation = 0 }, pos1 = { page = 3, x = 30, y = 20, zoom = 2, rotation = 0 } }
        for name, value in pairs(fields or {}) do item[name] = value end
        return item
    end

    -- What the server says of that one.
    local function changed(fields)
        local edit = { serverId = 1, version = 2, key = require("ffi/sha2").md5(DATETIME:format(1) .. "|" .. at(3, 10, 20)),
            datetime = DATETIME:format(1), drawer = "lighten", text = "text 1" }
        for name, value in pairs(fields or {}) do edit[name] = value end
        return edit
    end

    local function open(fields)
        local book = { file = world.file("book.pdf"), paged = true, annotations = {} }
        for name, value in pairs(fields) do
            book[name] = value
        end
        return device.open(book, 10)
    end

    it("go both ways by page and place", function()
        local function here(x) return { page = 3, x = x, y = 20.5, zoom = 2, rotation = 0 } end
        local mine = { datetime = DATETIME:format(1), drawer = "lighten", text = "pdf text", page = 3, pos0 = here(10), pos1 = here(30.25) }
        server.to_apply = { add = { add(2, at(4, 1, 2), at(4, 9, 2)) } }
        local reader = open({ annotations = { mine }, page_texts = { [4] = "some text 2 here" } })
        local sent = server.notes[DATETIME:format(1)]
        assert.same({ "pdf", '{"page":3,"x":10,"y":20.5}', '{"page":3,"x":30.25,"y":20.5}' }, { sent.posFormat, sent.pos0, sent.pos1 })
        local theirs = reader.annotation.annotations[2]
        assert.same({ 4, 1, 9 }, { theirs.page, theirs.pos0.x, theirs.pos1.x })
        assert.is_table(theirs.pboxes)
        assert.same({ "applied", true }, { server.acked[1].status, server.acked[1].verified })
        assert.equal("save", reader.highlight.written_into_file[1][1])
    end)

    it("over several pages come with the part and the boxes of each page, and go up with both ends", function()
        server.to_apply = { add = { add(1, at(4, 10, 180), at(6, 40, 20), { text = "from four through five to six" }) } }
        local reader = open({ page_texts = { [4] = "from four", [5] = " through five", [6] = " to six" } })
        local item = reader.annotation.annotations[1]
        assert.same({ 4, 4, 6 }, { item.page, item.pos0.page, item.pos1.page })
        assert.is_nil(item.pboxes)
        assert.same({ 10, 100, 0, 100, 0, 40 }, { item.ext[4].pos0.x, item.ext[4].pos1.x, item.ext[5].pos0.x, item.ext[5].pos1.x,
            item.ext[6].pos0.x, item.ext[6].pos1.x })
        assert.is_table(item.ext[5].pboxes)
        assert.same({ "applied", true }, { server.acked[1].status, server.acked[1].verified })
        server.to_apply = nil
        item.note = "my words"
        reader:close()
        world.pass(10)
        assert.same({ at(4, 10, 180), at(6, 40, 20), "my words" },
            { server.notes[DATETIME:format(1)].pos0, server.notes[DATETIME:format(1)].pos1, server.notes[DATETIME:format(1)].note })
    end)

    it("are kept out when other words stand there, when a page cannot be read, and when the page does not exist", function()
        server.to_apply = { add = {
            add(1, at(4, 1, 2), at(4, 9, 2), { text = "the words that were marked" }), add(2, at(5, 1, 2), at(6, 9, 2)),
            add(3, at(400, 1, 2), at(400, 9, 2)), add(4, "nonsense", nil), add(5, at(1, 1, 1), at(90, 1, 1)),
        } }
        local reader = open({ page_texts = { [4] = "some other sentence of this page" } })
        assert.equal(0, #reader.annotation.annotations)
        local reasons = {}
        for _, ack in ipairs(server.acked) do reasons[ack.serverId] = ack.reason end
        assert.same({
            "the text at this place is another one", "the page could not be read", "this page is not in the document",
            "the place cannot be read", "it goes over too many pages",
        }, reasons)
        assert.equal(5, #reader.plugin.panel:status().failed)
    end)

    it("with a place that is no number hold up nothing", function()
        local function mine(number, x)
            return { datetime = DATETIME:format(number), drawer = "lighten", text = "t", page = 3,
                pos0 = { page = 3, x = x, y = 20 }, pos1 = { page = 3, x = 30, y = 20 } }
        end
        open({ annotations = { mine(1, 1 / 0), mine(2, 0 / 0), mine(3, "ten"), mine(4, 10) } })
        assert.same({ "04" }, highlights.seconds(server.notes))
    end)

    it("are taken by their place alone where the page is a picture, and in reflow mode by the printed page", function()
        server.to_apply = { add = { add(1, at(4, 1, 2), at(4, 9, 2)), add(2, at(5, 1, 2), at(5, 9, 2)) } }
        local reader = open({ page_texts = { [5] = "text 2" }, reflow = true })
        assert.equal(2, #reader.annotation.annotations)
        assert.equal(1, reader.document.configurable.text_wrap)
        assert.same({ false, true }, { server.acked[1].verified, server.acked[2].verified })
    end)

    it("moved elsewhere move here, in the file as well, and are acknowledged in this device's own words", function()
        local key = require("ffi/sha2").md5
        local mine = ofPage3()
        server.to_apply = { edit = { {
            serverId = 1, version = 2, key = key(mine.datetime .. "|" .. at(3, 10, 20)), datetime = mine.datetime, drawer = "lighten",
            text = "text 1", pos0 = '{"page": 5, "x": 1.0, "y": 2}', pos1 = '{"page": 5, "x": 9.0, "y": 2}',
        } } }
        local reader = open({ annotations = { mine }, page_texts = { [5] = "text 1" } })
        local item = reader.annotation.annotations[1]
        assert.same({ 5, 5, 1, 9 }, { item.page, item.pos0.page, item.pos0.x, item.pos1.x })
        assert.same({ { "delete", 3, 10, "lighten" }, { "save", 5, 1, "lighten" } }, reader.highlight.written_into_file)
        assert.same({ "applied", at(5, 1, 2), at(5, 9, 2) }, { server.acked[1].status, server.acked[1].pos0, server.acked[1].pos1 })
        server.notes, server.to_apply = {}, nil
        reader:close()
        world.pass(10)
        assert.same({}, server.notes)
    end)

    it("change in the file as well: a note by itself, a style or colour by writing it anew, with its note", function()
        local function written(edit, mine)
            server.to_apply = { edit = { changed(edit) } }
            local reader = open({ annotations = { ofPage3(mine) } })
            assert.equal("applied", server.acked[#server.acked].status)
            server.to_apply = nil
            device.close(reader)
            return reader.highlight.written_into_file
        end
        assert.same({ { "content", 3, 10, "lighten", "thought over" } }, written({ note = "thought over" }))
        assert.same({ { "content", 3, 10, "lighten", "" } }, written({ version = 3 }, { note = "an old thought" }))
        assert.same({ { "delete", 3, 10, "lighten" }, { "save", 3, 10, "underscore" }, { "content", 3, 10, "underscore", "mine" } },
            written({ drawer = "underscore", note = "mine" }, { note = "mine" }))
        assert.same({ { "delete", 3, 10, "lighten" }, { "save", 3, 10, "lighten" } }, written({ color = "red" }))
        assert.same({}, written({}))
    end)

    it("come into the file with their notes", function()
        server.to_apply = { add = { add(2, at(4, 1, 2), at(4, 9, 2), { note = "theirs" }) } }
        local reader = open({ page_texts = { [4] = "text 2" } })
        assert.same({ { "save", 4, 1, "lighten" }, { "content", 4, 1, "lighten", "theirs" } }, reader.highlight.written_into_file)
    end)

    -- KOReader throws for a highlight without boxes.
    it("that cannot be written into the file are moved, added and deleted all the same", function()
        server.to_apply = { edit = { changed({ pos0 = at(5, 1, 2), pos1 = at(5, 9, 2) }) }, add = { add(2, at(6, 1, 2), at(6, 9, 2)) } }
        local mine = ofPage3()
        mine.pboxes = nil
        local reader = open({ annotations = { mine } })
        local list = reader.annotation.annotations
        assert.same({ 5, 6 }, { list[1].page, list[2] and list[2].page })
        assert.same({}, reader.highlight.written_into_file)
        assert.same({ "applied", "applied" }, { server.acked[1].status, server.acked[2].status })
        server.to_apply = { delete = { { serverId = 1, datetime = DATETIME:format(1),
            key = require("ffi/sha2").md5(DATETIME:format(1) .. "|" .. at(5, 1, 2)) } } }
        reader:send("BookOrbitSyncBook")
        world.pass(30)
        assert.same({ 6 }, { list[1].page, list[2] and list[2].page })
    end)
end)
