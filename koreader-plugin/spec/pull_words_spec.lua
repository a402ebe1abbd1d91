--- A pointer from elsewhere is believed only when the words that belong to it stand there.

local device = require("support/device")
local highlights = require("support/highlights")
local world = require("support/world")

local xpointer = highlights.xpointer

describe("a newest place that comes with its words", function()
    local server, settings
    local WORDS = "It was the best of times, it was the wor"

    device.each({ capabilities = { "oneCallSync" }, newer = "silent" }, function(started) server, settings = started.server, started.settings end)

    local function newest(candidates, fields)
        server.newest = {
            percentage = 0.4, readAt = os.time() - 60, source = "web", device = "BookOrbit web", own = false, quality = "exact",
            candidates = candidates, textAfter = WORDS,
        }
        for name, value in pairs(fields or {}) do
            server.newest[name] = value
        end
    end

    local function open(fields)
        local book = highlights.book(world.file("book.epub"), {})
        for name, value in pairs(fields) do
            book[name] = value
        end
        local reader = world.open(book)
        world.pass(10)
        return reader
    end

    local function said()
        local windows = world.ui_manager.windows("notification")
        return windows[#windows].text
    end

    it("is gone to when they stand at its pointer, whatever the spaces, soft hyphens and list numbers", function()
        newest({ { kind = "exact", position = xpointer(41) } })
        local reader = open({ after = { [xpointer(41)] = "1. It was the\nbest of ti\194\173mes, it was  the worst of times" } })
        assert.equal(41, reader.page)
        assert.matches("Moved to", said())
    end)

    it("is looked for by them when other words stand at its pointer, and found nearest to its percentage", function()
        newest({ { kind = "exact", position = xpointer(44) }, { kind = "chapter", position = xpointer(38) } })
        local reader = open({
            after = { [xpointer(44)] = "Quite another passage of the book, of some length" },
            found = { [WORDS] = { { start = xpointer(3), ["end"] = "" }, { start = xpointer(42), ["end"] = "" },
                { start = xpointer(90), ["end"] = "" } } },
        })
        assert.equal(42, reader.page)
        assert.matches("Moved to", said())
    end)

    it("falls back to the percentage when its words are nowhere, and never to the start of some chapter", function()
        newest({ { kind = "exact", position = xpointer(44) }, { kind = "chapter", position = xpointer(38) } })
        local reader = open({ after = { [xpointer(44)] = "Quite another passage of the book, of some length" } })
        assert.equal(40, reader.page)
        assert.matches("Moved near", said())
    end)

    it("is not found far away from its percentage: that is another place with the same words", function()
        newest({ { kind = "exact", position = "/body/DocFragment[999]/gone" } })
        assert.equal(40, open({ found = { [WORDS] = { { start = xpointer(77), ["end"] = "" } } } }).page)
    end)

    it("takes the next candidate when the document does not hold the first, unless that leads far off", function()
        newest({ { kind = "exact", position = "/body/DocFragment[999]/gone" }, { kind = "block", position = xpointer(39) } })
        local reader = open({})
        assert.equal(39, reader.page)
        assert.matches("Moved near", said())
        reader:close()
        newest({ { kind = "exact", position = "/body/DocFragment[999]/gone" }, { kind = "chapter", position = xpointer(1) } },
            { readAt = os.time() - 30 })
        assert.equal(40, open({}).page)
    end)

    it("knows its words in scripts without spaces", function()
        newest({ { kind = "exact", position = xpointer(41) } }, { textAfter = "吾輩は猫である。名前はまだ無い。" })
        assert.equal(41, open({ after = { [xpointer(41)] = "吾 輩 は 猫 で あ る 。 名 前 は ま だ 無 い 。" } }).page)
    end)

    it("is not asked about again after a no, not even when the server translates it better now", function()
        settings:set("newer", "prompt")
        newest({ { kind = "block", position = xpointer(40) } }, { quality = "nearby", textAfter = nil })
        server.newest.textAfter = nil
        local reader = open({})
        world.ui_manager.windows("confirmbox")[1].cancel_callback()
        world.ui_manager.close(nil, world.ui_manager.windows("confirmbox")[1])
        reader:close()
        server.newest.quality, server.newest.candidates = "exact", { { kind = "exact", position = xpointer(41) } }
        open({})
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
    end)

    it("is known for this device's own, whatever words stand there", function()
        settings:set("older", "prompt")
        local reader = open({})
        reader:turnTo(30)
        reader:close()
        world.pass(10)
        assert.equal(xpointer(30), server.pushed[#server.pushed].progress)
        newest({ { kind = "exact", position = xpointer(30) } }, { percentage = 0.3, own = true, readAt = os.time() - 10 })
        local searches = 0
        local found = setmetatable({}, { __index = function() searches = searches + 1 end })
        reader = open({ page = 31, xpointer = xpointer(31), found = found, after = { [xpointer(30)] = "Quite another passage" } })
        assert.equal(0, searches) -- the book is not looked through at every opening
        assert.equal(31, reader.page)
        assert.equal(0, #world.ui_manager.windows("confirmbox"))
    end)

    it("names the chapter in the question, from this document's own contents when the server knows none", function()
        settings:set("newer", "prompt")
        newest({ { kind = "exact", position = xpointer(41) } })
        open({
            after = { [xpointer(41)] = WORDS .. "st of times" },
            toc = function(place) return place == xpointer(41) and "The Period" or "" end,
        })
        local box = world.ui_manager.windows("confirmbox")[1]
        assert.matches("40.0 %% %(The Period%)", box.text)
        assert.is_nil(box.text:find("nearly", 1, true))
    end)
end)
