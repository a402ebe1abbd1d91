--- The plugin against a running BookOrbit: real sockets, a real statistics database, real sidecars, real books.
-- Runs where the environment names a server:
--   BOOKORBIT_E2E_ORIGIN, BOOKORBIT_E2E_USERNAME, BOOKORBIT_E2E_KEY   the account of a downloaded plugin, with nothing synced yet
--   BOOKORBIT_E2E_ROUTES=single   as if the server lacked the one call
--   BOOKORBIT_E2E_BOOKS   a folder with epubjs-alice.epub and se-wodehouse-love-among-the-chickens.epub as the library has them

local clock = require("support/clock")
local lfs = require("lfs")
local shared = require("support/shared")
local statistics = require("support/statistics")
local world = require("support/world")

local ORIGIN = os.getenv("BOOKORBIT_E2E_ORIGIN")
local DEVICES = { a = ("A"):rep(32), b = ("B"):rep(32) }

describe("against a real server", function()
    -- The end-to-end suite of the server starts one and names it; alone there is nothing to run.
    if not ORIGIN or not shared.folder then return end

    local folders = {}

    local function copy(from, to)
        local source = assert(io.open(from, "rb"))
        local target = assert(io.open(to, "wb"))
        target:write(source:read("*a"))
        source:close()
        target:close()
    end

    local function sidecarOf(device, name)
        local folder = device == "a" and "device-a/Books" or "device-b/docsettings/mnt/onboard/Books"
        return dofile(("%s/koreader-data/%s/%s.sdr/metadata.epub.lua"):format(shared.folder, folder, name))
    end

    -- One device, started anew with what it wrote before.
    local function onDevice(device, f)
        world.start({
            folder = folders[device], device_id = DEVICES[device], has_real_network = true,
            single_routes = os.getenv("BOOKORBIT_E2E_ROUTES") == "single", now = clock.real(),
            preset = { origin = ORIGIN, username = os.getenv("BOOKORBIT_E2E_USERNAME"), userkey = os.getenv("BOOKORBIT_E2E_KEY") },
        })
        folders[device] = world.folder
        local settings = world.background().settings
        settings:set("auto_sync", true)
        settings:set("two_way", true)
        settings:set("newer", "silent")
        local ok, problem = pcall(f)
        settings:flush()
        world.stop(true)
        if not ok then error(problem, 0) end
    end

    local function open(name, sidecar, annotations)
        local file = world.folder .. "/" .. name .. ".epub"
        if lfs.attributes(file, "mode") ~= "file" then copy(os.getenv("BOOKORBIT_E2E_BOOKS") .. "/" .. name .. ".epub", file) end
        local real, texts, after = {}, {}, {}
        for _, device in ipairs({ "a", "b" }) do
            local found, theirs = pcall(sidecarOf, device, name)
            for _, item in ipairs(found and theirs.annotations or {}) do
                for _, xpointer in pairs({ item.page, item.pos0 or item.page, item.pos1 or item.page }) do
                    real[xpointer] = math.max(1, math.min(100, item.pageno or 1))
                    real[xpointer:gsub("%[1%]", "")] = real[xpointer]
                end
                if item.pos1 then
                    texts[item.pos0 .. " " .. item.pos1] = item.text
                    texts[item.pos0:gsub("%[1%]", "") .. " " .. item.pos1:gsub("%[1%]", "")] = item.text
                    after[item.pos0], after[item.pos0:gsub("%[1%]", "")] = item.text, item.text
                end
            end
        end
        local reader = world.open({
            file = file, annotations = annotations, sidecar = sidecar, real_xpointers = real, texts = texts, after = after,
            -- Where KOReader left off.
            page = sidecar.left_at and 20 or 1, xpointer = sidecar.left_at,
            props = { title = sidecar.doc_props and sidecar.doc_props.title, authors = sidecar.doc_props and sidecar.doc_props.authors },
        })
        world.pass(30)
        return reader
    end

    local function copyOf(items)
        local list = {}
        for i, item in ipairs(items) do
            list[i] = {}
            for key, value in pairs(item) do
                list[i][key] = value
            end
        end
        return list
    end

    local function highlights(items)
        local list = {}
        for _, item in ipairs(items) do
            if item.drawer then list[#list + 1] = item end
        end
        return list
    end

    local function assertNoFailure()
        local failure = world.background().settings:get("last_failure")
        assert.is_nil(failure, failure and (failure.kind .. " " .. tostring(failure.message or failure.reason)))
    end

    teardown(function()
        for _, folder in pairs(folders) do
            os.execute("rm -rf '" .. folder .. "'")
        end
    end)

    local NAME = "epubjs-alice"
    local sidecar_a, sidecar_b
    local has_highlights = false

    it("recognises a book, and takes up its place, highlights, status and page stats", function()
        onDevice("a", function()
            sidecar_a = sidecarOf("a", NAME)
            copy(shared.folder .. "/koreader-data/device-a/settings/statistics.sqlite3", world.folder .. "/statistics.sqlite3")
            local reader = open(NAME, sidecar_a, sidecar_a.annotations)
            assertNoFailure()
            local record = reader.plugin.book.record
            assert.is_true(record.match.isMatched)
            assert.equal("current", record.match.matchedBy)
            assert.is_nil(record.failed)
            has_highlights = next(reader.plugin.book.notes.entries) ~= nil
            assert.is_true(record.stats.watermark > 0)
            assert.is_string(record.stats.signature)
            assert.same({ sidecar_a.summary.status, sidecar_a.summary.rating }, { record.state.status, record.state.rating })
            sidecar_a.left_at = highlights(sidecar_a.annotations)[4].pos0
            reader:showPage(20, sidecar_a.left_at)
            reader:close()
            world.pass(10)
            assertNoFailure()
            assert.equal(0, world.background().outbox:count(os.getenv("BOOKORBIT_E2E_USERNAME")))
            for _, item in ipairs(sidecar_a.annotations) do
                assert.is_string(item.datetime)
            end
        end)
    end)

    it("has nothing more to say of a book where nothing changed: one small request each for open and close", function()
        onDevice("a", function()
            open(NAME, sidecar_a, sidecar_a.annotations):close() -- learns in this run of KOReader what the server knows
            world.pass(10)
            world.requests = {}
            local reader = open(NAME, sidecar_a, sidecar_a.annotations)
            assertNoFailure()
            if os.getenv("BOOKORBIT_E2E_ROUTES") ~= "single" then
                assert.equal(1, #world.requests)
                assert.is_true(#world.requests[1].body < 1024)
            end
            world.requests = {}
            reader:close()
            world.pass(10)
            assert.is_true(#world.requests <= 1)
        end)
    end)

    it("brings highlights, status and place to a second device, and hears how it went", function()
        onDevice("b", function()
            sidecar_b = { cre_dom_version = sidecar_a.cre_dom_version }
            local reader = open(NAME, sidecar_b, {})
            world.pass(60)
            assertNoFailure()
            assert.same({ sidecar_a.summary.status, sidecar_a.summary.rating }, { sidecar_b.summary.status, sidecar_b.summary.rating })
            assert.equal(sidecar_a.left_at, reader.xpointer)
            sidecar_b.left_at = reader.xpointer
            if not has_highlights then pending("this server does not sync highlights yet") return end
            local texts_a, texts_b = {}, {}
            for _, item in ipairs(highlights(sidecar_a.annotations)) do
                texts_a[#texts_a + 1] = item.datetime .. item.text .. item.drawer .. tostring(item.note)
            end
            for _, item in ipairs(highlights(reader.annotation.annotations)) do
                texts_b[#texts_b + 1] = item.datetime .. item.text .. item.drawer .. tostring(item.note)
            end
            table.sort(texts_a)
            table.sort(texts_b)
            assert.same(texts_a, texts_b)
            assert.is_nil(reader.plugin.book.record.acks)
            -- Read on, change a note, delete another.
            local list = highlights(reader.annotation.annotations)
            list[1].note = "written on the second device"
            for i, item in ipairs(reader.annotation.annotations) do
                if item == list[2] then table.remove(reader.annotation.annotations, i) break end
            end
            reader.edited, reader.deleted = list[1].datetime, list[2].datetime
            sidecar_b.edited, sidecar_b.deleted = reader.edited, reader.deleted
            reader:close()
            world.pass(10)
            assertNoFailure()
        end)
    end)

    it("brings the second device's note and deletion back to the first", function()
        if not has_highlights then pending("this server does not sync highlights yet") return end
        onDevice("a", function()
            local before = copyOf(sidecar_a.annotations)
            local reader = open(NAME, sidecar_a, sidecar_a.annotations)
            world.pass(60)
            assertNoFailure()
            assert.equal(#before - 1, #reader.annotation.annotations)
            local edited
            for _, item in ipairs(reader.annotation.annotations) do
                assert.not_equal(sidecar_b.deleted, item.datetime)
                if item.datetime == sidecar_b.edited then edited = item end
            end
            assert.equal("written on the second device", edited.note)
            assert.is_nil(reader.plugin.book.record.acks)
            reader:close()
            world.pass(10)
        end)
    end)

    it("takes up a closed book by its sidecar, and skips one the library does not have", function()
        onDevice("a", function()
            local name = "se-wodehouse-love-among-the-chickens"
            local file = world.folder .. "/" .. name .. ".epub"
            copy(os.getenv("BOOKORBIT_E2E_BOOKS") .. "/" .. name .. ".epub", file)
            require("docsettings").put(file, sidecarOf("a", name))
            local history = require("readhistory").hist
            history[1], history[2] = { file = file }, { file = world.file("not-in-the-library.epub") }
            world.browse().plugin:onBookOrbitSyncAll()
            world.pass(60)
            assertNoFailure()
            local windows = world.ui_manager.windows("infomessage")
            local report = windows[#windows].text
            assert.matches("In your libraries: 1", report)
            assert.is_true(tonumber(report:match("skipped: (%d+)")) >= 1)
            -- The other book's file is not in this history; the statistics know it.
            assert.matches("Known from statistics only: 1", report)
            local sent = tonumber(report:match("Highlights sent: (%d+)"))
            assert.equal(#sidecarOf("a", name).annotations, sent)
            assert.is_true(tonumber(report:match("Reading events sent: (%d+)")) > 0)
        end)
    end)

    it("updates itself from what the server hands out, and lets the version before go once it runs", function()
        onDevice("a", function()
            local folder = world.folder .. "/bookorbit.koplugin"
            os.execute(("cp -r bookorbit.koplugin '%s' && printf 'return {}' > '%s/bookorbit/preset.lua' && rm '%s/bookorbit/settings.lua'")
                :format(folder, folder, folder))
            local background = world.background()
            local updater = background.updater
            background.folder, updater.version = folder, "0.0.1"
            local found, installed
            updater:check(function(result) found = result end)
            world.pass(5)
            assert.is_nil(found.failure)
            assert.is_true(#found.files > 40)
            updater:install(found.files, function(result) installed = result end)
            world.pass(20)
            assert.is_nil(installed.failure, installed.failure and (installed.failure.message or installed.failure.detail))
            assert.is_nil(lfs.attributes(folder .. "/bookorbit.old/settings.lua", "mode"))
            for _, file in ipairs(found.files) do
                assert.equal("file", lfs.attributes(folder .. "/" .. file.path, "mode"), file.path)
            end
            -- The account came with the download and stays.
            assert.equal("file", lfs.attributes(folder .. "/bookorbit/preset.lua", "mode"))
            -- It is the next start that has something to prove.
            assert.is_false(updater:isOnTrial())
            dofile(folder .. "/main.lua")
            assert.is_true(updater:isOnTrial())
            updater:confirm()
            assert.is_false(updater:isOnTrial())
            assert.is_nil(lfs.attributes(folder .. "/bookorbit.old", "mode"))
            assert.is_nil(lfs.attributes(folder .. "/bookorbit/main.lua", "mode"))
        end)
    end)

    it("counts each page once, whichever device sends it", function()
        onDevice("b", function()
            if not statistics.isAvailable() then pending("there is no sqlite3 command") return end
            copy(shared.folder .. "/koreader-data/device-a/settings/statistics.sqlite3", world.folder .. "/statistics.sqlite3")
            local reader = open(NAME, sidecar_b, sidecar_b.annotations or {})
            assertNoFailure()
            assert.is_true(reader.plugin.book.record.stats.watermark > 0)
            reader:close()
            world.pass(10)
        end)
    end)
end)
