describe("a typed address", function()
    local Address

    before_each(function() Address = require("bookorbit/api/address") end)

    it("is read however it was typed or pasted", function()
        for typed, origin in pairs({
            ["https://books.example.com"] = "https://books.example.com",
            ["  https://Books.Example.com/  "] = "https://books.example.com",
            ["books.example.com"] = "https://books.example.com",
            ["http://192.168.1.5:3000"] = "http://192.168.1.5:3000",
            ["http://192.168.1.5:3000/api/v1/koreader/"] = "http://192.168.1.5:3000",
            ["https://home.example/Books/api/v1/koreader"] = "https://home.example/Books",
            ["HTTPS://x.example/?a=b#c"] = "https://x.example",
            ["http://[fe80::1]:3000/"] = "http://[fe80::1]:3000",
        }) do
            assert.equal(origin, Address.origin(typed), typed)
        end
    end)

    it("is none when there is nothing to reach", function()
        for _, typed in ipairs({ "", "https://", "ftp://x.example", "https:///path", "https://:3000", "https://user:pw@x.example" }) do
            assert.is_nil(Address.origin(typed), typed)
        end
        assert.is_nil(Address.origin(nil))
    end)

    it("names the same server with and without encryption", function()
        assert.is_true(Address.isSameServer("http://a.example/", "https://a.example/api/v1/koreader"))
        assert.is_false(Address.isSameServer("https://a.example", "https://b.example"))
        assert.is_false(Address.isSameServer(nil, "https://b.example"))
    end)
end)

describe("what went wrong", function()
    local Failure

    before_each(function() Failure = require("bookorbit/api/failure") end)

    it("is told apart by LuaSocket's and LuaSec's own words", function()
        for message, reason in pairs({
            ["host or service not provided, or not known"] = "dns",
            ["host not found"] = "dns",
            ["Temporary failure in name resolution"] = "dns",
            ["connection refused"] = "refused",
            ["Network is unreachable"] = "unreachable",
            ["No route to host"] = "unreachable",
            ["timeout"] = "timeout",
            ["wantread"] = "timeout",
            ["closed"] = "cut",
            ["unexpected eof while reading"] = "cut",
            ["wrong version number"] = "tls",
            ["tlsv1 alert protocol version"] = "tls",
            ["certificate verify failed"] = "tls",
            ["something new"] = "other",
        }) do
            local failure = Failure.fromNetworkError(message)
            assert.equal("offline", failure.kind)
            assert.equal(reason, failure.reason, message)
        end
    end)

    it("is told apart by status and by BookOrbit's own code", function()
        local function kind(status, body)
            return Failure.fromAnswer(status, {}, body).kind
        end
        assert.equal("unauthorized", kind(401, nil))
        assert.equal("unauthorized", kind(401, { error = "unauthorized", code = 2001 }))
        assert.equal("sync_disabled", kind(403, { error = "sync_disabled" }))
        assert.equal("rate_limited", kind(429, nil))
        assert.equal("server", kind(500, { error = "internal_error" }))
        assert.equal("server", kind(502, nil))
        assert.equal("server", kind(408, nil))
        assert.equal("refused", kind(400, { error = "bad_request", message = "items[0].percentage" }))
        assert.equal("refused", kind(413, { error = "payload_too_large" }))
        assert.equal("too_large", kind(413, nil))
        assert.equal("not_bookorbit", kind(404, nil))
        assert.equal("not_bookorbit", kind(403, nil))
        assert.equal("moved", kind(302, nil))
    end)

    it("is no refusal of BookOrbit's when somebody else's JSON says no: what was to be sent is kept", function()
        for _, body in ipairs({ { message = "Forbidden" }, { status = 400 }, { error = { code = 7 } } }) do
            for _, status in ipairs({ 400, 403, 406, 422 }) do
                assert.equal("not_bookorbit", Failure.fromAnswer(status, {}, body).kind)
            end
        end
    end)

    it("is an answer larger than this device takes", function()
        assert.same({ kind = "too_large", reason = "answer" }, Failure.fromNetworkError("answer too large"))
    end)

    it("says how long to wait, in seconds or by a date", function()
        local function wait(headers)
            return Failure.fromAnswer(429, headers, nil, 1795000000).retryAfter
        end
        assert.equal(120, wait({ ["retry-after"] = "120" }))
        assert.equal(60, wait({ ["retry-after"] = "Wed, 18 Nov 2026 11:07:40 GMT" }))
        -- The server's clock counts where it tells it.
        assert.equal(30, wait({ ["retry-after"] = "Wed, 18 Nov 2026 11:07:40 GMT", date = "Wed, 18 Nov 2026 11:07:10 GMT" }))
        assert.equal(0, wait({ ["retry-after"] = "Thu, 01 Jan 1970 00:00:00 GMT" }))
        assert.is_nil(wait({ ["retry-after"] = "soon" }))
        assert.is_nil(wait({}))
    end)
end)

