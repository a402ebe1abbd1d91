--- MD5 (RFC 1321) for the stand-ins, so that fingerprints in specs do not depend on the code they test.

local bit = require("bit")
local band, bnot, bor, bxor, rol, tobit = bit.band, bit.bnot, bit.bor, bit.bxor, bit.rol, bit.tobit

local SHIFTS = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } }
local SINES = {}
for i = 0, 63 do
    SINES[i] = tobit(math.floor(math.abs(math.sin(i + 1)) * 2 ^ 32))
end

local function word(data, i)
    local a, b, c, d = data:byte(i, i + 3)
    return bor(a, bit.lshift(b, 8), bit.lshift(c, 16), bit.lshift(d, 24))
end

local function mix(round, b, c, d)
    if round == 0 then return bor(band(b, c), band(bnot(b), d)) end
    if round == 1 then return bor(band(d, b), band(bnot(d), c)) end
    if round == 2 then return bxor(b, c, d) end
    return bxor(c, bor(b, bnot(d)))
end

local INDEX = {
    [0] = function(i) return i end,
    [1] = function(i) return (5 * i + 1) % 16 end,
    [2] = function(i) return (3 * i + 5) % 16 end,
    [3] = function(i) return (7 * i) % 16 end,
}

local function littleEndian(number)
    return string.char(band(number, 255), band(bit.rshift(number, 8), 255),
        band(bit.rshift(number, 16), 255), band(bit.rshift(number, 24), 255))
end

return function(data)
    local bits = #data * 8
    data = data .. "\128" .. ("\0"):rep((55 - #data) % 64) .. littleEndian(tobit(bits)) .. littleEndian(tobit(math.floor(bits / 2 ^ 32)))
    local a0, b0, c0, d0 = 0x67452301, tobit(0xefcdab89), tobit(0x98badcfe), 0x10325476
    for chunk = 1, #data, 64 do
        local a, b, c, d = a0, b0, c0, d0
        for i = 0, 63 do
            local round = math.floor(i / 16)
            local sum = tobit(a + mix(round, b, c, d))
            sum = tobit(sum + SINES[i])
            sum = tobit(sum + word(data, chunk + 4 * INDEX[round](i)))
            a, d, c, b = d, c, b, tobit(b + rol(sum, SHIFTS[round + 1][i % 4 + 1]))
        end
        a0, b0, c0, d0 = tobit(a0 + a), tobit(b0 + b), tobit(c0 + c), tobit(d0 + d)
    end
    local digest = littleEndian(a0) .. littleEndian(b0) .. littleEndian(c0) .. littleEndian(d0)
    return (digest:gsub(".", function(char) return string.format("%02x", char:byte()) end))
end
