--- Highlights, dog-ears, page stats, status and the one call, against the golden exchanges.

local golden = require("support/golden")

local NOW = 1795000000
local ALICE = "62ddbb74c0f63d63210a052e5dc2241f"
local UNKNOWN = "d41d8cd98f00b204e9800998ecf8427e"

describe("the wire contract of a book's sections", function()
    local Client, Envelope, Items, Parcel, Rules, Sections, Wire, key_of

    before_each(function()
        Client = require("bookorbit/api/client")
        Envelope = require("bookorbit/api/envelope")
        Items = require("bookorbit/document/annotations")
        Parcel = require("bookorbit/sync/parcel")
        Rules = require("bookorbit/sync/annotations")
        Sections = require("bookorbit/sync/sections")
        Wire = require("bookorbit/api/wire")
        key_of = function(datetime, pos0) return require("ffi/sha2").md5(datetime .. "|" .. pos0) end
    end)

    -- The golden device is an hour ahead of UTC, whatever this machine is.
    local function inGoldenZone(f)
        local offset, date = Envelope.utcOffsetMinutes, os.date
        Envelope.utcOffsetMinutes = function() return 60 end
        os.date = function(format, time) return date("!" .. format, time + 3600) end -- luacheck: ignore
        local ok, err = pcall(f)
        Envelope.utcOffsetMinutes, os.date = offset, date -- luacheck: ignore
        if not ok then error(err, 0) end
    end

    local function against(folder, case)
        local request_json, response_json = golden.read(folder, case)
        local exchange = { expected = Wire.decode(request_json), response = Wire.decode(response_json) }
        local expected = exchange.expected
        exchange.client = Client.new({
            account = { origin = "https://books.example.com", username = "reader", userkey = ("a"):rep(32) },
            device = {
                deviceId = expected.deviceId, deviceModel = expected.deviceModel, pluginVersion = expected.pluginVersion,
                installId = expected.installId,
            },
            now = function() return NOW end,
            send = function(request)
                exchange.sent = request
                return exchange.response.statusCode or 200, {}, response_json
            end,
        })
        return exchange
    end

    local function assertSent(exchange, path)
        assert.equal("https://books.example.com/api/v1/koreader" .. path, exchange.sent.url)
        assert.same(exchange.expected, Wire.decode(exchange.sent.body))
    end

    local function call(exchange, route, entries)
        local outcome
        inGoldenZone(function()
            outcome = assert(exchange.client:exchange(route, entries))
        end)
        return outcome
    end

    it("annotations-exchange: an edit and a deletion, from KOReader's own items", function()
        local exchange = against("ok/annotations-exchange", "edited-and-deleted")
        local change, deleted = exchange.expected.books[1].changes[1], exchange.expected.books[1].deleted[1]
        local item = {
            datetime = change.datetime, datetime_updated = change.datetimeUpdated, drawer = change.drawer, color = change.color,
            text = change.text, note = change.note, chapter = change.chapter, pageno = change.pageno, page = change.pos0,
            pos0 = change.pos0, pos1 = change.pos1,
        }
        local live = Items.list({ item }, false)
        local gone = "/a place of which the golden file tells only the key"
        local ledger = Rules.acknowledge({}, {
            { kind = "highlight", datetime = change.datetime, pos0 = change.pos0, content = "before", text = live[1].text },
            { kind = "highlight", datetime = deleted.dt, pos0 = gone, content = "x", text = "y" },
        }, {})
        local found = Rules.diff(ledger, live, { mayDelete = true, limit = 10 })
        local parcel = Parcel.new({ key = "k", hash = ALICE, domVersion = 20240114, round = exchange.expected.books[1].round }, {
            notes = {
                complete = true, deleted = found.deleted,
                held = { { kind = "highlight", datetime = change.datetime, pos0 = change.pos0 } },
                changes = { { kind = "highlight", wire = Items.toWire(found.changes[1].item, false) } },
            },
        }, {})
        local entry = Parcel.exchange(parcel, "highlight", function(datetime, pos0)
            return datetime == deleted.dt and deleted.k or key_of(datetime, pos0)
        end)
        entry.hash = ALICE
        local outcome = call(exchange, "annotations", { entry })
        assertSent(exchange, "/plugin/annotations/exchange")
        assert.equal(1, outcome.results[ALICE].applied.deviceDeleted)
        assert.same({}, outcome.results[ALICE].toApply.add)
    end)

    it("annotations-exchange: an edit from elsewhere finds its item by the key", function()
        local exchange = against("ok/annotations-exchange", "told")
        local outcome = call(exchange, "annotations", exchange.expected.books)
        local edit = outcome.results[ALICE].toApply.edit[1]
        local pos0 = "/body[1]/DocFragment[5]/body[1]/div[1]/p[1]/text()[1].0"
        local item = { datetime = edit.datetime, drawer = "lighten", color = "red", note = "old", text = edit.text, page = pos0, pos0 = pos0 }
        local index = Items.find({ { datetime = edit.datetime, drawer = "lighten", pos0 = "/other" }, item }, edit, key_of, false)
        assert.equal(2, index)
        Items.edit(item, edit)
        assert.same({ "yellow", "edited; KOReader leaves its time alone", edit.datetimeUpdated }, { item.color, item.note, item.datetime_updated })
        assert.is_nil(item.text_edited)
    end)

    it("annotations-exchange: every answer's additions carry what is needed to place them", function()
        for _, case in ipairs(golden.cases("ok/annotations-exchange")) do
            local exchange = against("ok/annotations-exchange", case)
            local outcome = call(exchange, "annotations", exchange.expected.books)
            for _, add in ipairs(outcome.results[ALICE].toApply.add) do
                assert.is_number(add.serverId)
                assert.is_string(add.pos0)
                assert.is_string(add.datetime)
            end
        end
    end)

    it("acks: what was applied, corrected and failed", function()
        for route, folder in pairs({ annotationAcks = "annotations-exchange-ack", bookmarkAcks = "bookmarks-exchange-ack" }) do
            for _, case in ipairs(golden.cases("ok/" .. folder)) do
                local exchange = against("ok/" .. folder, case)
                local book = exchange.expected.books[1]
                local name = route == "annotationAcks" and "annotations" or "bookmarks"
                local parcel = Parcel.new({ key = "k", hash = ALICE }, { acks = { [name] = { applied = book.applied, deleted = book.deleted } } }, {})
                local ack = Parcel.ack(parcel, name == "annotations" and "highlight" or "bookmark")
                ack.hash = ALICE
                local outcome = call(exchange, route, { ack })
                assertSent(exchange, "/plugin/" .. folder:gsub("%-exchange", "/exchange"))
                assert.equal(#book.applied + #book.deleted, outcome.results[ALICE].acked)
            end
        end
    end)

    it("bookmarks-exchange: a dog-ear that is gone", function()
        local exchange = against("ok/bookmarks-exchange", "deleted")
        local deleted = exchange.expected.books[1].deleted[1]
        local parcel = Parcel.new({ key = "k", hash = ALICE, domVersion = 20240114 }, {
            notes = { complete = true, held = {}, changes = {}, deleted = { { kind = "bookmark", datetime = deleted.dt, pos0 = "p" } } },
        }, {})
        local entry = Parcel.exchange(parcel, "bookmark", function() return deleted.k end)
        entry.hash = ALICE
        local outcome = call(exchange, "bookmarks", { entry })
        assertSent(exchange, "/plugin/bookmarks/exchange")
        assert.equal(1, outcome.results[ALICE].deviceDeleted)
    end)

    it("book-states: three fields, each with its own time", function()
        local BookState = require("bookorbit/sync/book_state")
        local exchange = against("ok/book-states", "mixed")
        local values = BookState.fromSummary({ status = "complete", rating = 4, note = "Curiouser and curiouser.", modified = "2026-11-17" })
        local item = BookState.item({
            status = { value = values.status, at = 1794990000 }, rating = { value = values.rating, at = 1794990060 },
            review = { value = values.review, at = 1794990120 },
        }, values)
        item.hash = ALICE
        local outcome = call(exchange, "bookStates", { item, { hash = UNKNOWN, status = "reading" } })
        assertSent(exchange, "/plugin/book-states")
        assert.is_true(outcome.unmatched[UNKNOWN])
        local agreed, set = BookState.receive(outcome.results[ALICE], values, values, nil)
        assert.same({ status = "complete", rating = 4, review = "Curiouser and curiouser." }, agreed)
        assert.same({}, set)
    end)

    it("page-stats: rows as tuples, and the watermark", function()
        local exchange = against("ok/page-stats", "rows")
        local outcome = call(exchange, "pageStats", {
            { hash = ALICE, rows = Wire.array({ { 7, 1794998000, 42, 310 }, { 8, 1794998042, 61, 310 } }), rowCount = 2 },
            { hash = UNKNOWN, rows = Wire.array({ { 1, 1794998500, 30, 200 } }) },
        })
        assertSent(exchange, "/plugin/page-stats")
        assert.equal(1794998042, outcome.results[ALICE].watermark)
    end)

    it("sync: place, page stats and status of the open book in one request", function()
        local exchange = against("ok/sync", "open-book")
        local parcel = Parcel.new({
            key = "k", hash = ALICE, domVersion = 20240114, title = "Alice's Adventures in Wonderland", authors = "Lewis Carroll",
        }, {
            progress = { percentage = 0.12, progress = "/body/DocFragment[5]/body/p[3]/text().0", readAt = 1794999900 },
            state = { item = { status = "reading", statusModified = "2026-11-18", statusChangedAt = 1794999000 } },
        }, {})
        parcel.is_open = true
        local stats = { rows = Wire.array({ Wire.array({ 9, 1794999800, 55, 310 }) }), rowCount = 3 }
        local outcome
        inGoldenZone(function()
            outcome = assert(exchange.client:sync({ Parcel.syncBook(parcel, stats, key_of, {}) }))
        end)
        assertSent(exchange, "/plugin/sync")
        local book = outcome.books[ALICE]
        local remote = Parcel.remote(book.progress.newest, "OURS")
        assert.same({ 0.12, "/body/DocFragment[5]/body/p[3]/text().0", "OURS", 1794999903 },
            { remote.percentage, remote.progress, remote.deviceId, remote.readAt })
        assert.equal(1794999800, book.pageStats.watermark)
    end)

    it("sync: highlights, dog-ears and acks, from KOReader's own items", function()
        local exchange = against("ok/sync", "highlights-and-acks")
        local asked = exchange.expected.books[1]
        local change, dogear = asked.annotations.changes[1], asked.bookmarks.changes[1]
        local live = Items.list({
            {
                datetime = change.datetime, datetime_updated = change.datetimeUpdated, drawer = "lighten", color = "yellow", text = change.text,
                note = change.note, chapter = change.chapter, pageno = 21, page = change.pos0, pos0 = change.pos0, pos1 = change.pos1,
            },
            { datetime = dogear.datetime, page = dogear.pos, pageno = 24, chapter = dogear.chapter, text = "in II. The Pool of Tears" },
        }, false)
        local notes = { changes = {}, deleted = {}, complete = true, held = live }
        for i, found in ipairs(Rules.diff({}, live, { mayDelete = false, limit = 10 }).changes) do
            notes.changes[i] = { kind = found.item.kind, wire = Items.toWire(found.item, false) }
        end
        local acks = asked.acks.annotations
        local parcel = Parcel.new({
            key = "k", hash = ALICE, domVersion = 20240114, title = "Alice's Adventures in Wonderland", authors = "Lewis Carroll",
        }, {
            notes = notes, state = { item = { rating = 4, ratingChangedAt = 1794999000 } },
            acks = { annotations = { applied = acks.applied, deleted = acks.deleted } },
        }, {})
        local outcome
        inGoldenZone(function()
            outcome = assert(exchange.client:sync({ Parcel.syncBook(parcel, nil, key_of, {}) }))
        end)
        assertSent(exchange, "/plugin/sync")
        local book = outcome.books[ALICE]
        assert.same({ 1, 1, 4 }, { book.annotations.applied.created, book.bookmarks.accepted, book.state.rating })
        assert.same({}, book.bookmarks.toApply.add)
    end)

    it("sync: a bad place is named, and the rest was taken", function()
        local exchange = against("ok/sync", "bad-part-left-out")
        local outcome = assert(exchange.client:sync(exchange.expected.books))
        assert.matches("not be greater than 1", Sections.rejectedOf(outcome.rejected, 0).progress)
        assert.is_nil(Sections.rejectedOf(outcome.rejected, 1).progress)
        assert.same({}, Parcel.remote(outcome.books[ALICE].progress.newest, "OURS"))
    end)

    it("sync: asking only, and a book the library has not", function()
        local exchange = against("ok/sync", "ask-only")
        local outcome = assert(exchange.client:sync(exchange.expected.books))
        assert.is_true(outcome.books[UNKNOWN].unmatched)
        assert.is_nil(outcome.books[ALICE].unmatched)
        exchange = against("refused/sync", "sync-disabled")
        local answer, failure = exchange.client:sync(exchange.expected.books)
        assert.is_nil(answer)
        assert.equal("sync_disabled", failure.kind)
    end)

    it("annotations and bookmarks: every example's request is one this plugin could send", function()
        for folder, route in pairs({ ["annotations-exchange"] = "annotations", ["bookmarks-exchange"] = "bookmarks" }) do
            for _, case in ipairs(golden.cases("ok/" .. folder)) do
                local exchange = against("ok/" .. folder, case)
                local outcome = call(exchange, route, exchange.expected.books)
                assertSent(exchange, "/plugin/" .. folder:gsub("%-exchange", "/exchange"))
                assert.equal(12, outcome.results[ALICE].bookId)
                local to_apply = outcome.results[ALICE].toApply
                for _, part in ipairs({ "add", "delete" }) do
                    assert.is_true(Wire.isArray(to_apply[part]))
                end
            end
        end
    end)

    it("refusals of every exchange are told apart by their code", function()
        local ROUTES = {
            ["page-stats"] = "pageStats", ["book-states"] = "bookStates", ["annotations-exchange"] = "annotations",
            ["annotations-exchange-ack"] = "annotationAcks", ["bookmarks-exchange"] = "bookmarks",
            ["bookmarks-exchange-ack"] = "bookmarkAcks",
        }
        local CALLS = {
            sync = function(exchange) return exchange.client:sync(exchange.expected.books) end,
            sweeps = function(exchange)
                local report = {}
                for _, name in ipairs({ "booksMatched", "pageStatsUploaded", "annotationsUpserted" }) do
                    report[name] = exchange.expected[name]
                end
                return exchange.client:sweeps(report)
            end,
            version = function(exchange) return exchange.client:version() end,
            package = function(exchange) return exchange.client:package() end,
        }
        local KINDS = { unauthorized = "unauthorized", sync_disabled = "sync_disabled", bad_request = "refused" }
        local seen = {}
        for folder in require("lfs").dir(golden.folder .. "/refused") do
            local route = ROUTES[folder]
            local ask = CALLS[folder] or route and function(exchange) return exchange.client:exchange(route, exchange.expected.books) end
            for _, case in ipairs(ask and golden.cases("refused/" .. folder) or {}) do
                local exchange = against("refused/" .. folder, case)
                local answer, failure
                inGoldenZone(function() answer, failure = ask(exchange) end)
                assert.is_nil(answer)
                assert.equal(KINDS[exchange.response.error], failure.kind)
                assert.equal(exchange.response.message, failure.message)
                if exchange.sent.body then assert.same(exchange.expected, Wire.decode(exchange.sent.body)) end
                seen[folder] = true
            end
        end
        for name in pairs(ROUTES) do assert.is_true(seen[name], name) end
        for name in pairs(CALLS) do assert.is_true(seen[name], name) end
    end)

    it("sweeps: the report at the end", function()
        local exchange = against("ok/sweeps", "done")
        inGoldenZone(function()
            assert.is_true(exchange.client:sweeps({ booksMatched = 1, pageStatsUploaded = 2, annotationsUpserted = 0 }).ok)
        end)
        assertSent(exchange, "/plugin/sweeps")
    end)
end)
