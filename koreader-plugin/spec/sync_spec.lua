--- The pure decisions: no stand-in, no KOReader.

describe("the back-off", function()
    local Backoff

    before_each(function() Backoff = require("bookorbit/sync/backoff") end)

    it("waits 1, 2, 5, 15, then 60 minutes, and starts over after a success", function()
        local backoff = Backoff.new()
        for _, minutes in ipairs({ 1, 2, 5, 15, 60, 60 }) do
            backoff:failed({ kind = "offline" }, 1000)
            assert.equal(minutes * 60, backoff:waitSeconds(1000))
        end
        backoff:succeeded()
        assert.equal(0, backoff:waitSeconds(1000))
        backoff:failed({ kind = "server" }, 1000)
        assert.equal(0, backoff:waitSeconds(1060))
    end)

    it("waits as long as the server asks", function()
        local backoff = Backoff.new()
        backoff:failed({ kind = "rate_limited", retryAfter = 900 }, 0)
        assert.equal(900, backoff:waitSeconds(0))
    end)

    it("waits long for what a person has to change", function()
        for _, kind in ipairs({ "unauthorized", "sync_disabled" }) do
            local backoff = Backoff.new()
            backoff:failed({ kind = kind }, 0)
            assert.equal(3600, backoff:waitSeconds(0))
        end
    end)

    it("tries at once on another network, but not an account that was refused", function()
        local backoff = Backoff.new()
        backoff:failed({ kind = "offline" }, 0)
        backoff:networkChanged()
        assert.equal(0, backoff:waitSeconds(0))
        backoff:failed({ kind = "unauthorized" }, 0)
        backoff:networkChanged()
        assert.equal(3600, backoff:waitSeconds(0))
    end)

    it("does not wait for years when the clock is set back", function()
        local backoff = Backoff.new()
        backoff:failed({ kind = "offline" }, 1795000000)
        assert.equal(0, backoff:waitSeconds(100))
    end)
end)

describe("reading", function()
    local Reading

    before_each(function() Reading = require("bookorbit/sync/reading") end)

    local function place(progress)
        return { percentage = 0.1, progress = progress }
    end

    it("keeps the time of an earlier sitting until something is read", function()
        local reading = Reading.new(place("a"), 1, 500)
        assert.equal(500, reading:at(place("a")).readAt)
        assert.is_true(reading:pageShown(2, 900))
        assert.equal(900, reading:at(place("b")).readAt)
    end)

    it("does not count a page that is shown again, nor the first one reported", function()
        local reading = Reading.new(place("a"), nil, nil)
        assert.is_false(reading:pageShown(1, 900))
        assert.is_false(reading:pageShown(1, 901))
        assert.is_nil(reading:at(place("a")).readAt)
    end)

    it("keeps the time of the last turn, however often it is asked", function()
        local reading = Reading.new(place("a"), 1, nil)
        reading:pageShown(2, 900)
        reading:at(place("b"))
        assert.equal(900, reading:at(place("b")).readAt)
    end)

    it("takes a place moved to as read when it was read elsewhere", function()
        local reading = Reading.new(place("a"), 1, 500)
        reading:pageShown(2, 900)
        reading:movedTo(place("z"), 50, 700)
        assert.equal(700, reading:at(place("z")).readAt)
    end)
end)

describe("what is news to the server", function()
    local Progress

    before_each(function() Progress = require("bookorbit/sync/progress") end)

    local here = { progress = "a", percentage = 0.1, readAt = 500 }

    it("is a place read here that it has not heard of", function()
        assert.is_true(Progress.isNews(here, {}))
        assert.is_true(Progress.isNews(here, { pushed = { progress = "b", readAt = 600 } }))
        assert.is_true(Progress.isNews(here, { pushed = { progress = "a", readAt = 400 } }))
        assert.is_false(Progress.isNews(here, { pushed = { progress = "a", readAt = 500 } }))
        assert.is_false(Progress.isNews(here, { pulled = { progress = "a", readAt = 500 } }))
    end)

    it("is no place that was only opened, unless the reader sends it", function()
        local opened = { progress = "a", percentage = 0.1 }
        assert.is_false(Progress.isNews(opened, {}))
        assert.is_true(Progress.isNews(opened, {}, true))
        assert.is_false(Progress.isNews(opened, { pushed = { progress = "a" } }, true))
    end)
end)

