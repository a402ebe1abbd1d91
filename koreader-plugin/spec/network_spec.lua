--- Real sockets, real child processes.

local socket = require("socket")
local socket_server = require("support/socket_server")

describe("over a real socket", function()
    local server, Client, Http

    setup(function() server = socket_server.start() end)
    teardown(function() server.stop() end)

    before_each(function()
        -- Other specs put an in-memory server in its place.
        package.loaded["bookorbit/api/http"] = nil
        Client = require("bookorbit/api/client")
        Http = require("bookorbit/api/http")
    end)

    local function client(origin)
        return Client.new({
            account = { origin = origin, username = "reader", userkey = ("a"):rep(32) },
            device = { deviceId = "D", deviceModel = "M", pluginVersion = "1", installId = "I" },
            send = Http.send,
            now = function() return 1795000000 end,
        })
    end

    local function failure(behaviour)
        local answer, found = client(server.origin(behaviour)):authorize()
        assert.is_nil(answer)
        return found
    end

    it("speaks with a server that behaves", function()
        local good = client(server.origin("good"))
        assert.equal("reader", good:authorize().username)
        assert.same({}, good:pullProgress("abc"))
        assert.equal(60, good.clock_skew)
        assert.same({}, good:matchCheck({ { hash = "abc", title = "日本" } }).matches)
        assert.is_table(good:pushProgress({ { hash = "abc", percentage = 0.5, progress = "1" } }))
    end)

    it("knows a captive portal by its page, though it says 200", function()
        assert.equal("not_bookorbit", failure("portal").kind)
    end)

    it("tells apart what the server refuses", function()
        assert.equal("unauthorized", failure("unauthorized").kind)
        assert.equal("sync_disabled", failure("disabled").kind)
        local limited = failure("limited")
        assert.equal("rate_limited", limited.kind)
        assert.equal(120, limited.retryAfter)
        assert.equal("server", failure("broken").kind)
        assert.equal("server", failure("gateway").kind)
        assert.equal("moved", failure("elsewhere").kind)
    end)

    it("takes half an answer for none", function()
        assert.equal("cut", failure("cut").reason)
        assert.equal("cut", failure("slammed").reason)
    end)

    it("takes garbage and endless answers for failures", function()
        assert.is_string(failure("garbage").kind)
        assert.equal("not_bookorbit", failure("endless").kind)
        assert.equal("not_bookorbit", failure("nothing").kind)
    end)

    it("blames neither the network nor the account for what a proxy says", function()
        local stranger = failure("stranger")
        assert.same({ "not_bookorbit", 403 }, { stranger.kind, stranger.status })
        assert.equal("too_large", failure("narrow").kind)
        local paused = failure("paused")
        assert.same({ "server", 60 }, { paused.kind, paused.retryAfter })
        local Messages = require("bookorbit/ui/messages")
        for _, behaviour in ipairs({ "stranger", "narrow", "paused", "broken", "gateway", "limited", "disabled", "endless" }) do
            local text = Messages.failure(failure(behaviour))
            assert.is_nil(text:find("reached", 1, true), text)
            assert.is_nil(text:find("network connection", 1, true), text)
        end
    end)

    it("reads an answer that comes in chunks, and takes an unfinished one for none", function()
        assert.equal("in parts", client(server.origin("pieces")):authorize().username)
        assert.is_not_nil(failure("unfinished").kind)
    end)

    it("reads nulls as absent, and numbers too large for it as the nearest it knows", function()
        local with_nulls = client(server.origin("nulls"))
        assert.equal("reader", with_nulls:authorize().username)
        assert.is_nil(with_nulls.clock_skew)
    end)

    it("speaks with a server whose certificate nobody signed", function()
        local secure = socket_server.start(true)
        local account = client(secure.origin("good")):authorize()
        secure.stop()
        assert.equal("reader", account.username)
    end)

    it("names a server's name that cannot be found", function()
        local _, found = client("http://bookorbit.invalid"):authorize()
        assert.same({ "offline", "dns" }, { found.kind, found.reason })
    end)

    it("gives up on a server that says nothing", function()
        local silent = socket_server.start()
        require("socketutil").longest_block = 0.5
        local _, found = client(silent.origin("silent")):authorize()
        require("socketutil").longest_block = 60
        silent.stop()
        assert.equal("timeout", found.reason)
    end)

    it("names a closed port", function()
        local unused = assert(socket.bind("127.0.0.1", 0))
        local _, port = unused:getsockname()
        unused:close()
        local _, refused = client("http://127.0.0.1:" .. port):authorize()
        assert.equal("refused", refused.reason)
    end)

    it("names a plain server where a secure one was asked for", function()
        local _, found = client(("https://127.0.0.1:%d/good"):format(server.port)):authorize()
        assert.equal("tls", found.reason)
    end)
end)

