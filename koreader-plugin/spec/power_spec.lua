--- The same days of reading with the battery cut off at each write of the plugin in turn: the same end.

local Server = require("support/memory_server")
local disk = require("support/disk")
local highlights = require("support/highlights")
local world = require("support/world")

describe("a battery that goes flat at any write", function()
    local function deepCopy(value)
        if type(value) ~= "table" then return value end
        local copy = {}
        for key, item in pairs(value) do
            copy[key] = deepCopy(item)
        end
        return copy
    end

    local function plain(map)
        local list = {}
        for datetime, item in pairs(map) do
            list[#list + 1] = datetime .. " " .. item.text .. " " .. tostring(item.note) .. " " .. tostring(item.color)
        end
        table.sort(list)
        return list
    end

    local function find(list, datetime)
        for i, item in ipairs(list) do
            if item.datetime == datetime then return item, i end
        end
        return nil
    end

    -- What the reader does in each sitting; done again after a cut, so each begins by looking.
    local SITTINGS = {
        function(reader)
            reader:turnTo(4)
            find(reader.annotation.annotations, highlights.DATETIME:format(1)).note = "a note"
        end,
        function(reader)
            reader:turnTo(6)
            local _, index = find(reader.annotation.annotations, highlights.DATETIME:format(2))
            if index then table.remove(reader.annotation.annotations, index) end
            reader.book.sidecar.summary.rating = 5
        end,
        function() end,
        function() end,
    }

    -- A highlight and a colour from another device: the server has them, and offers them.
    local function makeElsewhere(server)
        local add, third = highlights.add(7), highlights.DATETIME:format(3)
        local edit = {
            serverId = 3, version = 2, key = require("ffi/sha2").md5(third .. "|" .. highlights.xpointer(3)), datetime = third,
            datetimeUpdated = "2026-11-18 12:00:00", drawer = "lighten", color = "green", text = "text 3",
        }
        server.notes[add.datetime], server.notes[third] = add, edit
        server.offered, server.to_apply = { add }, { add = { add }, edit = { edit } }
    end

    -- @return what server and device have at the end, and how many steps of the disk it took
    local function play(dies_at)
        local server = Server.new({ capabilities = { "oneCallSync" } })
        local function respond(request)
            if world.disk.is_dead then return nil, "network is unreachable" end
            return server(request)
        end
        local function start(folder, now, steps)
            world.start({ preset = world.PRESET, now = now, folder = folder, respond = respond })
            world.login():set("two_way", true)
            -- KOReader's settings have a backup of their own.
            world.background().settings:flush()
            world.disk = disk.install(world.folder .. "/bookorbit/", dies_at and dies_at > steps and dies_at - steps or nil)
        end
        start(nil, world.NOW, 0)
        local steps, cut = 0, false
        local file = world.file("book.epub")
        -- As KOReader has it on the disk.
        local saved = {
            summary = { status = "reading", modified = "2026-11-18" },
            annotations = { highlights.highlight(1), highlights.highlight(2), highlights.highlight(3) },
        }
        local function restart()
            steps, cut = steps + world.disk.steps, true
            world.disk.restore()
            local folder, now = world.folder, os.time()
            world.expects_error = true -- what was under way when the battery died
            world.stop(true)
            start(folder, now + 600, steps)
        end
        for number, sitting in ipairs(SITTINGS) do
            if number == 2 then makeElsewhere(server) end
            repeat
                local again = false
                local sidecar = deepCopy(saved)
                local book = highlights.book(file, sidecar.annotations, sidecar)
                book.page, book.xpointer = sidecar.page, sidecar.place
                book.on_flush = function(ui)
                    if world.disk.is_dead then return end
                    sidecar.annotations = ui.annotation.annotations
                    local page, place = saved.page, saved.place
                    saved = deepCopy(sidecar)
                    saved.page, saved.place = page, place
                end
                local reader = world.open(book)
                world.pass(200)
                if not world.disk.is_dead then
                    sitting(reader)
                    world.pass(10)
                    local page, place = reader.page, reader.xpointer
                    reader:close()
                    if not world.disk.is_dead then
                        saved = deepCopy(sidecar)
                        saved.page, saved.place = page, place
                        world.pass(200)
                    end
                end
                if world.disk.is_dead then
                    restart()
                    again = true
                end
            until not again
        end
        world.pass(8000)
        local record = world.background().sync:recordOf(require("bookorbit/store/ledger").key(file))
        local device = {}
        for _, item in ipairs(saved.annotations) do
            device[item.datetime] = item
        end
        local state = {
            server = plain(server.notes), device = plain(device), place = server.pushed[#server.pushed].progress,
            rating = server.kept.rating, waiting = world.background().outbox:count("reader"), owed = record.acks,
            agreed = record.state, ledger = 0,
        }
        for _ in pairs(world.background().sync.ledger:notes(require("bookorbit/store/ledger").key(file), record.account).entries) do
            state.ledger = state.ledger + 1
        end
        steps = steps + world.disk.steps
        world.disk.restore()
        world.stop()
        return state, steps, cut
    end

    it("changes nothing in the end", function()
        local expected, steps = play(nil)
        assert.same(expected.device, expected.server)
        assert.equal(3, #expected.device)
        assert.same({ 0, 5, 3 }, { expected.waiting, expected.rating, expected.ledger })
        assert.is_true(steps >= 20)
        for dies_at = 1, steps do
            local state, _, cut = play(dies_at)
            assert.is_true(cut)
            assert.same(expected, state, "the battery goes flat at step " .. dies_at)
        end
    end)
end)
