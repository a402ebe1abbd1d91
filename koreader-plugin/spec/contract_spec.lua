--- Builds each golden request, reads each golden response: what TypeScript and Lua agree on.

local golden = require("support/golden")

local NOW = 1795000000

describe("the wire contract", function()
    local Client, Envelope, Wire

    local ALICE = "62ddbb74c0f63d63210a052e5dc2241f"
    local UNKNOWN = "d41d8cd98f00b204e9800998ecf8427e"

    before_each(function()
        Client = require("bookorbit/api/client")
        Envelope = require("bookorbit/api/envelope")
        Wire = require("bookorbit/api/wire")
    end)

    -- The golden device is an hour ahead of UTC, whatever this machine is.
    local function inGoldenZone(f)
        local offset, date = Envelope.utcOffsetMinutes, os.date
        Envelope.utcOffsetMinutes = function() return 60 end
        os.date = function(format, time) return date("!" .. format, time + 3600) end -- luacheck: ignore
        local ok, err = pcall(f)
        Envelope.utcOffsetMinutes, os.date = offset, date -- luacheck: ignore
        if not ok then error(err, 0) end
    end

    -- A client whose server answers with a golden file and keeps the request.
    local function against(folder, case)
        local request_json, response_json = golden.read(folder, case)
        local exchange = { expected = Wire.decode(request_json), response = Wire.decode(response_json) }
        exchange.client = Client.new({
            account = { origin = "https://books.example.com", username = "reader", userkey = ("a"):rep(32) },
            device = {
                deviceId = "5D0E2C7A6B9F4E1183A4C2D1E0F9B8A7", deviceModel = "Kobo_nova", pluginVersion = "0.1.0",
                installId = "0f8c1a52-7a7c-4b19-9d3e-5b6f0c1d2e3f",
            },
            now = function() return NOW end,
            send = function(request)
                exchange.sent = request
                return exchange.response.statusCode or 200, { ["retry-after"] = "60" }, response_json
            end,
        })
        return exchange
    end

    local function assertBody(exchange)
        assert.same(exchange.expected, Wire.decode(exchange.sent.body))
        assert.equal("POST", exchange.sent.method)
        assert.equal("application/json", exchange.sent.headers["content-type"])
        assert.equal(tostring(#exchange.sent.body), exchange.sent.headers["content-length"])
        assert.equal("reader", exchange.sent.headers["x-auth-user"])
        assert.equal(("a"):rep(32), exchange.sent.headers["x-auth-key"])
    end

    it("covers every golden case", function()
        assert.same({ "matched", "unmatched" }, golden.cases("ok/match-check"))
        assert.same({ "mixed", "time-unknown" }, golden.cases("ok/progress"))
        assert.same({ "from-web", "unknown" }, golden.cases("ok/progress-pull"))
        assert.same({ "current" }, golden.cases("ok/version"))
        assert.same({ "ask-only", "bad-part-left-out", "highlights-and-acks", "open-book" }, golden.cases("ok/sync"))
        assert.same({ "bad-request", "sync-disabled" }, golden.cases("refused/sync"))
        assert.same({ "unauthorized" }, golden.cases("refused/match-check"))
        assert.same({ "sync-disabled" }, golden.cases("refused/progress"))
        assert.same({ "rate-limited" }, golden.cases("refused/progress-pull"))
    end)

    local function runExchange(exchange, plan)
        local Exchange = require("bookorbit/sync/exchange")
        local result
        inGoldenZone(function()
            result = Exchange.run(plan, exchange.client, function() error("no file is read in a contract") end)
        end)
        return result
    end

    it("match-check: says all it knows of the open book and reads the match", function()
        local exchange = against("ok/match-check", "matched")
        local result = runExchange(exchange, {
            wants = { check = true },
            entries = {},
            book = {
                key = "k", file = "alice.epub", size = 1, mtime = 2,
                identity = { hash = ALICE, size = 1, mtime = 2, contentSignature = exchange.expected.books[1].contentSignature },
                recordedHash = "9E107D9D372BB6826BD81D3542A419D6",
                title = "Alice's Adventures in Wonderland", authors = "Lewis Carroll", domVersion = 20240114,
            },
        })
        assertBody(exchange)
        assert.equal("https://books.example.com/api/v1/koreader/plugin/match-check", exchange.sent.url)
        assert.same({ isMatched = true, bookId = 12, bookFileId = 34, title = "Alice’s Adventures in Wonderland", matchedBy = "current" },
            result.match)
        assert.equal(3, result.clockSkew)
    end)

    it("match-check: a book without any metadata, and one the library has not", function()
        local exchange = against("ok/match-check", "unmatched")
        local result = runExchange(exchange, {
            wants = { check = true },
            entries = {},
            book = {
                key = "k", file = "x.pdf", size = 1, mtime = 2, identity = { hash = UNKNOWN, size = 1, mtime = 2 },
                recordedHash = UNKNOWN,
            },
        })
        assertBody(exchange)
        assert.same({ isMatched = false }, result.match)
    end)

    it("progress: an xpointer and a page, one of them not in the library", function()
        local exchange = against("ok/progress", "mixed")
        local result = runExchange(exchange, {
            wants = { push = true },
            entries = {
                {
                    key = "a",
                    entry = {
                        number = 1, hash = ALICE, domVersion = 20240114,
                        progress = {
                            percentage = 0.0806, progress = "/body/DocFragment[4]/body/section/figure[2]/img.0", readAt = 1794999000,
                        },
                    },
                },
                { key = "b", entry = { number = 2, hash = UNKNOWN, progress = { percentage = 0.5, progress = "33", readAt = 1794999500 } } },
            },
        })
        assertBody(exchange)
        assert.same({ { key = "a", number = 1, outcome = "sent" }, { key = "b", number = 2, outcome = "unmatched" } }, result.sent)
    end)

    it("progress: at the very beginning, read at an unknown time", function()
        local exchange = against("ok/progress", "time-unknown")
        local result = runExchange(exchange, {
            wants = { push = true },
            entries = { { key = "a", entry = { number = 1, hash = ALICE, progress = { percentage = 0, progress = "1" } } } },
        })
        assertBody(exchange)
        assert.equal("sent", result.sent[1].outcome)
    end)

    it("progress-pull: the newest place, and none", function()
        local exchange = against("ok/progress-pull", "from-web")
        local place = exchange.client:pullProgress(exchange.expected.document)
        assert.equal("GET", exchange.sent.method)
        assert.is_nil(exchange.sent.body)
        assert.equal("https://books.example.com/api/v1/koreader/syncs/progress/" .. ALICE, exchange.sent.url)
        assert.same({
            percentage = 0.4213, progress = "/body/DocFragment[9]/body/section/p[12]/text().0", device = "BookOrbit web",
            deviceId = "bookorbit-web", readAt = 1794999900,
        }, place)
        exchange = against("ok/progress-pull", "unknown")
        assert.same({}, exchange.client:pullProgress(exchange.expected.document))
    end)

    it("version: what the server is and hands out", function()
        local exchange = against("ok/version", "current")
        local version = exchange.client:version()
        assert.equal("0.1.0", version.serverVersion)
        assert.equal("main.lua", version.files[2].path)
        assert.same({}, version.capabilities)
    end)

    it("refusals are told apart by their code", function()
        local exchange = against("refused/progress", "sync-disabled")
        local answer, failure = exchange.client:pushProgress({ { hash = ALICE, percentage = 0, progress = "1" } })
        assert.is_nil(answer)
        assert.equal("sync_disabled", failure.kind)
        assert.matches("switched off", failure.message)
        exchange = against("refused/match-check", "unauthorized")
        answer, failure = exchange.client:matchCheck({ { hash = UNKNOWN, source = "current_file" } })
        assert.is_nil(answer)
        assert.equal("unauthorized", failure.kind)
        exchange = against("refused/progress-pull", "rate-limited")
        answer, failure = exchange.client:pullProgress(ALICE)
        assert.is_nil(answer)
        assert.equal("rate_limited", failure.kind)
        assert.equal(60, failure.retryAfter)
    end)
end)
