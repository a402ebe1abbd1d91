describe("JSON on the wire", function()
    local Wire

    before_each(function() Wire = require("bookorbit/api/wire") end)

    it("keeps an empty array an array and an empty object an object", function()
        assert.equal("[]", Wire.encode(Wire.array()))
        assert.equal("{}", Wire.encode({}))
        assert.equal('{"books":[],"options":{}}', Wire.encode({ books = Wire.array(), options = {} }))
        assert.is_true(Wire.isArray(Wire.decode("[]")))
        assert.is_false(Wire.isArray(Wire.decode("{}")))
    end)

    it("reads null as absent, so that nothing tests true that is not there", function()
        local value = Wire.decode('{"rating": null, "title": "x", "list": [1, null, 3]}')
        assert.is_nil(value.rating)
        assert.equal("x", value.title)
        assert.same({ 1, false, 3 }, value.list)
    end)

    it("writes times as integers and fractions without loss", function()
        assert.equal("1795000000", Wire.encode(1795000000))
        assert.equal("9007199254740992", Wire.encode(2 ^ 53))
        assert.equal("0.1", Wire.encode(0.1))
        assert.equal(1 / 3, Wire.decode(Wire.encode(1 / 3)))
        assert.equal("-3", Wire.encode(-3))
        assert.equal(-1500, Wire.decode("-1.5e3"))
    end)

    it("refuses what JSON cannot hold", function()
        for _, value in ipairs({ 0 / 0, math.huge, function() end, { [3.5] = 1 } }) do
            assert.is_nil(Wire.encode(value))
        end
        local deep = {}
        for _ = 1, 100 do
            deep = { deep }
        end
        assert.is_nil(Wire.encode(deep))
    end)

    it("writes text that is valid UTF-8, whatever it was", function()
        assert.equal('"caf\239\191\189"', Wire.encode("caf\233"))
        assert.equal('"\239\191\189\239\191\189"', Wire.encode("\192\128"))
        assert.equal('"\239\191\189\239\191\189\239\191\189"', Wire.encode("\237\160\128"))
        assert.equal('"a\\u0000\\n\\t\\"\\\\b"', Wire.encode('a\0\n\t"\\b'))
        assert.equal('"日本語 🌍"', Wire.encode("日本語 🌍"))
    end)

    it("cuts text between characters, never inside one", function()
        assert.equal("日本", Wire.text("日本語", 2))
        assert.equal("ab", Wire.text("abc", 2))
        assert.equal("🌍", Wire.text("🌍🌍", 1))
    end)

    it("reads every escape, and pairs of surrogates as one character", function()
        assert.equal('"\\/\b\f\n\r\tA', Wire.decode([["\"\\\/\b\f\n\r\t\u0041"]]))
        assert.equal("🌍é", Wire.decode([["\ud83c\udf0d\u00e9"]]))
        assert.equal("\239\191\189x", Wire.decode([["\ud83cx"]]))
        assert.equal("\239\191\189", Wire.decode([["\udf0d"]]))
    end)

    it("takes nothing for JSON that is not", function()
        for _, text in ipairs({ "", "<html>", "{", "[1,", '{"a" 1}', '"open', "nul", "1 2", "{'a':1}", '{"a":1}}', "[1 2]", "-", "\\u12" }) do
            local value, reason = Wire.decode(text)
            assert.is_nil(value, text)
            assert.is_string(reason, text)
        end
        assert.is_nil(Wire.decode(("["):rep(1000)))
        assert.is_nil(Wire.decode(nil))
    end)

    it("gives back what it was given", function()
        math.randomseed(42)
        local function value(depth)
            local kind = math.random(depth > 3 and 3 or 5)
            if kind == 1 then return math.random(-1000000, 1000000) / 8 end
            if kind == 2 then return math.random() < 0.5 end
            if kind == 3 then
                local bytes = {}
                for i = 1, math.random(0, 12) do
                    bytes[i] = ({ "a", '"', "\\", "\n", "é", "語", "🌍", "\0" })[math.random(8)]
                end
                return table.concat(bytes)
            end
            local out = kind == 4 and Wire.array() or {}
            for i = 1, math.random(0, 4) do
                out[kind == 4 and i or "f" .. i] = value(depth + 1)
            end
            return out
        end
        for _ = 1, 500 do
            local original = value(0)
            assert.same(original, Wire.decode(assert(Wire.encode(original))))
        end
    end)
end)
