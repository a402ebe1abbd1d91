--- The same days of reading with the network failing at each request in turn, before the server heard it or after: the same end.

local Server = require("support/memory_server")
local world = require("support/world")

describe("a network that fails at any request", function()
    local function xpointer(page)
        return ("/body/DocFragment[%d]/body/p[1]/text().0"):format(page)
    end

    local function highlight(number)
        return {
            datetime = ("2026-11-18 10:00:%02d"):format(number), drawer = "lighten", color = "yellow", text = "text " .. number,
            page = xpointer(number), pos0 = xpointer(number), pos1 = xpointer(number), pageno = number,
        }
    end

    local function plain(map)
        local list = {}
        for datetime, item in pairs(map) do
            list[#list + 1] = datetime .. " " .. item.text .. " " .. tostring(item.note)
        end
        table.sort(list)
        return list
    end

    -- @return what server and device have at the end, and how many requests it took
    local function play(capabilities, fails_at, is_heard)
        local server = Server.new({ capabilities = capabilities })
        local count = 0
        world.start({ preset = world.PRESET, now = world.NOW, respond = function(request)
            count = count + 1
            if count ~= fails_at then return server(request) end
            if is_heard then server(request) end
            return nil, "connection reset by peer"
        end })
        world.login():set("two_way", true)
        local sidecar = { summary = { status = "reading", modified = "2026-11-18" } }
        local texts = {}
        for page = 1, 100 do
            texts[xpointer(page) .. " " .. xpointer(page)] = "text " .. page
        end
        local list = { highlight(1), highlight(2), highlight(3) }
        local file = world.file("book.epub")
        local function sitting(f)
            local reader = world.open({ file = file, annotations = list, sidecar = sidecar, texts = texts, page = sidecar.page,
                xpointer = sidecar.place })
            world.pass(200)
            f(reader)
            world.pass(10)
            sidecar.page, sidecar.place = reader.page, reader.xpointer
            reader:close()
            world.pass(200)
        end
        sitting(function(reader)
            reader:turnTo(4)
            list[1].note = "a note"
        end)
        server.to_apply = { add = { {
            serverId = 9, version = 1, datetime = "2026-11-18 11:00:00", datetimeUpdated = "2026-11-18 11:00:00", drawer = "invert",
            color = "red", text = "text 7", posFormat = "xpointer", pos0 = xpointer(7), pos1 = xpointer(7), pageno = 7,
        } } }
        sitting(function(reader)
            reader:turnTo(6)
            table.remove(list, 2)
            sidecar.summary.rating = 5
        end)
        sitting(function() end)
        world.pass(8000)
        sitting(function() end)
        local device = {}
        for _, item in ipairs(list) do
            device[item.datetime] = item
        end
        local state = {
            server = plain(server.notes), device = plain(device), place = server.pushed[#server.pushed].progress,
            waiting = world.background().outbox:count("reader"), acked = #server.acked > 0 and server.acked[#server.acked].status,
            owed = world.background().sync:recordOf(require("bookorbit/store/ledger").key(file)).acks,
            agreed = world.background().sync:recordOf(require("bookorbit/store/ledger").key(file)).state,
        }
        world.stop()
        return state, count
    end

    for name, capabilities in pairs({ ["one call"] = { "oneCallSync" }, ["single routes"] = {} }) do
        it("changes nothing in the end, by " .. name, function()
            local expected, count = play(capabilities, nil)
            assert.equal(2, #expected.server)
            assert.equal(3, #expected.device)
            assert.same({ 0, "applied", 5 }, { expected.waiting, expected.acked, expected.agreed.rating })
            assert.is_true(count >= 6)
            for fails_at = 1, count do
                for _, is_heard in ipairs({ false, true }) do
                    local state = play(capabilities, fails_at, is_heard)
                    assert.same(expected, state, ("request %d, %s"):format(fails_at, is_heard and "heard" or "not heard"))
                end
            end
        end)
    end
end)
