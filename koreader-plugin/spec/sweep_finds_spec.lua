--- What a sweep finds beyond KOReader's history, what it does not send, and what ends it without a word.

local lfs = require("lfs")
local device = require("support/device")
local statistics = require("support/statistics")
local world = require("support/world")

describe("a sweep", function()
    local server, browser, history, doc_settings

    device.each({ capabilities = { "oneCallSync" }, auto_sync = false, two_way = true, knows_server = true }, function(started)
        server, browser = started.server, world.browse()
        history, doc_settings = require("readhistory").hist, require("docsettings")
    end)

    local SIDECAR = { percent_finished = 0.5, last_xpointer = "/body/p[1]" }

    local function addBook(name, sidecar)
        local file = world.file(name)
        table.insert(history, { file = file })
        doc_settings.put(file, sidecar or SIDECAR)
        return file
    end

    local function sweep(seconds)
        browser:handleEvent({ name = "BookOrbitSyncAll", handler = "onBookOrbitSyncAll", args = { n = 0 } })
        world.pass(seconds or 60)
    end

    local function said()
        local windows = world.ui_manager.windows("infomessage")
        return windows[#windows] and windows[#windows].text
    end

    local function makeFolder(path)
        os.execute("mkdir -p '" .. path .. "'")
    end

    -- The stand-in for docsettings.lua keeps sidecars beside the book under another name: these here only tell where books are.
    local function touchSidecar(folder, suffix, content)
        makeFolder(folder)
        local out = assert(io.open(folder .. "/metadata." .. suffix .. ".lua", "wb"))
        out:write(content or "return {}")
        out:close()
    end

    it("finds books by their sidecars: beside the book, in KOReader's folder, and by fingerprint", function()
        local home = world.folder .. "/home"
        makeFolder(home .. "/deep/er")
        world.global_settings.home_dir = home
        local beside, in_folder, by_hash = world.file("home/deep/er/a.b.epub"), world.file("home/c.pdf"), world.file("d.epub")
        world.file("home/never opened.epub")
        touchSidecar(home .. "/deep/er/a.b.sdr", "epub")
        touchSidecar(home .. "/gone.sdr", "epub")
        touchSidecar(world.folder .. "/docsettings" .. home .. "/c.sdr", "pdf")
        touchSidecar(world.folder .. "/hashdocsettings/ab/abcdef.sdr", "epub", ("return { doc_path = %q }"):format(by_hash))
        for _, file in ipairs({ beside, in_folder, by_hash }) do doc_settings.put(file, SIDECAR) end
        sweep()
        assert.equal(3, #server.pushed)
        assert.matches("In your libraries: 3", said())
    end)

    it("does not take a book twice whose folder is named with a slash or through a link", function()
        local home = world.folder .. "/home"
        makeFolder(home .. "/books")
        os.execute(("ln -s '%s' '%s/link'"):format(home, world.folder))
        world.global_settings.home_dir = world.folder .. "/link/"
        local file = world.file("home/books/a.epub")
        touchSidecar(home .. "/books/a.sdr", "epub")
        table.insert(history, { file = file })
        doc_settings.put(file, SIDECAR)
        sweep()
        assert.equal(1, #server.pushed)
        assert.matches("In your libraries: 1", said())
    end)

    it("comes to an end in a folder that contains itself", function()
        local home = world.folder .. "/home"
        makeFolder(home)
        os.execute(("ln -s '%s' '%s/again'"):format(home, home))
        world.global_settings.home_dir = home
        addBook("book.epub")
        sweep()
        assert.matches("In your libraries: 1", said())
    end)

    it("sends the page stats of books whose files are gone, matched by the md5 the statistics know", function()
        if not statistics.isAvailable() then pending("there is no sqlite3 command") return end
        local file = addBook("book.epub")
        local hash = require("util").partialMD5(file)
        local gone, strange = ("ab"):rep(16), ("cd"):rep(16)
        statistics.write(world.folder .. "/statistics.sqlite3",
            { { title = "Here", md5 = hash }, { title = "Gone", md5 = gone:upper() }, { title = "Strange", md5 = strange } },
            { { 1, 1, 1794990000, 30, 100 }, { 2, 7, 1794991000, 40, 200 }, { 3, 9, 1794992000, 50, 300 } })
        server.lacks = { [strange] = true }
        sweep()
        assert.same({ "1794990000:1", "1794991000:7" }, (function()
            local keys = {}
            for key in pairs(server.rows) do keys[#keys + 1] = key end
            table.sort(keys)
            return keys
        end)())
        assert.matches("Known from statistics only: 1", said())
        assert.matches("Not in your libraries, skipped: 1", said())
        local asked = world.sent("/plugin/match-check")
        local titles = { asked[2].body.books[1].title, asked[2].body.books[2].title }
        table.sort(titles)
        assert.same({ "Gone", "Strange", "statistics" }, { titles[1], titles[2], asked[2].body.books[1].source })
        server.rows = {}
        sweep()
        assert.same({}, server.rows) -- what the server has is not sent again
    end)

    it("asks first which books the libraries have, and sends nothing of the others", function()
        local file = addBook("mine.epub")
        addBook("strange.epub")
        server.lacks = { [require("util").partialMD5(world.folder .. "/strange.epub")] = true }
        sweep()
        assert.equal(1, #world.sent("/plugin/match-check"))
        assert.equal(2, #world.sent("/plugin/match-check")[1].body.hashes)
        local synced = world.sent("/plugin/sync")
        assert.equal(1, #synced)
        assert.same({ require("util").partialMD5(file) }, { synced[1].body.books[1].hash, synced[1].body.books[2] })
        assert.matches("skipped: 1", said())
    end)

    it("asks book by book where the answer for several is too large", function()
        for i = 1, 3 do addBook("book" .. i .. ".epub") end
        world.respond = function(request)
            local body = request.body and require("bookorbit/api/wire").decode(request.body)
            if request.url:find("/plugin/sync", 1, true) and #body.books > 1 then return nil, "answer too large" end
            return server(request)
        end
        sweep()
        assert.equal(3, #server.pushed)
        assert.matches("In your libraries: 3", said())
    end)

    it("brings what was changed elsewhere to books where nothing changed here", function()
        local item = { datetime = "2026-11-18 10:00:01", drawer = "lighten", color = "yellow", text = "t", page = "/body/p[1]",
            pos0 = "/body/p[1]", pos1 = "/body/p[1]" }
        local file = addBook("book.epub", { percent_finished = 0.5, last_xpointer = "/body/p[1]", annotations = { item } })
        sweep()
        server.to_apply = { delete = { { serverId = 2, datetime = item.datetime,
            key = require("ffi/sha2").md5(item.datetime .. "|" .. item.pos0) } } }
        server.state = { rating = 4 }
        sweep()
        local after = doc_settings:open(file).data
        assert.equal(0, #after.annotations)
        assert.equal(4, after.summary.rating)
    end)

    it("is ended by suspend without a word, and goes on when asked again", function()
        for i = 1, 20 do addBook("book" .. i .. ".epub") end
        sweep(0.6)
        world.ffiutil.hang = true
        world.pass(0.3)
        browser:handleEvent({ name = "Suspend", handler = "onSuspend", args = { n = 0 } })
        world.pass(5)
        assert.equal(0, #world.ui_manager.windows("infomessage") + #world.ui_manager.windows("confirmbox"))
        assert.equal(0, world.ui_manager.standby_holds)
        assert.is_nil(world.background().settings:get("last_failure"))
        world.ffiutil.hang = nil
        local before = #server.pushed
        assert.is_true(before > 0 and before < 20)
        browser:handleEvent({ name = "Resume", handler = "onResume", args = { n = 0 } })
        server.pushed = {}
        sweep()
        assert.equal(20 - before, #server.pushed)
        assert.matches("In your libraries: 20", said())
    end)

    it("goes on where a flat battery cut it off, whatever the last line of its file looks like", function()
        for i = 1, 20 do addBook("book" .. i .. ".epub") end
        sweep(0.1)
        while #server.pushed < 15 do world.pass(0.05) end -- the last five while the battery went flat
        local folder = world.folder
        local out = assert(io.open(folder .. "/bookorbit/sweep.log", "ab"))
        out:write("+\tabcdef0123\tab")
        out:close()
        local files = {}
        for i, item in ipairs(history) do files[i] = item end
        world.stop(true)
        world.start({ preset = world.PRESET, respond = server, folder = folder })
        browser, server.pushed = world.browse(), {}
        for i, item in ipairs(files) do require("readhistory").hist[i] = item end
        sweep()
        assert.equal(10, #server.pushed)
        assert.equal(20, server.swept.booksMatched)
        assert.is_nil(lfs.attributes(folder .. "/bookorbit/sweep.log"))
    end)
end)
