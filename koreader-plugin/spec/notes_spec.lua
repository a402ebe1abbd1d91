--- Highlights, notes and dog-ears, from the reader's live objects to the server and back.

local Server = require("support/memory_server")
local world = require("support/world")

local DATETIME = "2026-11-18 10:00:%02d"

describe("highlights and dog-ears", function()
    local server, file

    before_each(function()
        server = Server.new({ capabilities = { "oneCallSync" } })
        world.start({ preset = world.PRESET, respond = server })
        local settings = world.login()
        settings:set("two_way", true)
        file = world.file("book.epub")
    end)

    after_each(world.stop)

    local function xpointer(page)
        return ("/body/DocFragment[%d]/body/p[1]/text().0"):format(page)
    end

    local function highlight(number, fields)
        local item = {
            datetime = DATETIME:format(number), drawer = "lighten", color = "yellow", text = "text " .. number,
            page = xpointer(number), pos0 = xpointer(number), pos1 = xpointer(number), pageno = number, chapter = "One",
        }
        for name, value in pairs(fields or {}) do
            item[name] = value
        end
        return item
    end

    local function book(annotations, sidecar)
        local texts = {}
        for page = 1, 100 do
            texts[xpointer(page) .. " " .. xpointer(page)] = "text " .. page
        end
        return { file = file, annotations = annotations, sidecar = sidecar or {}, texts = texts }
    end

    local function openBook(annotations, sidecar)
        local reader = world.open(book(annotations, sidecar))
        world.pass(10)
        return reader
    end

    -- Closed and opened again with what KOReader has written since.
    local function reopen(reader, change)
        reader:close()
        world.pass(10)
        local sidecar = reader.book.sidecar
        if change then change(sidecar) end
        return openBook(sidecar.annotations, sidecar)
    end

    local function keys(map)
        local list = {}
        for key in pairs(map) do
            list[#list + 1] = key:sub(-2)
        end
        table.sort(list)
        return list
    end

    it("go up in the first exchange, and not again", function()
        local reader = openBook({ highlight(1), highlight(2, { note = "mine" }), { datetime = DATETIME:format(3), page = xpointer(3) } })
        assert.same({ "01", "02" }, keys(server.notes))
        assert.same({ "03" }, keys(server.dogears))
        assert.equal("mine", server.notes[DATETIME:format(2)].note)
        server.notes = {}
        reopen(reader):close()
        world.pass(10)
        assert.same({}, keys(server.notes))
    end)

    it("go up when a note's text changed without any date or event saying so", function()
        local item = highlight(1, { note = "old" })
        local reader = openBook({ item })
        item.note = "new"
        reader:close()
        world.pass(10)
        assert.equal("new", server.notes[DATETIME:format(1)].note)
    end)

    it("are deleted there only when they were deleted here", function()
        local reader = openBook({ highlight(1), highlight(2), highlight(3) })
        table.remove(reader.annotation.annotations, 2)
        reader:close()
        world.pass(10)
        assert.same({ "01", "03" }, keys(server.notes))
    end)

    it("deleted while there was no network are deleted once there is", function()
        local reader = openBook({ highlight(1), highlight(2) })
        server.offline = "network is unreachable"
        table.remove(reader.annotation.annotations, 1)
        reader = reopen(reader)
        reader:close()
        world.pass(10)
        server.offline = nil
        world.browse():handleEvent({ name = "NetworkConnected", handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(10)
        assert.same({ "02" }, keys(server.notes))
    end)

    -- The server takes in what comes, and its answers get lost.
    local function loseAnswers()
        world.respond = function(request)
            server(request)
            return nil, "closed"
        end
    end

    it("deleted before the device knew that they had arrived are deleted there as well", function()
        local reader = openBook({ highlight(1) })
        loseAnswers()
        table.insert(reader.annotation.annotations, highlight(2))
        reader = reopen(reader)
        assert.same({ "01", "02" }, keys(server.notes))
        table.remove(reader.annotation.annotations, 2)
        world.respond = server
        reader:close()
        world.pass(120)
        assert.same({ "01" }, keys(server.notes))
    end)

    it("that had arrived before the battery died are not deleted by what is missing from the sidecar", function()
        local reader = openBook({ highlight(1) })
        reader = reopen(reader)
        loseAnswers()
        local sidecar = { bookorbit_mark = reader.book.sidecar.bookorbit_mark }
        table.insert(reader.annotation.annotations, highlight(2))
        reader:close()
        world.pass(10)
        assert.same({ "01", "02" }, keys(server.notes))
        world.respond = server
        openBook({ highlight(1) }, sidecar)
        world.pass(120)
        assert.same({ "01", "02" }, keys(server.notes))
    end)

    it("are not deleted by a lost sidecar", function()
        local reader = openBook({ highlight(1), highlight(2), highlight(3) })
        reader:close()
        world.pass(10)
        openBook({}, {}):close()
        world.pass(10)
        assert.same({ "01", "02", "03" }, keys(server.notes))
        for _, request in ipairs(world.sent("/plugin/sync")) do
            assert.is_nil(request.body.books[1].annotations.deleted)
        end
    end)

    it("are not deleted by a restored backup", function()
        local reader = openBook({ highlight(1) })
        reader:close()
        world.pass(10)
        local old_mark = reader.book.sidecar.bookorbit_mark
        reader = openBook({ highlight(1), highlight(2) }, reader.book.sidecar)
        reader:close()
        world.pass(10)
        openBook({ highlight(1) }, { bookorbit_mark = old_mark }):close()
        world.pass(10)
        assert.same({ "01", "02" }, keys(server.notes))
    end)

    it("are not deleted by KOReader's own import", function()
        local reader = openBook({ highlight(1), highlight(2) })
        reader:close()
        world.pass(10)
        world.file("book.epub.annotations.lua", 'return {\n    ["device_id"] = "another",\n}')
        openBook({ highlight(1) }, reader.book.sidecar):close()
        world.pass(10)
        assert.same({ "01", "02" }, keys(server.notes))
    end)

    it("are deleted all the same where KOReader exports them at every close: its own export is not merged", function()
        local reader = openBook({ highlight(1), highlight(2) })
        reader:close()
        world.pass(10)
        world.file("book.epub.annotations.lua", ('return {\n    ["annotations"] = {},\n    ["device_id"] = %q,\n}')
            :format(world.global_settings.device_id))
        openBook({ highlight(1) }, reader.book.sidecar):close()
        world.pass(10)
        assert.same({ "01" }, keys(server.notes))
    end)

    it("move with the document's version instead of doubling", function()
        local reader = openBook({ highlight(1), highlight(2) })
        reader = reopen(reader, function(sidecar)
            for i, item in ipairs(sidecar.annotations) do
                item.pos0, item.page, item.pos1 = xpointer(10 + i), xpointer(10 + i), xpointer(10 + i)
            end
        end)
        reader:close()
        world.pass(10)
        assert.same({ "01", "02" }, keys(server.notes))
        assert.equal(xpointer(11), server.notes[DATETIME:format(1)].pos0)
        for _, request in ipairs(world.sent("/plugin/sync")) do
            assert.is_nil(request.body.books[1].annotations.deleted)
        end
    end)

    local function addOf(number, fields)
        local add = {
            serverId = 100 + number, version = 1, datetime = DATETIME:format(number), datetimeUpdated = DATETIME:format(number),
            drawer = "underscore", color = "red", text = "text " .. number, posFormat = "xpointer", pos0 = xpointer(number),
            pos1 = xpointer(number), pageno = number,
        }
        for name, value in pairs(fields or {}) do
            add[name] = value
        end
        return add
    end

    it("made elsewhere are added where their text stands, acknowledged, and not sent back", function()
        server.to_apply = { add = { addOf(5), addOf(4, { note = "theirs" }) } }
        local reader = openBook({})
        local list = reader.annotation.annotations
        assert.equal(2, #list)
        assert.same({ "text 4", "theirs", "underscore", "red", xpointer(4), 4 },
            { list[1].text, list[1].note, list[1].drawer, list[1].color, list[1].page, list[1].pageno })
        assert.same({ "applied", "applied" }, { server.acked[1].status, server.acked[2].status })
        assert.is_true(server.acked[1].verified)
        assert.same({}, keys(server.notes))
        -- One event for both, so that the statistics count them right.
        assert.equal(1, #reader.modified)
        assert.equal(1, reader.modified[1].nb_highlights_added)
        assert.equal(1, reader.modified[1].nb_notes_added)
    end)

    it("made elsewhere are searched for when the text is another one, and reported corrected", function()
        server.to_apply = { add = { addOf(5, { text = "a longer text somewhere" }) } }
        local prepared = book({})
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
        local reader = openBook({})
        assert.equal(0, #reader.annotation.annotations)
        assert.same({ "failed", "failed" }, { server.acked[1].status, server.acked[2].status })
        assert.matches("another one", server.acked[1].reason)
        assert.matches("not in the document", server.acked[2].reason)
        assert.same({ "not in this book", "text 6" }, { reader.plugin.panel:status().failed[1].text, reader.plugin.panel:status().failed[2].text })
    end)

    it("edited or deleted elsewhere are edited and deleted here", function()
        local key = require("ffi/sha2").md5
        local first, second = highlight(1), highlight(2)
        server.to_apply = {
            edit = { { serverId = 1, version = 3, key = key(first.datetime .. "|" .. first.pos0), datetime = first.datetime,
                datetimeUpdated = DATETIME:format(30), drawer = "invert", color = "blue", text = "text 1", note = "from the web" } },
            delete = { { serverId = 2, key = key(second.datetime .. "|" .. second.pos0), datetime = second.datetime } },
        }
        local reader = openBook({ first, second })
        assert.equal(1, #reader.annotation.annotations)
        assert.same({ "invert", "blue", "from the web", DATETIME:format(30) }, { first.drawer, first.color, first.note, first.datetime_updated })
        assert.equal(2, #server.acked)
        server.notes = {}
        reader:close()
        world.pass(10)
        assert.same({}, keys(server.notes))
    end)

    it("dog-eared elsewhere are dog-eared here, with a date of this device", function()
        server.bookmarks_to_apply = { add = { { serverId = 9, pos = xpointer(8), pageno = 8, title = "Chapter" } } }
        local reader = openBook({})
        local item = reader.annotation.annotations[1]
        assert.is_nil(item.drawer)
        assert.equal(xpointer(8), item.page)
        assert.equal(item.datetime, server.acked[1].datetime)
        assert.same({}, keys(server.dogears))
    end)

    it("stay as they are here when two-way sync is off, and still go up", function()
        world.background().settings:set("two_way", false)
        server.to_apply = { add = { addOf(5) } }
        local reader = openBook({ highlight(1) })
        assert.equal(1, #reader.annotation.annotations)
        assert.is_false(world.sent("/plugin/sync")[1].body.books[1].receive)
        assert.same({ "01" }, keys(server.notes))
    end)

    it("of a PDF go both ways by page and place", function()
        local function at(x) return { page = 3, x = x, y = 20.5, zoom = 2, rotation = 0 } end
        local mine = { datetime = DATETIME:format(1), drawer = "lighten", text = "pdf text", page = 3, pos0 = at(10), pos1 = at(30.25) }
        server.to_apply = { add = { addOf(2, { posFormat = "pdf", pos0 = '{"page":4,"x":1,"y":2}', pos1 = '{"page":4,"x":9,"y":2}' }) } }
        local reader = world.open({ file = world.file("book.pdf"), paged = true, annotations = { mine }, page_texts = { [4] = "some text 2 here" } })
        world.pass(10)
        local sent = server.notes[DATETIME:format(1)]
        assert.same({ "pdf", '{"page":3,"x":10,"y":20.5}', '{"page":3,"x":30.25,"y":20.5}' }, { sent.posFormat, sent.pos0, sent.pos1 })
        local theirs = reader.annotation.annotations[2]
        assert.same({ 4, 1, 9 }, { theirs.page, theirs.pos0.x, theirs.pos1.x })
        assert.is_table(theirs.pboxes)
        assert.same({ "applied", true }, { server.acked[1].status, server.acked[1].verified })
        assert.equal("save", reader.highlight.written_into_file[1][1])
    end)

    it("that the server could not use block nothing and are sent again only when they change", function()
        server.rejected = { { path = "books[0].annotations.changes[0]", reason = "note is too long" } }
        local item = highlight(1, { note = "long" })
        local reader = openBook({ item, highlight(2) })
        assert.same({ { text = "text 1", reason = "note is too long", file = "book.epub" } }, reader.plugin.panel:status().failed)
        server.rejected, server.notes = nil, {}
        reader = reopen(reader)
        assert.same({}, keys(server.notes))
        item.note = "short"
        reader:close()
        world.pass(10)
        assert.same({ "01" }, keys(server.notes))
    end)

    it("go up in several exchanges when there are many", function()
        local many = {}
        for i = 1, 150 do
            many[i] = highlight(1, { datetime = ("2026-11-18 %02d:%02d:00"):format(math.floor(i / 60), i % 60), text = "text " .. i })
        end
        openBook(many)
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
        openBook(many)
        world.pass(60)
        assert.is_true(#world.requests < 10)
    end)

    it("travel with place, status and page stats in one request when a book opens, and one when it closes", function()
        local reader = openBook({ highlight(1) }, { summary = { status = "reading", rating = 4, modified = "2026-11-18" } })
        assert.equal(1, #world.sent("/plugin/version"))
        assert.equal(1, #world.sent("/plugin/sync"))
        world.requests = {}
        reader = reopen(reader)
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
        local reader = openBook({})
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
        assert.equal(25, openBook({}).page)
    end)

    it("go by the single routes to a server without the one call, and not at all to one that knows none", function()
        server.capabilities = {}
        local reader = openBook({ highlight(1) }, { summary = { status = "complete", modified = "2026-11-18" } })
        assert.same({ "01" }, keys(server.notes))
        assert.equal("complete", world.sent("/plugin/book-states")[1].body.books[1].status)
        reader:close()
        world.pass(10)
        server.unknown_routes, server.notes = true, {}
        table.insert(reader.book.sidecar.annotations, highlight(2))
        reader = openBook(reader.book.sidecar.annotations, reader.book.sidecar)
        reader:turnTo(5)
        reader:close()
        world.pass(10)
        assert.is_nil(world.background().settings:get("last_failure"))
        assert.equal(1, #server.pushed)
    end)
end)
