--- Status, rating and review, from the reader's live objects to the server and back.

local device = require("support/device")
local world = require("support/world")

describe("status, rating and review", function()
    local server, file

    device.each({ capabilities = { "oneCallSync" } }, function(started) server, file = started.server, started.file end)

    local function states()
        local list = {}
        for _, request in ipairs(world.sent("/plugin/sync")) do
            local state = request.body.books[1].state
            if state and next(state) then list[#list + 1] = state end
        end
        return list
    end

    it("go up when they change, each with the time it was noticed", function()
        local sidecar = { summary = { status = "reading", modified = "2026-11-18" } }
        local reader = world.open({ file = file, annotations = {}, sidecar = sidecar })
        world.pass(10)
        assert.same({ { status = "reading", statusModified = "2026-11-18" } }, states())
        world.requests = {}
        sidecar.summary.rating = 5 -- the status page moves no date
        local closed_at = os.time()
        reader:close()
        world.pass(10)
        assert.same({ { rating = 5, ratingChangedAt = closed_at } }, states())
        world.requests = {}
        sidecar.summary.rating = nil
        reader = world.open({ file = file, annotations = {}, sidecar = sidecar })
        world.pass(10)
        assert.is_true(states()[1].ratingCleared)
        reader:close()
    end)

    it("changed elsewhere are taken over, and not sent back", function()
        local sidecar = { summary = { status = "reading", modified = "2026-11-01" } }
        server.state = { status = "complete", rating = 3, review = "good" }
        local reader = world.open({ file = file, annotations = {}, sidecar = sidecar })
        world.pass(10)
        assert.same({ status = "complete", rating = 3, note = "good", modified = "2026-11-18" }, sidecar.summary)
        world.requests = {}
        reader:close()
        world.pass(10)
        assert.same({}, states())
    end)

    it("changed elsewhere show in the file browser too, which keeps what it knew when the book was opened", function()
        local BookList = require("ui/widget/booklist")
        local sidecar = { summary = { status = "reading", modified = "2026-11-01" } }
        BookList.book_info_cache[file] = { been_opened = true, status = "reading", rating = 0, pages = 100 }
        server.state = { status = "complete", rating = 3 }
        device.open({ file = file, annotations = {}, sidecar = sidecar })
        assert.same({ been_opened = true, status = "complete", rating = 3, pages = 100 }, BookList.book_info_cache[file])
    end)

    it("written here before they were cleared elsewhere are cleared here too, and do not come back as if they were newer", function()
        local BookState = require("bookorbit/sync/book_state")
        local known, values = { rating = 4, review = "good" }, { rating = 5, review = "very good" }
        local found = BookState.detect(values, known, nil, 1795000000)
        assert.same({ value = "very good", at = 1795000000 }, found.review)
        local answer = { ratingApplied = false, ratingSet = false, reviewApplied = false, reviewNoteSet = false }
        local agreed, set = BookState.receive(answer, values, values, known)
        assert.same({ rating = false, review = false }, set)
        local summary = BookState.applyTo({ rating = 5, note = "very good" }, set, "2026-11-18")
        assert.same({}, BookState.detect(BookState.fromSummary(summary), agreed, nil, 1795000100))
    end)

    it("changed again while the server was asked stay, and are sent with the next request", function()
        local BookState = require("bookorbit/sync/book_state")
        local answer = { ratingSet = false, reviewNoteSet = false }
        local agreed, set = BookState.receive(answer, { review = "good" }, { review = "very good" }, nil)
        assert.same({}, set)
        assert.same({ value = "very good", at = 1795000100 }, BookState.detect({ review = "very good" }, agreed, nil, 1795000100).review)
    end)

    it("the server never heard of stay where it does not say that there are none", function()
        local BookState = require("bookorbit/sync/book_state")
        local _, set = BookState.receive({}, { rating = 3 }, { rating = 3 }, nil)
        assert.same({}, set)
    end)
end)