describe("whose place wins", function()
    local Progress

    before_each(function() Progress = require("bookorbit/sync/progress") end)

    local function decide(changes)
        local facts = {
            here = { progress = "a", percentage = 0.3, readAt = 1795000000 },
            remote = { progress = "b", percentage = 0.5, readAt = 1795000100, deviceId = "OTHER", device = "Clara" },
            is_shown = false, device_id = "MINE", clock_skew = 0, manual = false,
            choices = { newer = "silent", older = "never" },
        }
        for key, value in pairs(changes or {}) do
            facts[key] = value
        end
        return Progress.decidePull(facts)
    end

    local function remote(changes)
        local place = { progress = "b", percentage = 0.5, readAt = 1795000100, deviceId = "OTHER" }
        for key, value in pairs(changes) do
            place[key] = value
        end
        return place
    end

    it("is the one read later, not the one further on", function()
        assert.same({ action = "go", direction = "newer" }, decide({ remote = remote({ percentage = 0.1 }) }))
        assert.same({ action = "stay", direction = "older", reason = "choice" },
            decide({ remote = remote({ percentage = 0.9, readAt = 1794999999 }) }))
    end)

    it("is ours at the same second", function()
        assert.equal("older", decide({ remote = remote({ readAt = 1795000000 }) }).direction)
    end)

    it("is judged by the server's clock", function()
        assert.equal("older", decide({ clock_skew = 200 }).direction)
        assert.equal("newer", decide({ clock_skew = -200, remote = remote({ readAt = 1794999900 }) }).direction)
    end)

    it("is the one further on when no time is known, or the clock was never set", function()
        assert.equal("newer", decide({ here = { progress = "a", percentage = 0.3 } }).direction)
        assert.equal("older", decide({ here = { progress = "a", percentage = 0.8 } }).direction)
        assert.equal("newer", decide({ here = { progress = "a", percentage = 0.3, readAt = 4000 } }).direction)
        local without_time = { progress = "b", percentage = 0.2, deviceId = "OTHER" }
        assert.equal("older", decide({ remote = without_time }).direction)
    end)

    it("follows each choice of the panel", function()
        for choice, action in pairs({ silent = "go", prompt = "ask", never = "stay" }) do
            assert.equal(action, decide({ choices = { newer = choice, older = "never" } }).action)
            assert.equal(action, decide({ choices = { newer = "never", older = choice }, remote = remote({ readAt = 1 }) }).action)
        end
    end)

    it("asks who asked by hand, where automatic moves are off", function()
        assert.equal("ask", decide({ choices = { newer = "never", older = "never" }, manual = true }).action)
    end)

    it("stays for reasons one can name", function()
        assert.same({ action = "stay", reason = "unknown" }, decide({ remote = {} }))
        assert.same({ action = "stay", reason = "same" }, decide({ is_shown = true }))
        assert.same({ action = "stay", reason = "own" },
            decide({ remote = remote({ deviceId = "mine" }), pushed = { progress = "b" } }))
        local answered = remote({})
        assert.equal("answered", decide({ answered = answered }).reason)
        assert.equal("go", decide({ answered = answered, manual = true }).action)
        assert.equal("go", decide({ answered = remote({ readAt = 1795000050 }) }).action)
    end)
end)

describe("an exchange", function()
    local Exchange

    before_each(function() Exchange = require("bookorbit/sync/exchange") end)

    local function entry(key, number, hash)
        return { key = key, entry = { number = number, hash = hash, file = key, size = 1, mtime = 1, progress = { percentage = 0 } } }
    end

    local function never() error("not asked for") end

    local function pushingClient(answers)
        local batches = {}
        return {
            pushProgress = function(_, items)
                local hashes = {}
                for i, item in ipairs(items) do
                    hashes[i] = item.hash
                end
                batches[#batches + 1] = table.concat(hashes, " ")
                return answers(items)
            end,
        }, batches
    end

    local function accept()
        return { accepted = {}, unmatched = {}, rejected = {} }
    end

    it("sends what waits in order, in batches", function()
        local entries, expected = {}, {}
        for i = 1, 25 do
            entries[i] = entry("k" .. i, i, "h" .. i)
            expected[i] = i
        end
        local client, batches = pushingClient(accept)
        local result = Exchange.run({ wants = { push = true }, entries = entries }, client, never)
        assert.equal(2, #batches)
        local numbers = {}
        for i, sent in ipairs(result.sent) do
            numbers[i] = sent.number
        end
        assert.same(expected, numbers)
    end)

    it("keeps what was sent before the network went", function()
        local entries = {}
        for i = 1, 25 do
            entries[i] = entry("k" .. i, i, "h" .. i)
        end
        local calls = 0
        local client = pushingClient(function()
            calls = calls + 1
            if calls == 2 then return nil, { kind = "offline" } end
            return accept()
        end)
        local result = Exchange.run({ wants = { push = true }, entries = entries }, client, never)
        assert.equal(20, #result.sent)
        assert.equal("offline", result.failure.kind)
    end)

    it("does not let one item the server refuses block the others", function()
        local client = pushingClient(function(items)
            for _, item in ipairs(items) do
                if item.hash == "bad" then return nil, { kind = "refused", message = "what is this" } end
            end
            return accept()
        end)
        local result = Exchange.run({
            wants = { push = true }, entries = { entry("a", 1, "h1"), entry("b", 2, "bad"), entry("c", 3, "h3") },
        }, client, never)
        assert.is_nil(result.failure)
        assert.same({ "sent", "refused", "sent" }, { result.sent[1].outcome, result.sent[2].outcome, result.sent[3].outcome })
        assert.equal("what is this", result.sent[2].reason)
    end)

    it("takes the fingerprint of a book left before it was known, unless its file changed since", function()
        local client, batches = pushingClient(accept)
        local files = {
            same = { hash = "h1", size = 1, mtime = 1 },
            replaced = { hash = "h2", size = 2, mtime = 1 },
        }
        local result = Exchange.run({
            wants = { push = true }, entries = { entry("same", 1), entry("replaced", 2), entry("gone", 3) },
        }, client, function(path) return files[path] end)
        assert.same({ "h1" }, batches)
        local outcomes = {}
        for _, sent in ipairs(result.sent) do
            outcomes[sent.key] = sent.outcome
        end
        assert.same({ same = "sent", replaced = "lost", gone = "lost" }, outcomes)
    end)

    it("identifies the open book without a network, and reads the file only if it changed", function()
        local identity = { hash = "h", size = 1, mtime = 1 }
        local book = { file = "f", size = 1, mtime = 1 }
        local result = Exchange.run({ wants = { identify = true }, entries = {}, book = book }, nil, function() return identity end)
        assert.equal(identity, result.identity)
        book.identity = identity
        assert.is_nil(Exchange.run({ wants = {}, entries = {}, book = book }, nil, never).identity)
        book.mtime = 2
        assert.equal("h2", Exchange.run({ wants = {}, entries = {}, book = book }, nil, function() return { hash = "h2" } end).identity.hash)
    end)
end)
