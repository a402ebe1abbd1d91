--- Sync all books: the books of KOReader's history, by their sidecars, while they are closed.

local device = require("support/device")
local shared = require("support/shared")
local world = require("support/world")

describe("syncing all books", function()
    local server, browser, history, doc_settings

    device.each({ capabilities = { "oneCallSync" }, auto_sync = false, two_way = true, knows_server = true }, function(started)
        server, browser = started.server, world.browse()
        history, doc_settings = require("readhistory").hist, require("docsettings")
    end)

    local function highlight(number)
        local xpointer = "/body/p[" .. number .. "]/text().0"
        return { datetime = ("2026-11-18 10:00:%02d"):format(number), drawer = "lighten", color = "yellow", text = "text " .. number,
            page = xpointer, pos0 = xpointer, pos1 = xpointer, pageno = number }
    end

    local function addBook(name, sidecar)
        local file = world.file(name)
        table.insert(history, { file = file })
        if sidecar then doc_settings.put(file, sidecar) end
        return file
    end

    local function sweep()
        browser:handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
    end

    local function report()
        local windows = world.ui_manager.windows("infomessage")
        return windows[#windows].text
    end

    it("sends place, highlights and status of every book, and reports at the end", function()
        for i = 1, 6 do
            addBook("book" .. i .. ".epub", {
                percent_finished = i / 10, last_xpointer = "/body/p[" .. i .. "]", annotations = { highlight(i) },
                summary = { status = "complete", modified = "2026-11-01" }, cre_dom_version = 20240114,
            })
        end
        sweep()
        world.pass(60)
        assert.equal(6, #server.pushed)
        assert.is_nil(server.pushed[1].timestamp)
        assert.is_table(server.notes["2026-11-18 10:00:06"])
        assert.same({ 6, 6 }, { server.swept.booksMatched, server.swept.annotationsUpserted })
        assert.matches("In your libraries: 6", report())
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
    end)

    it("has nothing to say the second time", function()
        addBook("book.epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]", annotations = { highlight(1) } })
        sweep()
        world.pass(30)
        server.pushed, server.notes = {}, {}
        sweep()
        world.pass(30)
        assert.same({}, server.pushed)
        assert.same({}, server.notes)
    end)

    it("skips and counts books the libraries do not have, and files that are gone", function()
        addBook("book.epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]" })
        table.insert(history, { file = world.folder .. "/gone.epub" })
        server.matched = false
        sweep()
        world.pass(30)
        assert.matches("skipped: 1", report())
        assert.matches("could not be read: 1", report())
        assert.equal(0, server.swept.booksMatched)
    end)

    it("never takes a lost sidecar for deletions", function()
        local file = addBook("book.epub", { annotations = { highlight(1), highlight(2) } })
        sweep()
        world.pass(30)
        doc_settings.put(file, { annotations = { highlight(2) } })
        sweep()
        world.pass(30)
        assert.is_table(server.notes["2026-11-18 10:00:01"])
    end)

    it("applies edits and deletions to closed books the way KOReader provides for, and acknowledges them next time", function()
        local first, second = highlight(1), highlight(2)
        local file = addBook("book.epub", { annotations = { first, second } })
        sweep()
        world.pass(30)
        local key = require("ffi/sha2").md5
        server.to_apply = {
            edit = { { serverId = 1, version = 2, key = key(first.datetime .. "|" .. first.pos0), datetime = first.datetime,
                datetimeUpdated = "2026-11-18 12:00:00", drawer = "invert", color = "red", text = first.text, note = "web" } },
            delete = { { serverId = 2, key = key(second.datetime .. "|" .. second.pos0), datetime = second.datetime } },
            add = { { serverId = 3, version = 1, datetime = "2026-11-18 10:00:09", drawer = "lighten", posFormat = "xpointer",
                pos0 = "/body/p[9]", pos1 = "/body/p[9]", text = "new" } },
        }
        -- Something to exchange is what makes a closed book ask.
        local data = doc_settings:open(file).data
        data.annotations[1].note = "mine"
        doc_settings.put(file, data)
        sweep()
        world.pass(30)
        local after = doc_settings:open(file).data
        assert.equal(1, #after.annotations)
        assert.same({ "web", "invert" }, { after.annotations[1].note, after.annotations[1].drawer })
        assert.is_true(after.annotations_externally_modified)
        assert.equal(file, require("ui/widget/booklist").reset[1])
        server.notes = {}
        sweep()
        world.pass(30)
        assert.equal(2, #server.acked)
        assert.same({}, server.notes)
    end)

    it("can be stopped, and goes on where it stopped", function()
        for i = 1, 12 do
            addBook("book" .. i .. ".epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]" })
        end
        sweep()
        world.pass(0.6)
        local window = world.ui_manager.windows("confirmbox")[1]
        assert.matches("Syncing all books", window.text)
        assert.is_false(window.dismissable)
        window:tapCancel()
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
        world.pass(30)
        assert.matches("Stopped", report())
        assert.is_true(#server.pushed < 12)
        server.pushed = {}
        sweep()
        world.pass(30)
        assert.equal(7, #server.pushed) -- five were done for good
        assert.equal(12, server.swept.booksMatched)
        assert.equal(0, world.ui_manager.standby_holds)
    end)

    it("says how many books have highlights that come only once they are opened, also when it was stopped between", function()
        local place = { datetime = "2023-01-01 10:00:00", pos0 = "/body/p[1]/text().0", pos1 = "/body/p[1]/text().3" }
        for i = 1, 6 do
            addBook("old" .. i .. ".epub", {
                percent_finished = 0.5, last_xpointer = "/body/p[1]", bookmarks = i < 3 and { place } or nil, highlight = i == 3 and { [3] = { place } } or {},
            })
        end
        addBook("new.epub", { annotations = { highlight(1) }, bookmarks = { place } })
        sweep()
        while #world.background().sweep.log.pending == 0 and not next(world.background().sweep.log.done) do world.pass(0.01) end
        world.pass(0.1)
        sweep()
        world.pass(30)
        assert.matches("Stopped", report())
        sweep()
        world.pass(60)
        assert.matches("Highlights sent: 1\nBooks with highlights.*: 3$", report())
        assert.equal(7, server.swept.booksMatched)
    end)

    it("shows how far it is", function()
        for i = 1, 12 do
            addBook("book" .. i .. ".epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]" })
        end
        sweep()
        local shown = {}
        while world.background().sweep.is_running do
            world.pass(0.1)
            local window = world.ui_manager.windows("confirmbox")[1]
            if window then shown[#shown + 1] = window.added[1].percentage end
        end
        assert.equal(0, shown[1])
        assert.is_true(shown[#shown] > 0.8)
        for i = 2, #shown do assert.is_true(shown[i] >= shown[i - 1]) end
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
    end)

    it("goes on where its window is hidden, and can be stopped from the menu", function()
        for i = 1, 12 do
            addBook("book" .. i .. ".epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]" })
        end
        sweep()
        world.pass(0.6)
        world.ui_manager.windows("confirmbox")[1]:tapOk()
        assert.is_true(world.background().sweep.is_running)
        world.pass(0.3)
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
        world.menu(browser, "Stop syncing all books").callback()
        world.pass(30)
        assert.matches("Stopped", report())
        sweep()
        world.pass(60)
        assert.equal(12, server.swept.booksMatched)
    end)

    describe("when the device goes to sleep", function()
        before_each(function()
            for i = 1, 12 do
                addBook("book" .. i .. ".epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]" })
            end
        end)

        -- Goes to sleep once `isTime`, with no network from then on; nothing may be shown or begun.
        local function sleep(isTime)
            local running = world.background().sweep
            for _ = 1, 1000 do
                if isTime(running) then break end
                world.pass(0.01)
            end
            assert.is_true(isTime(running))
            server.offline = "network is unreachable"
            local requests = #world.requests
            browser:handleEvent({ name = "Suspend", handler = "onSuspend", args = { n = 0 } })
            assert.equal(0, #world.ui_manager.windows("confirmbox") + #world.ui_manager.windows("infomessage"))
            world.pass(30)
            assert.equal(0, #world.ui_manager.windows("confirmbox") + #world.ui_manager.windows("infomessage"))
            assert.same({ requests, false, 0 }, { #world.requests, running.is_running, world.ui_manager.standby_holds })
            assert.is_nil(world.background().settings:get("last_failure"))
        end

        local function goesOn()
            server.offline = nil
            browser:handleEvent({ name = "Resume", handler = "onResume", args = { n = 0 } })
            sweep()
            world.pass(60)
            assert.equal(12, server.swept.booksMatched)
        end

        it("ends without a word while books are on their way", function()
            sweep()
            sleep(function(running) return running.has_child and #server.pushed > 0 end)
            goesOn()
        end)

        it("ends without a word while it remembers what was sent", function()
            sweep()
            sleep(function(running) return running.is_taking and #server.pushed > 0 end)
            goesOn()
        end)

        it("ends without a word while it waits for another sync", function()
            world.ffiutil.hang = true
            world.menu(browser, "Check for update").callback()
            world.ffiutil.hang = nil
            sweep()
            sleep(function(running) return running.is_running end)
            goesOn()
        end)

        it("does not go twice when it is asked for again at once", function()
            world.ffiutil.hang = true
            world.menu(browser, "Check for update").callback()
            world.ffiutil.hang = nil
            sweep()
            sweep()
            sweep()
            world.pass(250)
            assert.equal(12, server.swept.booksMatched)
            assert.equal(12, #server.pushed)
        end)
    end)

    it("says what went wrong, and goes on from there", function()
        for i = 1, 6 do
            addBook("book" .. i .. ".epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]" })
        end
        server.offline = "connection refused"
        sweep()
        world.pass(30)
        assert.matches("did not accept the connection", report())
        assert.equal("offline", world.background().settings:get("last_failure").kind)
        server.offline = nil
        sweep()
        world.pass(30)
        assert.equal(6, #server.pushed)
        assert.is_nil(world.background().settings:get("last_failure"))
    end)

    it("asks a server without the one call book by book which it has", function()
        world.background().settings:set("server", nil)
        server.capabilities = {}
        addBook("book.epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]", annotations = { highlight(1) } })
        sweep()
        world.pass(30)
        assert.equal(1, #server.pushed)
        assert.is_table(server.notes["2026-11-18 10:00:01"])
    end)

    it("reads the sidecars of two real devices whole", function()
        if not shared.folder then pending("there are no real device files beside the repository") return end
        local total = 0
        for _, part in ipairs({ "device-a/Books", "device-b/docsettings/mnt/onboard/Books" }) do
            for name in require("lfs").dir(shared.folder .. "/koreader-data/" .. part) do
                local path = shared.folder .. "/koreader-data/" .. part .. "/" .. name .. "/metadata.epub.lua"
                local file = io.open(path, "rb")
                if file then
                    file:close()
                    local data = dofile(path)
                    addBook(part:sub(8, 8) .. name .. ".epub", data)
                    total = total + #(data.annotations or {})
                end
            end
        end
        sweep()
        world.pass(120)
        assert.equal(9, server.swept.booksMatched)
        assert.equal(total, server.swept.annotationsUpserted)
        for _, change in pairs(server.notes) do
            assert.is_string(change.pos0)
            assert.is_string(change.text)
        end
    end)
end)
