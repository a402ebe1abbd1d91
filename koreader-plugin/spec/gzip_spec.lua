--- Requests packed as gzip, with no more of zlib than KOReader hands out on every platform.

describe("a packed request", function()
    local Client, Gzip, Zlib

    before_each(function()
        Client = require("bookorbit/api/client")
        Gzip = require("bookorbit/api/gzip")
        Zlib = require("bookorbit/device/zlib")
    end)

    local function unpackByGzip(bytes)
        local name = os.tmpname()
        local file = assert(io.open(name, "wb"))
        file:write(bytes)
        file:close()
        local pipe = assert(io.popen("gzip -dc < '" .. name .. "' && printf ' whole'"))
        local text = pipe:read("*a")
        pipe:close()
        os.remove(name)
        return text
    end

    it("is what any gunzip reads", function()
        for _, text in ipairs({ ("a page turned, "):rep(500), ("\0\255é"):rep(2000), ("x"):rep(1024) }) do
            assert.equal(text .. " whole", unpackByGzip(assert(Gzip.pack(text))))
        end
    end)

    it("is left alone when it would not get smaller", function()
        assert.is_nil(Gzip.pack(("a"):rep(1023)))
        math.randomseed(7)
        local noise = {}
        for i = 1, 4096 do
            noise[i] = string.char(math.random(0, 255))
        end
        assert.is_nil(Gzip.pack(table.concat(noise)))
    end)

    it("needs only what every KOReader exports of zlib", function()
        -- base/ffi-cdecl/zlib_decl.c: on Android nothing else can be reached.
        local exported = { compressBound = true, compress2 = true, crc32 = true, uncompress = true }
        for path in io.popen("grep -rl __asm__ bookorbit.koplugin"):lines() do
            for line in io.lines(path) do
                local name = line:match('__asm__%("(%w+)"%)')
                assert.is_true(name == nil or exported[name], path .. ": " .. tostring(name))
            end
        end
    end)

    it("gives back what was deflated, and nothing where a byte is damaged", function()
        local text = ("Alice was beginning to get very tired. "):rep(300)
        local deflated = Zlib.deflate(text)
        assert.equal(text, Zlib.inflate(deflated, #text, Zlib.crc32(text)))
        local damaged = deflated:sub(1, 20) .. string.char((deflated:byte(21) + 1) % 256) .. deflated:sub(22)
        assert.is_nil(Zlib.inflate(damaged, #text, Zlib.crc32(text)))
        assert.is_nil(Zlib.inflate(deflated:sub(1, -9), #text, Zlib.crc32(text)))
        assert.is_nil(Zlib.inflate(deflated, #text - 1, Zlib.crc32(text)))
        assert.equal("", Zlib.inflate(Zlib.deflate(""), 0, 0))
    end)

    it("has the same checksum by hand", function()
        for _, text in ipairs({ "", "123456789", ("\255\0"):rep(999) }) do
            assert.equal(Zlib.crc32(text), Zlib.slowCrc32(text))
        end
    end)

    local function clientThat(pack, answers)
        local sent = {}
        local client = Client.new({
            account = { origin = "https://books.example.com", username = "reader", userkey = "key" },
            device = { deviceId = "D", deviceModel = "M", pluginVersion = "1", installId = "I" },
            now = function() return 1795000000 end,
            pack = pack,
            send = function(request)
                sent[#sent + 1] = request
                return answers[#sent] or 200, {}, '{"matches":[],"results":[],"unmatched":[],"books":[]}'
            end,
        })
        return client, sent
    end

    local function manyHashes()
        local books = {}
        for i = 1, 100 do
            books[i] = { hash = ("%032x"):format(i) }
        end
        return books
    end

    it("goes out packed where the server takes it, and says so", function()
        local client, sent = clientThat(Gzip.pack, {})
        assert(client:matchCheck(manyHashes()))
        assert.equal("gzip", sent[1].headers["content-encoding"])
        assert.equal(tostring(#sent[1].body), sent[1].headers["content-length"])
        assert.is_true(#sent[1].body < 4000)
        assert.equal(#sent[1].body, client.log[1].sent)
        assert(client:matchCheck({ { hash = "a" } }))
        assert.is_nil(sent[2].headers["content-encoding"])
    end)

    it("goes out plain to a server that did not offer it", function()
        local client, sent = clientThat(nil, {})
        assert(client:matchCheck(manyHashes()))
        assert.is_nil(sent[1].headers["content-encoding"])
        assert.equal("{", sent[1].body:sub(1, 1))
    end)

    it("goes out plain again when something on the way does not pass it", function()
        local client, sent = clientThat(Gzip.pack, { 415 })
        assert(client:matchCheck(manyHashes()))
        assert.is_nil(sent[2].headers["content-encoding"])
        assert.equal("{", sent[2].body:sub(1, 1))
        assert(client:matchCheck(manyHashes()))
        assert.equal(3, #sent)
    end)
end)
