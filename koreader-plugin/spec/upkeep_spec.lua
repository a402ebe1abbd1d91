--- What keeps the plugin small and honest over years: pruning, ids of copied settings, what waits since the last run.

local lfs = require("lfs")
local device = require("support/device")
local world = require("support/world")

describe("over the years", function()
    local server

    device.each(nil, function(started) server = started.server end)

    local function booksFolder()
        return world.folder .. "/bookorbit/books"
    end

    local function put(name, age)
        local path = booksFolder() .. "/" .. name
        local out = assert(io.open(path, "wb"))
        out:write("{}")
        out:close()
        assert(lfs.touch(path, os.time() - age, os.time() - age))
        return path
    end

    local function readAndClose(name)
        local reader = world.open({ file = world.file(name or "book.epub") })
        world.pass(5)
        reader:turnTo(5)
        reader:close()
        world.pass(5)
    end

    it("forgets what was agreed on of books nobody opened for two years, once a run, but never what waits", function()
        local year = 365 * 86400
        local old, fresh = put("aa.json", 3 * year), put("bb.json", year)
        local notes = put("aa.annotations", 3 * year)
        local waiting = put("cc.json", 3 * year)
        world.background().outbox:put("cc", { owner = "reader", file = "/x.epub", progress = { percentage = 0.1, progress = "1" }, hash = ("a"):rep(32) })
        server.offline = "network is unreachable"
        readAndClose()
        assert.is_nil(lfs.attributes(old))
        assert.is_nil(lfs.attributes(notes))
        assert.is_table(lfs.attributes(fresh))
        assert.is_table(lfs.attributes(waiting))
    end)

    it("looks at a few files at a time, however many there are", function()
        for i = 1, 300 do put(("%032x.json"):format(i), 365 * 86400) end
        local ended = put("aa.json", 3 * 365 * 86400)
        local attributes, around, most, now = lfs.attributes, world.ui_manager.around, 0, 0
        lfs.attributes = function(...) -- luacheck: ignore
            now = now + 1
            return attributes(...)
        end
        world.ui_manager.around = function(action, ...)
            now = 0
            action(...)
            most = math.max(most, now)
        end
        readAndClose()
        world.pass(30)
        world.ui_manager.around, lfs.attributes = around, attributes -- luacheck: ignore
        assert.is_nil(lfs.attributes(ended))
        assert.is_true(most < 80, "files in one slice: " .. most)
    end)

    it("keeps everything on a device whose clock lost its battery", function()
        local path = put("aa.json", 3 * 365 * 86400)
        require("support/clock").set(86400)
        readAndClose()
        assert.is_table(lfs.attributes(path))
    end)

    it("forgets what is kept aside of files that are gone", function()
        local aside = world.background().sync.aside
        local account = world.background().sync:accountId()
        for _, name in ipairs({ "here.epub", "gone.epub" }) do
            local kept = aside:get(name == "here.epub" and "aa" or "bb", account)
            kept.items[1] = { id = "s1", op = "add", item = { serverId = 1 }, text = name }
            kept.path, kept.file, kept.has_changed = name == "here.epub" and world.file(name) or "/nowhere/" .. name, name, true
            aside:save(name == "here.epub" and "aa" or "bb", kept)
        end
        readAndClose()
        world.pass(10)
        local all = aside:all(account)
        assert.same({ "aa" }, { all[1].key, all[2] })
    end)

    it("has another install id where the settings were copied to another model, and the same one on the same", function()
        local settings = world.background().settings
        local first = settings:installId("Kobo_nova")
        assert.equal(first, settings:installId("Kobo_nova"))
        local second = settings:installId("Kindle PW4")
        assert.are_not.equal(first, second)
        assert.equal(second, settings:installId("Kindle PW4"))
    end)

    it("sends what waits since the last run, on a device that is connected already", function()
        server.offline = "network is unreachable"
        readAndClose()
        server.offline = nil
        assert.equal(0, #server.pushed)
        local folder = world.folder
        world.stop(true)
        world.start({ preset = world.PRESET, respond = server, folder = folder })
        world.browse()
        world.pass(30)
        assert.equal(1, #server.pushed)
    end)

    it("asks KOReader to write down the last pages' statistics before a sync by hand", function()
        local written = 0
        local reader = world.open({ file = world.file("book.epub") })
        reader.statistics = { insertDB = function() written = written + 1 end }
        reader:send("BookOrbitSyncBook")
        assert.equal(1, written)
    end)
end)