describe("the client", function()
    local Client

    before_each(function() Client = require("bookorbit/api/client") end)

    local function client(answers, origin)
        local sent = {}
        local made = Client.new({
            account = { origin = origin or "http://books.example.com", username = "reader", userkey = "key" },
            device = { deviceId = "D", deviceModel = "M", pluginVersion = "1", installId = "I" },
            now = function() return 1795000000 end,
            send = function(request)
                sent[#sent + 1] = request
                local answer = assert(answers[#sent], "one request too many: " .. request.url)
                return answer[1], answer[2] or {}, answer[3] or ""
            end,
        })
        return made, sent
    end

    it("follows a redirect that only adds encryption, and remembers it", function()
        local made, sent = client({
            { 301, { location = "https://books.example.com/api/v1/koreader/users/auth" } },
            { 200, {}, '{"authorized":"OK"}' },
            { 200, {}, "{}" },
        })
        assert.is_not_nil(made:authorize())
        assert.equal("https://books.example.com", made.origin)
        made:pullProgress("abc")
        assert.equal("https://books.example.com/api/v1/koreader/syncs/progress/abc", sent[3].url)
    end)

    it("carries its key to no other host", function()
        for _, location in ipairs({ "https://evil.example/api/v1/koreader/users/auth", "http://books.example.com/login", "/login",
            "https://books.example.com.evil.example/api/v1/koreader/users/auth" }) do
            local made, sent = client({ { 302, { location = location } } })
            local answer, failure = made:authorize()
            assert.is_nil(answer)
            assert.equal("moved", failure.kind)
            assert.equal(1, #sent)
        end
    end)

    it("does not take a 200 of somebody else for an answer", function()
        for _, body in ipairs({ "<html>Welcome</html>", '"OK"', "[]", '{"status":"portal"}', "" }) do
            local made = client({ { 200, {}, body }, { 200, {}, body }, { 200, {}, body }, { 200, {}, body } })
            assert.equal("not_bookorbit", select(2, made:authorize()).kind)
            assert.equal("not_bookorbit", select(2, made:version()).kind)
            assert.equal("not_bookorbit", select(2, made:matchCheck({ { hash = "a" } })).kind)
            assert.equal("not_bookorbit", select(2, made:pushProgress({ { hash = "a", percentage = 0 } })).kind)
        end
    end)

    it("learns the server's clock from the answer, or from the Date header", function()
        local made = client({
            { 200, { date = "Wed, 18 Nov 2026 11:07:40 GMT" }, "{}" },
            { 200, { date = "Wed, 18 Nov 2026 11:07:40 GMT" }, '{"matches":[],"serverTime":1795000007}' },
        })
        made:pullProgress("abc")
        assert.equal(60, made.clock_skew)
        made:matchCheck({ { hash = "abc" } })
        assert.equal(7, made.clock_skew)
    end)

    it("does not take the time an answer travels for a wrong clock", function()
        for server_time, skew in pairs({ [1795000002] = 0, [1794999998] = 0, [1795000003] = 3, [1794999997] = -3 }) do
            local made = client({ { 200, {}, ('{"serverTime":%d,"serverVersion":"1"}'):format(server_time) } })
            made:version()
            assert.equal(skew, made.clock_skew)
        end
    end)

    it("reads HTTP dates", function()
        local HttpDate = require("bookorbit/api/http_date")
        assert.equal(0, HttpDate.parse("Thu, 01 Jan 1970 00:00:00 GMT"))
        assert.equal(951782400, HttpDate.parse("Tue, 29 Feb 2000 00:00:00 GMT"))
        assert.equal(1795000060, HttpDate.parse("Wed, 18 Nov 2026 11:07:40 GMT"))
        assert.is_nil(HttpDate.parse("yesterday"))
        assert.is_nil(HttpDate.parse(nil))
    end)

    it("names items the server left out by their place in the request", function()
        local made = client({
            { 200, {}, '{"results":[],"unmatched":["AB"],"rejected":[{"path":"items[1].percentage","reason":"too big"}]}' },
        })
        local outcome = made:pushProgress({ { hash = "ab" }, { hash = "cd" } })
        assert.is_true(outcome.unmatched.ab)
        assert.same({ [2] = "too big" }, outcome.rejected)
    end)
end)

describe("the envelope", function()
    it("tells the zone of the wall clock it sends", function()
        local Envelope = require("bookorbit/api/envelope")
        local now = 1795000000
        local fields = Envelope.fields({ deviceId = "D", deviceModel = "M", pluginVersion = "1", installId = "I" }, now)
        local utc = os.date("!*t", now + fields.utcOffsetMinutes * 60)
        assert.equal(("%04d-%02d-%02d %02d:%02d:%02d"):format(utc.year, utc.month, utc.day, utc.hour, utc.min, utc.sec), fields.deviceTime)
        assert.equal(1, fields.protocol)
    end)

    it("makes a device id the protocol allows", function()
        local Envelope = require("bookorbit/api/envelope")
        assert.equal("AB-12", Envelope.deviceId("AB-12", "x"))
        assert.equal("ab12", Envelope.deviceId("ab_1/2 ", "x"))
        assert.equal("x", Envelope.deviceId(nil, "x"))
        assert.equal("x", Envelope.deviceId("", "x"))
    end)
end)
