--- What KOReader keeps of the pages it drew names highlights by their index: it must stay true, or a tap opens another one.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight = highlights.highlight

describe("the boxes KOReader keeps of drawn pages name the right highlights", function()
    local server
    local md5 = require("ffi/sha2").md5

    device.each({ capabilities = { "oneCallSync" }, two_way = true }, function(started) server = started.server end)

    local function named(item, fields)
        local change = { serverId = 1, version = 2, datetime = item.datetime, key = md5(item.datetime .. "|" .. (item.pos0 or item.page)) }
        for name, value in pairs(fields or {}) do change[name] = value end
        return change
    end

    -- Opens the book, draws all of it, and lets the changes come.
    local function receive(annotations, to_apply, bookmarks, fields)
        local book = highlights.book(world.file("book.epub"), annotations)
        for name, value in pairs(fields or {}) do book[name] = value end
        local reader = world.open(book)
        if not book.is_before_2025_04 then reader.view:draw() end
        server.to_apply, server.bookmarks_to_apply = to_apply, bookmarks
        world.pass(10)
        return reader
    end

    it("after an edit alone", function()
        local first = highlight(2)
        local reader = receive({ first, highlight(5), highlight(9) }, { edit = { named(first, { drawer = "invert", text = "text 2" }) } })
        assert.equal("invert", first.drawer)
        assert.is_true(reader.view:isTrue())
    end)

    it("after several were added at once", function()
        local reader = receive({ highlight(5), highlight(9) }, { add = { highlights.add(1), highlights.add(2), highlights.add(3) } })
        assert.equal(5, #reader.annotation.annotations)
        assert.is_true(reader.view:isTrue())
    end)

    it("after a dog-ear was taken away, of which KOReader tells nobody", function()
        local dogear = { datetime = highlights.DATETIME:format(1), page = highlights.xpointer(1), text = "in One" }
        local reader = receive({ dogear, highlight(5) }, nil, { delete = { named(dogear) } })
        assert.equal(1, #reader.annotation.annotations)
        assert.is_true(reader.view:isTrue())
    end)

    it("after one moved and one was deleted", function()
        local first, second = highlight(2), highlight(4)
        local reader = receive({ first, second, highlight(9) }, {
            edit = { named(first, { drawer = "lighten", text = "text 20", pos0 = highlights.xpointer(20), pos1 = highlights.xpointer(20) }) },
            delete = { named(second) },
        })
        assert.same({ 9, 20 }, { reader.annotation.annotations[1].pageno, reader.annotation.annotations[2].pageno })
        assert.is_true(reader.view:isTrue())
    end)

    it("and before 2025.04 there are none", function()
        local reader = receive({ highlight(5) }, { add = { highlights.add(1) } }, nil, { is_before_2025_04 = true })
        assert.equal(2, #reader.annotation.annotations)
    end)
end)
