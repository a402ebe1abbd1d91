--- When work is begun, held back, repeated: the scheduler between the reader and the child process.

local device = require("support/device")
local world = require("support/world")

describe("the sync worker", function()
    local server, sync, settings

    device.each(nil, function(started) server, sync, settings = started.server, started.sync, started.settings end)

    it("waits after a failure, 1 minute and then 2, before it tries again by itself", function()
        server.offline = "connection refused"
        local reader = device.open()
        reader:turnTo(5)
        reader:close()
        world.pass(3)
        local tries = #world.requests
        world.pass(50)
        assert.equal(tries, #world.requests)
        world.pass(20)
        assert.equal(tries + 1, #world.requests)
        world.pass(100)
        assert.equal(tries + 1, #world.requests)
        world.pass(40)
        assert.equal(tries + 2, #world.requests)
    end)

    it("does not hold up what is asked for by hand", function()
        server.offline = "connection refused"
        local reader = device.open()
        reader:turnTo(5)
        server.offline = nil
        reader:send("BookOrbitSyncBook")
        world.pass(3)
        assert.equal(1, #server.pushed)
    end)

    it("tries at once when the network comes back, and begins the waiting anew", function()
        server.offline = "connection refused"
        local reader = device.open()
        server.offline = nil
        reader:send("NetworkConnected")
        world.pass(5)
        assert.equal(1, #world.sent("/syncs/progress/"))
    end)

    it("leaves a refused account alone for an hour, whatever the network does", function()
        server.status, server.error = 401, "unauthorized"
        local reader = device.open()
        local tries = #world.requests
        for _ = 1, 10 do
            reader:send("NetworkConnected")
            world.pass(300)
        end
        assert.equal(tries, #world.requests)
        world.pass(700)
        assert.equal(tries + 1, #world.requests)
    end)

    it("forgets the waiting when somebody logs in", function()
        server.status, server.error = 401, "unauthorized"
        device.open()
        server.status = nil
        world.background().sync.backoff:failed({ kind = "unauthorized" }, os.time())
        settings:logIn({ origin = "https://books.example.com", username = "reader", userkey = ("d"):rep(32) })
        sync:accountChanged()
        assert.equal(0, sync.backoff:waitSeconds(os.time()))
    end)

    it("forgets what was agreed on with another server", function()
        local reader = device.open()
        reader:turnTo(5)
        reader:send("BookOrbitSyncBook")
        world.pass(3)
        assert.is_true(reader.plugin.book.record.match.isMatched)
        settings:logIn({ origin = "https://other.example.com", username = "reader", userkey = ("d"):rep(32) })
        sync:accountChanged()
        assert.is_nil(reader.plugin.book.record.match)
        assert.is_nil(reader.plugin.book.record.pushed)
        assert.is_not_nil(reader.plugin.book:identity())
    end)

    it("does nothing between suspend and resume", function()
        local reader = device.open()
        reader:turnTo(5)
        local before = world.ffiutil.started
        reader:send("Suspend")
        reader:send("NetworkConnected")
        world.pass(3600)
        assert.equal(before, world.ffiutil.started)
        reader:send("Resume")
        world.pass(5)
        assert.equal(1, #server.pushed)
    end)

    it("takes a turned page, or a wish by hand, for a sign that the device is awake", function()
        local reader = device.open()
        reader:send("Suspend")
        reader:turnTo(5)
        reader:send("NetworkConnected")
        world.pass(60)
        reader:close()
        world.pass(5)
        assert.equal(1, #server.pushed)
        reader = device.open()
        reader:send("Suspend")
        local before = #world.sent("/syncs/progress/")
        reader:send("BookOrbitPull")
        world.pass(3)
        assert.equal(before + 1, #world.sent("/syncs/progress/"))
    end)

    it("starts no child when there is nothing to do", function()
        local reader = device.open()
        reader:close()
        world.pass(30)
        local before = world.ffiutil.started
        world.browse().plugin:handleEvent({ handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(60)
        assert.equal(before, world.ffiutil.started)
    end)

    it("takes the fingerprint without a network, once", function()
        world.network.connected = false
        local file = world.file("book.epub")
        local reader = device.open({ file = file })
        assert.equal(1, world.ffiutil.started)
        reader:turnTo(3)
        reader:close()
        local waiting = world.background().outbox:waiting("reader")[1].entry
        assert.equal(require("util").partialMD5(file), waiting.hash)
        world.pass(60)
        device.open({ file = file }):close()
        world.pass(60)
        assert.equal(1, world.ffiutil.started)
        assert.equal(0, #world.requests)
    end)

    it("takes the fingerprint again when the file was replaced under the same name", function()
        local file = world.file("book.epub", "first edition")
        local reader = device.open({ file = file })
        reader:close()
        world.pass(30)
        world.file("book.epub", "second, revised edition")
        reader = device.open({ file = file, sidecar = { partial_md5_checksum = require("support/md5")("first edition") } })
        local checks = world.sent("/plugin/match-check")
        assert.equal(2, #checks)
        assert.equal(require("support/md5")("second, revised edition"), checks[2].body.hashes[1])
        assert.same({ require("support/md5")("first edition") }, checks[2].body.books[1].alsoKnownAs)
        reader:close()
    end)

    it("asks whether the book is in the library once a week while it is, and every hour while it is not", function()
        local function opened()
            device.open():close()
            return #world.sent("/plugin/match-check")
        end
        assert.equal(1, opened())
        world.pass(6 * 86400)
        assert.equal(1, opened())
        world.pass(2 * 86400)
        server.matched = false
        assert.equal(2, opened())
        world.pass(1800)
        assert.equal(2, opened())
        world.pass(3600)
        assert.equal(3, opened())
        world.pass(86400)
        server.matched = nil
        assert.equal(4, opened())
    end)

    it("asks again when the clock was set back, rather than never", function()
        device.open():close()
        require("support/clock").set(world.NOW - 86400)
        device.open()
        assert.equal(2, #world.sent("/plugin/match-check"))
    end)

    it("asks again at once when somebody syncs a book by hand that was not in the library", function()
        server.matched = false
        local reader = device.open()
        server.matched = nil
        reader:turnTo(4)
        reader:send("BookOrbitSyncBook")
        world.pass(3)
        assert.equal(2, #world.sent("/plugin/match-check"))
        assert.is_true(reader.plugin.book.record.match.isMatched)
    end)

    it("lets the server recognise the open book before its place is sent", function()
        local reader = device.open({ page = 9 })
        reader:turnTo(10)
        reader:send("BookOrbitPush")
        world.pass(3)
        local paths = {}
        for _, request in ipairs(world.sent()) do
            paths[#paths + 1] = request.path:match("^/[%a]+/[%a-]+")
        end
        assert.same({ "/plugin/version", "/plugin/match-check", "/plugin/book-states", "/syncs/progress", "/plugin/progress" }, paths)
    end)

    it("does not write or send the same place twice", function()
        world.network.connected = false
        local reader = device.open()
        reader:turnTo(5)
        reader:close()
        local number = world.background().outbox:waiting("reader")[1].entry.number
        reader = device.open({ page = 5 })
        reader:send("Suspend")
        reader:send("Resume")
        reader:close()
        assert.equal(number, world.background().outbox:waiting("reader")[1].entry.number)
        world.network.connected = true
        reader = device.open({ page = 5 })
        assert.equal(1, #server.pushed)
        reader:close()
        world.pass(60)
        assert.equal(1, #server.pushed)
    end)

    it("writes nothing at close when nothing was read", function()
        settings:set("auto_sync", false)
        local saves = 0
        local reader = device.open()
        local ledger = getmetatable(sync.ledger).__index
        local save = ledger.save
        ledger.save = function(...)
            saves = saves + 1
            return save(...)
        end
        reader:close()
        assert.equal(0, saves)
        reader = device.open()
        reader:turnTo(4)
        reader:close()
        assert.equal(1, saves)
        device.open({ page = 4 }):close()
        assert.equal(1, saves)
    end)

    it("tells the status that the disk refused", function()
        local reader = device.open()
        reader:turnTo(5)
        os.execute("rm -rf '" .. world.folder .. "/bookorbit/outbox'")
        reader:close()
        assert.equal("device", settings:get("last_failure").kind)
        world.pass(5)
        assert.equal(1, #server.pushed)
    end)

    it("removes what the server refuses, and says of which book", function()
        local reader = device.open()
        reader:turnTo(5)
        local answer = getmetatable(server).__call
        getmetatable(server).__call = function(self, request)
            if request.url:find("/plugin/progress", 1, true) then
                return 400, {}, '{"code":400,"message":"No such place.","error":"bad_request","statusCode":400}'
            end
            return answer(self, request)
        end
        reader:send("BookOrbitSyncBook")
        world.pass(3)
        assert.equal(0, world.background().outbox:count("reader"))
        assert.equal("book.epub", settings:get("last_failure").title)
        assert.equal("No such place.", settings:get("last_failure").message)
    end)

    it("says when it last spoke with the server, and forgets the last problem then", function()
        settings:set("last_failure", { kind = "offline" })
        assert.is_nil(settings:get("last_sync"))
        device.open()
        assert.is_number(settings:get("last_sync"))
        assert.is_nil(settings:get("last_failure"))
    end)

    it("remembers where a server that wants encryption sends it", function()
        settings:logIn({ origin = "http://books.example.com", username = "reader", userkey = ("d"):rep(32) })
        sync:accountChanged()
        local answer = getmetatable(server).__call
        getmetatable(server).__call = function(self, request)
            if request.url:find("^http:") then return 308, { location = (request.url:gsub("^http:", "https:")) }, "" end
            return answer(self, request)
        end
        device.open()
        assert.equal("https://books.example.com", settings:account().origin)
        assert.equal(("d"):rep(32), settings:account().userkey)
    end)

    it("does afterwards what was asked for while it was busy", function()
        local reader = world.open({ file = world.file("book.epub") })
        world.pass(1.1) -- the pull after opening is under way
        assert.is_true(sync.child:isBusy())
        reader:turnTo(7)
        reader:send("BookOrbitPush")
        assert.equal(0, #server.pushed)
        world.pass(5)
        assert.equal(1, #server.pushed)
    end)

    it("empties a full outbox, a hundred at a time", function()
        local outbox = world.background().outbox
        for i = 1, 230 do
            outbox:put(("%032x"):format(i), {
                owner = "reader", file = "/b" .. i, size = 1, mtime = 1, hash = ("%032x"):format(i), progress = { percentage = 0.5 },
            })
        end
        world.browse().plugin:handleEvent({ handler = "onNetworkConnected", args = { n = 0 } })
        world.pass(20)
        assert.equal(230, #server.pushed)
        assert.equal(0, outbox:count("reader"))
        assert.equal(3, world.ffiutil.started)
    end)

    it("begins the waiting anew after a success", function()
        local reader = device.open()
        server.offline = "connection refused"
        reader:turnTo(5)
        reader:send("BookOrbitPush")
        world.pass(3)
        server.offline = nil
        world.pass(70)
        assert.equal(1, #server.pushed)
        server.offline = "connection refused"
        reader:turnTo(6)
        reader:send("BookOrbitPush")
        world.pass(3)
        server.offline = nil
        world.pass(61)
        assert.equal(2, #server.pushed)
    end)

    it("sends what came while it waited, when the waiting ends", function()
        settings:set("newer", "never")
        settings:set("older", "never")
        local reader = device.open()
        server.offline = "connection refused"
        reader:send("BookOrbitPull")
        world.pass(3)
        server.offline = nil
        reader:turnTo(8)
        reader:close()
        world.pass(10)
        assert.equal(0, #server.pushed)
        world.pass(60)
        assert.equal(1, #server.pushed)
    end)

    it("stops for good when the plugin is switched off", function()
        local reader = device.open()
        reader:turnTo(5)
        world.ffiutil.hang = true
        reader:send("BookOrbitSyncBook")
        world.ffiutil.hang = nil
        reader.plugin:stopPlugin()
        assert.is_false(sync.child:isBusy())
        local before = #world.requests
        reader:turnTo(6)
        reader:close()
        world.pass(3600)
        assert.equal(before, #world.requests)
        assert.equal(0, #world.ui_manager.tasks)
    end)

    it("leaves no retry behind when the plugin is switched off", function()
        server.offline = "connection refused"
        local reader = device.open()
        reader:turnTo(5)
        reader:send("BookOrbitSyncBook")
        world.pass(5)
        assert.equal(1, #world.ui_manager.tasks)
        reader.plugin:stopPlugin()
        assert.equal(0, #world.ui_manager.tasks)
    end)
end)
