--- What cannot be placed at once is kept aside: until its book is opened, or until the reader asks for another try.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local highlight, add, xpointer, seconds = highlights.highlight, highlights.add, highlights.xpointer, highlights.seconds

describe("kept aside", function()
    local server, file, settings

    device.each({ capabilities = { "oneCallSync" }, two_way = true, knows_server = true },
        function(started) server, settings, file = started.server, started.settings, started.file end)

    local function open(annotations, fields)
        local book = highlights.book(file, annotations)
        for name, value in pairs(fields or {}) do
            book[name] = value
        end
        local reader = world.open(book)
        world.pass(10)
        return reader
    end

    local function sweep()
        local browser = world.browse()
        browser:handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(30)
        return browser
    end

    local function closedBook(annotations)
        table.insert(require("readhistory").hist, { file = file })
        require("docsettings").put(file, { percent_finished = 0.5, last_xpointer = xpointer(1), annotations = annotations })
    end

    it("are additions to a closed book: its sidecar is left alone, and they enter when it is opened, without a network", function()
        closedBook({ highlight(1) })
        server.to_apply = { add = { add(5), add(6) } }
        local browser = sweep()
        assert.equal(1, #dofile(file .. ".sidecar.lua").annotations)
        assert.equal(0, #server.acked)
        assert.equal(2, browser.plugin.panel:status().set_aside)
        server.offline = "network is unreachable"
        local reader = open({ highlight(1) })
        assert.equal(3, #reader.annotation.annotations)
        assert.equal(0, reader.plugin.panel:status().set_aside)
        server.offline, server.to_apply = nil, nil
        reader:send("BookOrbitSyncBook")
        world.pass(10)
        assert.same({ "applied", "applied" }, { server.acked[1].status, server.acked[2].status })
        assert.same({ "01" }, seconds(server.notes)) -- what came is not sent back
    end)

    it("are dropped when the server does not offer them any more", function()
        closedBook({ highlight(1) })
        server.to_apply = { add = { add(5) } }
        sweep()
        server.to_apply, settings.store.data.sweep = nil, nil
        require("docsettings").put(file, { percent_finished = 0.6, last_xpointer = xpointer(2), annotations = { highlight(1), highlight(2) } })
        local browser = sweep()
        assert.equal(0, browser.plugin.panel:status().set_aside)
        assert.equal(2, #open({ highlight(1), highlight(2) }).annotation.annotations)
    end)

    it("find their place in a second try, once the document is the right one, and the server hears of it as of news", function()
        server.to_apply = { add = { add(5, { text = "words of the second edition" }) } }
        local reader = open({})
        assert.equal("failed", server.acked[1].status)
        server.to_apply = nil
        assert.equal("Retry failed highlights (1)", world.menu(reader, "Retry").text_func())
        reader.book.texts[xpointer(5) .. " " .. xpointer(5)] = "words of the second edition"
        world.menu(reader, "Retry").callback()
        world.pass(10)
        assert.equal(1, #reader.annotation.annotations)
        assert.equal(0, #reader.plugin.panel:status().failed)
        assert.same({ "05" }, seconds(server.notes))
        assert.equal(1, #server.acked)
    end)

    it("stay aside with their reason when the second try fails too", function()
        server.to_apply = { add = { add(5, { text = "words of the second edition" }) } }
        local reader = open({})
        server.to_apply = nil
        world.menu(reader, "Retry").callback()
        world.pass(10)
        assert.equal(0, #reader.annotation.annotations)
        assert.matches("another one", reader.plugin.panel:status().failed[1].reason)
    end)

    it("of another book are tried again when that is opened", function()
        server.to_apply = { add = { add(5, { text = "words of the second edition" }) } }
        open({}):close()
        world.pass(10)
        server.to_apply = nil
        local browser = world.browse()
        world.menu(browser, "Retry").callback()
        assert.matches("when their book is opened: 1", world.ui_manager.windows("notification")[#world.ui_manager.windows("notification")].text)
        local book = highlights.book(file, {})
        book.texts[xpointer(5) .. " " .. xpointer(5)] = "words of the second edition"
        local reader = world.open(book)
        world.pass(10)
        assert.equal(1, #reader.annotation.annotations)
    end)

    it("is what the server could not use; asked for, it is sent once more", function()
        server.rejected = { { path = "books[0].annotations.changes[0]", reason = "note is too long" } }
        local reader = open({ highlight(1), highlight(2) })
        server.rejected, server.notes = nil, {}
        world.menu(reader, "Retry").callback()
        world.pass(10)
        assert.same({ "01" }, seconds(server.notes))
        assert.equal(0, #reader.plugin.panel:status().failed)
    end)

    it("is shown with its book over all books, and with what waits for the user", function()
        server.to_apply = { add = { add(5, { text = "nowhere in the book" }) } }
        open({ highlight(1) }):close()
        server.to_apply, server.held = nil, 4
        world.pass(10)
        file = world.file("other.epub")
        open({ highlight(1) })
        local status = world.browse().plugin.panel:status()
        assert.same({ "book.epub", 1, 4 }, { status.failed[1].file, #status.failed, status.held })
        world.menu(world.browse(), "Status").callback()
        local texts = {}
        for _, row in ipairs(world.ui_manager.windows("keyvaluepage")[1].kv_pairs) do
            texts[#texts + 1] = row[1] .. ": " .. row[2]
        end
        assert.matches("Not synced: nowhere in the book: book.epub: the text at this place is another one", table.concat(texts, "\n"))
        assert.matches("4 at once look like a mistake", table.concat(texts, "\n"))
    end)

    local function confirmDeletions(ui)
        world.menu(ui, "Status").callback()
        local pages = world.ui_manager.windows("keyvaluepage")
        for _, row in ipairs(pages[#pages].kv_pairs) do
            if row[1] == "Deletions" then row.callback() end
        end
        local box = world.ui_manager.windows("confirmbox")[1]
        assert.matches("4 highlights were deleted on this device at once", box.text)
        box.ok_callback()
    end

    it("are deletions the server holds, until the reader confirms them on this device", function()
        local reader = open({ highlight(1) })
        server.held = 4
        reader:send("BookOrbitSyncBook")
        world.pass(10)
        assert.is_nil(server.confirmed)
        confirmDeletions(reader)
        world.pass(10)
        assert.is_true(server.confirmed)
        assert.equal(0, reader.plugin.panel:status().held)
        server.confirmed = nil
        reader:close()
        world.pass(10)
        open({ highlight(1) })
        assert.is_nil(server.confirmed)
    end)

    it("are such deletions of a closed book: they are confirmed with its next exchange", function()
        closedBook({ highlight(1) })
        sweep()
        server.held = 4
        sweep()
        local browser = world.browse()
        confirmDeletions(browser)
        assert.is_nil(server.confirmed)
        sweep()
        assert.is_true(server.confirmed)
        assert.equal(0, world.browse().plugin.panel:status().held)
    end)

    it("does not hold up what comes after it, even when KOReader stumbles over it", function()
        world.expects_error = true
        server.to_apply = { add = { add(5), add(6), add(7) } }
        local reader = world.open(highlights.book(file, {}))
        local add_item = reader.annotation.addItem
        rawset(reader.annotation, "addItem", function(self, item)
            if item.pageno == nil and item.pos0 == xpointer(6) then error("a bug in KOReader") end
            return add_item(self, item)
        end)
        world.pass(10)
        assert.equal(2, #reader.annotation.annotations)
        assert.same({ "applied", "failed", "applied" }, { server.acked[1].status, server.acked[2].status, server.acked[3].status })
    end)

    it("is looked for a few at a time, each child process no longer than is good for the battery, until all have their answer", function()
        local many = {}
        for i = 1, 8 do many[i] = add(i, { serverId = i, text = "words that are nowhere, number " .. i }) end
        server.to_apply = { add = many }
        local clock, cpu = os.clock, 0
        os.clock = function() -- luacheck: ignore
            cpu = cpu + 4
            return cpu
        end
        local OpenBook = require("bookorbit/document/open_book")
        local search_task, searches = OpenBook.searchTask, 0
        OpenBook.searchTask = function(...)
            searches = searches + 1
            return search_task(...)
        end
        local reader = open({})
        world.pass(300)
        os.clock = clock -- luacheck: ignore
        assert.equal(2, searches)
        assert.equal(8, #server.acked)
        assert.equal(8, #reader.plugin.panel:status().failed)
    end)

    it("keeps a reader's page turns free: work is cut after a few milliseconds, and shown once", function()
        local many = {}
        for i = 1, 300 do
            many[i] = add(1, { serverId = i, datetime = ("2026-11-18 %02d:%02d:00"):format(math.floor(i / 60), i % 60), text = "text 1" })
        end
        server.to_apply = { add = many }
        local clock, cpu = os.clock, 0
        os.clock = function() -- luacheck: ignore
            cpu = cpu + 0.003
            return cpu
        end
        local refreshes = world.ui_manager.refreshes
        local reader = world.open(highlights.book(file, {}))
        world.pass(3)
        local after_a_while = #reader.annotation.annotations
        world.pass(60)
        os.clock = clock -- luacheck: ignore
        assert.is_true(after_a_while > 0 and after_a_while < 150)
        assert.equal(300, #reader.annotation.annotations)
        assert.equal(1, world.ui_manager.refreshes - refreshes)
    end)
end)
