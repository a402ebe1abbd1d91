--- Finding words in a document that is searched one text node at a time, as crengine does before its enhanced search.

local Passage = require("bookorbit/document/passage")
local strict = require("support/strict")

-- A document of text nodes; a pointer is "node.offset". Pages hold two nodes.
local function documentOf(nodes)
    local searches = {}
    local function split(xpointer)
        local node, offset = xpointer:match("^(%d+)%.(%d+)$")
        return tonumber(node), tonumber(offset)
    end
    local document = strict.table("credocument.lua", {
        searches = searches,
        findAllText = function(_, pattern, case_insensitive, context_words, max_hits, is_regex)
            assert(case_insensitive == false and context_words == 0 and is_regex == false)
            assert(not pattern:find("\194\173", 1, true), "crengine takes soft hyphens in the text, not in the pattern")
            table.insert(searches, pattern)
            local hits = {}
            for i, text in ipairs(nodes) do
                local from, to = text:find(pattern, 1, true)
                while from and #hits < max_hits do
                    hits[#hits + 1] = { start = i .. "." .. from - 1, ["end"] = i .. "." .. to }
                    from, to = text:find(pattern, from + 1, true)
                end
            end
            return #hits > 0 and hits or nil
        end,
        clearSelection = function() end,
        getPageFromXPointer = function(_, xpointer) return math.ceil((split(xpointer)) / 2) end,
        getTextFromXPointers = function(_, pos0, pos1)
            local from_node, from = split(pos0)
            local to_node, to = split(pos1)
            if from_node == to_node then return nodes[from_node]:sub(from + 1, to) end
            local parts = { nodes[from_node]:sub(from + 1) }
            for i = from_node + 1, to_node - 1 do parts[#parts + 1] = nodes[i] end
            parts[#parts + 1] = nodes[to_node]:sub(1, to)
            return table.concat(parts)
        end,
        getPrevVisibleWordStart = function(_, xpointer)
            local node, offset = split(xpointer)
            while node >= 1 do
                local before = nodes[node]:sub(1, offset or -1)
                local start = (" " .. before):match(".*%s()%S+%s*$")
                if start then return node .. "." .. start - 2 end
                node, offset = node - 1, nil
            end
            return nil
        end,
        getNextVisibleWordEnd = function(_, xpointer)
            local node, offset = split(xpointer)
            while nodes[node] do
                local stop = nodes[node]:match("^%s*%S+()", offset + 1)
                if stop then return node .. "." .. stop - 1 end
                node, offset = node + 1, 0
            end
            return nil
        end,
    })
    return document
end

describe("a passage", function()
    local NODES = {
        "Chapter One. ", "It was ", "the best", " of times, it was the worst of times.", " Nothing else here.",
        "Again it was the worst of times, and again.", "The end of ", "all", " things is near, said he, and left the room.",
    }

    it("is found where one text node holds it", function()
        local found = Passage.findRange(documentOf(NODES), "it was the worst of times", 1)
        assert.same({ pos0 = "4.11", pos1 = "4.36" }, found)
    end)

    it("is found nearest to the page it should be on", function()
        assert.same({ pos0 = "6.6", pos1 = "6.31" }, Passage.findRange(documentOf(NODES), "it was the worst of times", 9))
    end)

    it("is found across inline tags, by the words beside them", function()
        local document = documentOf(NODES)
        assert.same({ pos0 = "2.0", pos1 = "4.37" }, Passage.findRange(document, "It was the best of times, it was the worst of times.", 1))
        assert.is_true(#document.searches <= 6)
    end)

    it("is found whatever spaces and soft hyphens it was stored with", function()
        assert.same({ pos0 = "9.1", pos1 = "9.24" },
            Passage.findRange(documentOf(NODES), "things  is\194\160ne\194\173ar, said he", 1))
    end)

    it("that is not in the document costs few searches and finds nothing", function()
        local document = documentOf(NODES)
        assert.is_nil(Passage.findRange(document, "words that nobody ever wrote into this little book of mine", 1))
        assert.is_true(#document.searches <= 4)
    end)

    it("that begins and ends like another text is not taken for it", function()
        assert.is_nil(Passage.findRange(documentOf({ "once upon a time there was a cat and it sat on the mat" }),
            "once upon a time there was a dog and it sat on the mat", 1))
    end)

    it("begins where its first words stand, even when the last of them is cut", function()
        assert.equal("4.11", Passage.findStart(documentOf(NODES), "it was the worst of ti", 2))
        assert.equal("7.0", Passage.findStart(documentOf(NODES), "The end of all things is near, said h", 4))
    end)

    it("is found when its first or its last line is too short to be searched for", function()
        local document = documentOf({ "and so it came to rain.", "\nAt dawn", "\nI went, he said, and saw the sea.", "\nAs I", " was standing there" })
        assert.same({ pos0 = "2.1", pos1 = "4.5" },
            Passage.findRange(document, "At dawn\nI went, he said, and saw the sea.\nAs I", 1))
    end)

    it("is found in a script without spaces when a few signs stand apart at its end", function()
        local node = "“潑猴，你既是我弟子，我豈不認得你？趁早送出我師父，不要白了面皮，失了親情， 恐你受苦。”"
        local text = "我豈不認得你？趁早送出我師父，不要白了面皮，失了親情， 恐你"
        local from, to = node:find(text, 1, true)
        assert.same({ pos0 = "1." .. from - 1, pos1 = "1." .. to }, Passage.findRange(documentOf({ node }), text, 1))
    end)

    it("is found in a script without spaces when ruby stands in its first and last words", function()
        local document = documentOf({ "も、鏡の構造やら、色合や、", "銀紙", "の", "剥", "げ落ちて、光線が通り抜けなどして" })
        assert.same({ pos0 = "1.6", pos1 = "5." .. #"げ落ちて、光線が通り抜け" },
            Passage.findRange(document, "鏡の構造やら、色合や、銀紙の剥げ落ちて、光線が通り抜け", 1))
    end)

    it("does not begin where only its first words stand, nor does that keep it from being found by others", function()
        local document = documentOf({
            "It was the best of days, said she.", " Nothing else here.", "It was ", "the best", " of times, it was the worst of times.",
        })
        assert.equal("3.0", Passage.findStart(document, "It was the best of times, it was the wor", 1))
        assert.same({ pos0 = "3.0", pos1 = "5.37" }, Passage.findRange(document, "It was the best of times, it was the worst of times.", 1))
        assert.is_nil(Passage.findStart(document, "It was the best of ages, it was the wor", 1))
    end)

    it("is recognised at a pointer from its first words on, and not a word later", function()
        local document = documentOf(NODES)
        assert.is_true(Passage.standsAt(document, "2.0", "It was the best of times, it was the wor"))
        assert.is_false(Passage.standsAt(document, "5.0", "It was the best of times, it was the wor"))
        assert.is_true(Passage.standsAt(document, "9.1", "things is near, said he, and left the room."))
        assert.is_true(Passage.standsAt(document, "1.0", ""))
    end)
end)
