--- What is on the disk: the outbox, the ledger, settings and preset.

local lfs = require("lfs")
local world = require("support/world")

describe("on the disk", function()
    before_each(function() world.start() end)
    after_each(world.stop)

    local function write(path, text)
        local file = assert(io.open(path, "wb"))
        file:write(text)
        file:close()
    end

    local function files(folder)
        local names = {}
        for name in lfs.dir(folder) do
            if name ~= "." and name ~= ".." then names[#names + 1] = name end
        end
        table.sort(names)
        return names
    end

    describe("the outbox", function()
        local Outbox, folder

        before_each(function()
            Outbox = require("bookorbit/store/outbox")
            folder = world.folder .. "/outbox"
        end)

        local function entry(percentage, owner)
            return { owner = owner or "reader", file = "/b.epub", size = 1, mtime = 1, progress = { percentage = percentage } }
        end

        local function keys(outbox, owner)
            local found = {}
            for i, waiting in ipairs(outbox:waiting(owner or "reader")) do
                found[i] = waiting.key
            end
            return found
        end

        it("keeps one file per book, the newest place of each, in the order they were left", function()
            local outbox = Outbox.open(folder)
            outbox:put("aa", entry(0.1))
            outbox:put("bb", entry(0.2))
            outbox:put("aa", entry(0.3))
            assert.same({ "aa.json", "bb.json" }, files(folder))
            assert.same({ "bb", "aa" }, keys(outbox))
            local reopened = Outbox.open(folder)
            assert.same({ "bb", "aa" }, keys(reopened))
            assert.equal(0.3, reopened:get("aa").progress.percentage)
            reopened:put("cc", entry(0.4))
            assert.same({ "bb", "aa", "cc" }, keys(reopened))
        end)

        it("does not forget what came while the older one was being sent", function()
            local outbox = Outbox.open(folder)
            local number = outbox:put("aa", entry(0.1))
            outbox:put("aa", entry(0.2))
            assert.is_false(outbox:remove("aa", number))
            assert.equal(0.2, outbox:get("aa").progress.percentage)
        end)

        it("sets a damaged file aside and goes on with the others", function()
            Outbox.open(folder):put("aa", entry(0.1))
            write(folder .. "/bb.json", '{"owner":"reader","number":2,"fi')
            write(folder .. "/cc.json", "")
            write(folder .. "/dd.json", '{"owner":"reader","number":3,"file":"x","progress":{}}')
            write(folder .. "/ee.json", "[1]")
            assert.same({ "aa" }, keys(Outbox.open(folder)))
            assert.same({ "aa.json", "bb.json.damaged", "cc.json.damaged", "dd.json.damaged", "ee.json.damaged" }, files(folder))
        end)

        it("still has the whole older file when the battery went while writing the newer one", function()
            local outbox = Outbox.open(folder)
            outbox:put("aa", entry(0.1))
            write(folder .. "/aa.json.new", '{"owner":"rea')
            local reopened = Outbox.open(folder)
            assert.equal(0.1, reopened:get("aa").progress.percentage)
            assert.same({ "aa.json" }, files(folder))
        end)

        it("keeps accounts apart", function()
            local outbox = Outbox.open(folder)
            outbox:put("aa", entry(0.1, "jane"))
            outbox:put("bb", entry(0.1, "reader"))
            assert.same({ "bb" }, keys(outbox, "reader"))
            assert.equal(1, outbox:count("jane"))
            outbox:keepOnly("reader")
            assert.same({ "bb.json" }, files(folder))
        end)

        it("says why when the disk refuses, and keeps the place for this run", function()
            local outbox = Outbox.open(folder)
            os.execute("rm -rf '" .. folder .. "'")
            local number, reason = outbox:put("aa", entry(0.1))
            assert.is_nil(number)
            assert.is_string(reason)
            assert.equal(0.1, outbox:get("aa").progress.percentage)
        end)
    end)

    describe("the ledger", function()
        it("begins anew from a damaged file, and forgets agreements with another account", function()
            local Ledger = require("bookorbit/store/ledger")
            local folder = world.folder .. "/books"
            local ledger = Ledger.open(folder)
            local key = Ledger.key("/mnt/onboard/a.epub")
            local record = ledger:get(key, "https://a.example reader")
            record.pushed, record.match = { progress = "x" }, { isMatched = true }
            record.identity, record.read = { hash = "h" }, { progress = "x", readAt = 1 }
            ledger:save(key, record)
            assert.equal("x", ledger:get(key, "https://a.example reader").pushed.progress)
            local other = ledger:get(key, "https://b.example jane")
            assert.is_nil(other.pushed)
            assert.is_nil(other.match)
            assert.equal("h", other.identity.hash)
            assert.equal(1, other.read.readAt)
            write(folder .. "/" .. key .. ".json", "{{{")
            assert.is_nil(ledger:get(key, "https://a.example reader").pushed)
        end)
    end)

    describe("the preset", function()
        local function start(preset, folder)
            world.start({ preset = preset, folder = folder or world.folder })
            return world.background().settings
        end

        it("logs in without anything being typed", function()
            assert.same(world.PRESET, start(world.PRESET):account())
        end)

        it("is applied once: the reader's own changes stand, also after a restart", function()
            local settings = start(world.PRESET)
            settings:logOut()
            settings = start(world.PRESET)
            assert.is_nil(settings:account())
            settings:logIn({ origin = "https://mine.example", username = "me", userkey = ("1"):rep(32) })
            assert.equal("https://mine.example", start(world.PRESET):account().origin)
        end)

        it("is applied again when another download is installed", function()
            start(world.PRESET):logOut()
            local newer = { origin = "https://books.example.com", username = "reader", userkey = ("c"):rep(32) }
            assert.same(newer, start(newer):account())
        end)

        it("may carry the whole API address, and a key in capitals", function()
            local settings = start({
                origin = "https://books.example.com/api/v1/koreader", username = "reader", userkey = ("AB"):rep(16),
            })
            assert.same(world.PRESET, settings:account())
        end)

        it("is ignored when it is incomplete", function()
            for _, preset in ipairs({ {}, { origin = "https://x.example", username = "reader" }, { origin = "", username = "r", userkey = "ab" },
                { origin = "https://x.example", username = "r", userkey = "not a key, not a key, not a key!" } }) do
                assert.is_nil(start(preset):account())
            end
        end)

        it("is not an error when it is absent", function()
            assert.is_nil(start(nil):account())
            for _, line in ipairs(require("logger").lines) do
                assert.is_nil(line:find("preset", 1, true))
            end
        end)
    end)

    describe("the settings", function()
        it("keep one id for this installation", function()
            local id = world.background().settings:get("install_id")
            world.background().settings:flush()
            world.start({ folder = world.folder })
            assert.equal(id, world.background().settings:get("install_id"))
            assert.matches("^%x+%-%x+%-%x+%-%x+%-%x+$", id)
        end)

        it("survive a damaged file", function()
            write(world.folder .. "/bookorbit.lua", "return 5")
            world.start({ folder = world.folder })
            assert.equal("prompt", world.background().settings:get("newer"))
        end)
    end)
end)