describe("a child process", function()
    local Child, ffiutil, UIManager, child

    before_each(function()
        for _, name in ipairs({ "ui/uimanager", "bookorbit/device/child" }) do
            package.loaded[name] = nil
        end
        ffiutil = require("ffi/util")
        ffiutil.inline, ffiutil.hang, ffiutil.fork_error, ffiutil.killed = false, nil, false, {}
        UIManager = require("ui/uimanager")
        Child = require("bookorbit/device/child")
        child = Child.new(os.time)
    end)

    -- Lets real time pass, since the children are real, until the answer is there.
    local function await(until_done)
        for _ = 1, 6000 do
            if until_done() then return true end
            socket.sleep(0.01)
            local tasks = UIManager.tasks
            UIManager.tasks = {}
            for _, task in ipairs(tasks) do
                task.action()
            end
        end
        return false
    end

    local function run(task, deadline)
        local answer
        assert(child:start(task, deadline or 30, function(text, failure) answer = { text = text, failure = failure } end))
        await(function() return answer end)
        return answer
    end

    local function isCollected()
        return await(function() return #child.dying == 0 and not child:isBusy() end)
    end

    it("answers with its text", function()
        assert.equal("hello", run(function() return "hello" end).text)
        assert.is_true(isCollected())
    end)

    it("answers with more than a pipe holds", function()
        local answer = run(function() return ("0123456789"):rep(30000) end)
        assert.equal(300000, #answer.text)
        assert.is_true(isCollected())
    end)

    it("changes nothing in this process", function()
        local here = { value = 1 }
        run(function()
            here.value = 2
            return "done"
        end)
        assert.equal(1, here.value)
    end)

    it("that fails is a failure of this device, not an answer", function()
        local answer = run(function() error("a mistake of ours") end)
        assert.is_nil(answer.text)
        assert.equal("device", answer.failure.kind)
        assert.is_true(isCollected())
    end)

    it("is killed at its deadline", function()
        local answer = run(function() socket.sleep(30) return "late" end, 0)
        assert.equal("timeout", answer.failure.reason)
        assert.is_true(#ffiutil.killed > 0)
        assert.is_true(isCollected())
    end)

    it("is killed at its deadline when an answer only trickles in", function()
        local dripping = socket_server.start()
        package.loaded["bookorbit/api/http"] = nil
        local Http = require("bookorbit/api/http")
        local answer = run(function()
            return tostring(Http.send({ method = "GET", url = dripping.origin("drip") .. "/users/auth", headers = {} }))
        end, 1)
        dripping.stop()
        assert.equal("timeout", answer.failure.reason)
        assert.is_true(isCollected())
    end)

    it("can be interrupted, and another one started at once", function()
        local first
        assert(child:start(function() socket.sleep(30) return "late" end, 60, function(_, failure) first = failure end))
        assert.is_nil(child:start(function() return "second" end, 60, function() end))
        child:interrupt()
        assert.equal("interrupted", first.kind)
        assert.equal("third", run(function() return "third" end).text)
        assert.is_true(isCollected())
    end)

    it("that could not be started is reported, and nothing is run here instead", function()
        ffiutil.fork_error = "fork failed: Cannot allocate memory"
        local ran = false
        local ok, failure = child:start(function() ran = true return "" end, 30, function() end)
        assert.is_nil(ok)
        assert.equal("device", failure.kind)
        assert.is_false(ran)
        assert.is_false(child:isBusy())
    end)
end)
