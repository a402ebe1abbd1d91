--- JSON as this protocol speaks it.
-- KOReader ships two JSON libraries that disagree about null and empty arrays, and one decodes null to a function.
-- Here absent is nil, an array is an array even when empty, and text is always valid UTF-8.

local Wire = {}

local MAX_DEPTH = 64
local LARGEST_INTEGER = 2 ^ 53
local REPLACEMENT = "\239\191\189" -- U+FFFD

local array_mark = {}

--- Marks a table as an array, so that it is one on the wire even when it is empty.
function Wire.array(items)
    return setmetatable(items or {}, array_mark)
end

function Wire.isArray(value)
    return type(value) == "table" and (getmetatable(value) == array_mark or #value > 0)
end

-- Length of the well-formed UTF-8 sequence at `i`, or nil.
local function sequenceLength(text, i)
    local a, b, c, d = text:byte(i, i + 3)
    local function continues(byte, low, high)
        return byte and byte >= (low or 0x80) and byte <= (high or 0xBF)
    end
    if a < 0x80 then
        return 1
    elseif a >= 0xC2 and a <= 0xDF then
        return continues(b) and 2 or nil
    elseif a >= 0xE0 and a <= 0xEF then
        local low = a == 0xE0 and 0xA0 or nil
        local high = a == 0xED and 0x9F or nil
        return continues(b, low, high) and continues(c) and 3 or nil
    elseif a >= 0xF0 and a <= 0xF4 then
        local low = a == 0xF0 and 0x90 or nil
        local high = a == 0xF4 and 0x8F or nil
        return continues(b, low, high) and continues(c) and continues(d) and 4 or nil
    end
    return nil
end

--- The text with every byte that is not UTF-8 replaced, cut to at most `limit` characters if one is given.
function Wire.text(text, limit)
    local plain = not text:find("[\128-\255]")
    if plain and (not limit or #text <= limit) then return text end
    local out, count, i = {}, 0, 1
    while i <= #text and (not limit or count < limit) do
        local length = sequenceLength(text, i)
        out[#out + 1] = length and text:sub(i, i + length - 1) or REPLACEMENT
        i = i + (length or 1)
        count = count + 1
    end
    return table.concat(out)
end

local ESCAPES = {
    ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(char)
    return ESCAPES[char] or string.format("\\u%04x", char:byte())
end

local function encodeString(text)
    -- Nearly all text is neither: dates, pointers, colours.
    if not text:find('[%c"\\\128-\255]') then return '"' .. text .. '"' end
    return '"' .. Wire.text(text):gsub('[%c"\\]', escape) .. '"'
end

local function encodeNumber(number)
    if number ~= number or number == math.huge or number == -math.huge then
        error("a number that JSON cannot hold", 0)
    end
    if number % 1 == 0 and math.abs(number) <= LARGEST_INTEGER then
        return string.format("%d", number)
    end
    local short = string.format("%.14g", number)
    return tonumber(short) == number and short or string.format("%.17g", number)
end

local encodeInto

local function encodeArray(out, items, depth)
    for i = 1, #items do
        out[#out + 1] = i == 1 and "[" or ","
        encodeInto(out, items[i], depth)
    end
    out[#out + 1] = #items == 0 and "[]" or "]"
end

local function encodeObject(out, object, depth)
    local names = {}
    for name in pairs(object) do
        if type(name) ~= "string" then error("an object's field name is no text", 0) end
        names[#names + 1] = name
    end
    table.sort(names)
    for i, name in ipairs(names) do
        out[#out + 1] = (i == 1 and "{" or ",") .. encodeString(name) .. ":"
        encodeInto(out, object[name], depth)
    end
    out[#out + 1] = #names == 0 and "{}" or "}"
end

-- Into one list of pieces: text put together level by level would be copied as often as it is deep.
encodeInto = function(out, value, depth)
    if depth > MAX_DEPTH then error("nested too deep", 0) end
    local kind = type(value)
    if kind == "string" then
        out[#out + 1] = encodeString(value)
    elseif kind == "number" then
        out[#out + 1] = encodeNumber(value)
    elseif kind == "boolean" then
        out[#out + 1] = tostring(value)
    elseif kind ~= "table" then
        error("a " .. kind .. " does not travel", 0)
    elseif Wire.isArray(value) then
        encodeArray(out, value, depth + 1)
    else
        encodeObject(out, value, depth + 1)
    end
end

--- @return string|nil JSON, or nil and the reason
function Wire.encode(value)
    local out = {}
    local ok, reason = pcall(encodeInto, out, value, 0)
    if ok then return table.concat(out) end
    return nil, reason
end

local function utf8Char(code)
    if code < 0x80 then return string.char(code) end
    if code < 0x800 then
        return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40)
    elseif code < 0x10000 then
        return string.char(0xE0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
    end
    return string.char(0xF0 + math.floor(code / 0x40000), 0x80 + math.floor(code / 0x1000) % 0x40,
        0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

local UNESCAPES = {
    ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

local function decodeUnicodeEscape(text, i)
    local code = tonumber(text:match("^%x%x%x%x", i) or error("a broken \\u escape", 0), 16)
    i = i + 4
    if code >= 0xD800 and code <= 0xDBFF then
        local low = tonumber(text:match("^\\u([dD][c-fC-F]%x%x)", i) or "", 16)
        if not low then return REPLACEMENT, i end
        return utf8Char(0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)), i + 6
    elseif code >= 0xDC00 and code <= 0xDFFF then
        return REPLACEMENT, i
    end
    return utf8Char(code), i
end

local function decodeString(text, i)
    local out = {}
    while true do
        local stop = text:find('["\\]', i) or error("text without an end", 0)
        out[#out + 1] = text:sub(i, stop - 1)
        if text:sub(stop, stop) == '"' then return table.concat(out), stop + 1 end
        local kind = text:sub(stop + 1, stop + 1)
        if kind == "u" then
            out[#out + 1], i = decodeUnicodeEscape(text, stop + 2)
        else
            out[#out + 1] = UNESCAPES[kind] or error("an unknown escape", 0)
            i = stop + 2
        end
    end
end

local function skipSpace(text, i)
    return text:find("[^ \t\r\n]", i) or #text + 1
end

local decodeValue

local function decodeArray(text, i, depth)
    local items, count = Wire.array(), 0
    i = skipSpace(text, i)
    if text:sub(i, i) == "]" then return items, i + 1 end
    while true do
        local value
        value, i = decodeValue(text, i, depth)
        count = count + 1
        if value == nil then value = false end -- a hole would shift what follows
        items[count] = value
        i = skipSpace(text, i)
        local mark = text:sub(i, i)
        if mark == "]" then return items, i + 1 end
        if mark ~= "," then error("an array without an end", 0) end
        i = i + 1
    end
end

local function decodeObject(text, i, depth)
    local object = {}
    i = skipSpace(text, i)
    if text:sub(i, i) == "}" then return object, i + 1 end
    while true do
        i = skipSpace(text, i)
        if text:sub(i, i) ~= '"' then error("a field without a name", 0) end
        local name
        name, i = decodeString(text, i + 1)
        i = skipSpace(text, i)
        if text:sub(i, i) ~= ":" then error("a field without a value", 0) end
        object[name], i = decodeValue(text, i + 1, depth)
        i = skipSpace(text, i)
        local mark = text:sub(i, i)
        if mark == "}" then return object, i + 1 end
        if mark ~= "," then error("an object without an end", 0) end
        i = i + 1
    end
end

local function decodeNumber(text, i)
    local _, stop = text:find("^-?%d+%.?%d*[eE]?[+-]?%d*", i)
    local number = stop and tonumber(text:sub(i, stop))
    if not number then error("not JSON", 0) end
    return number, stop + 1
end

decodeValue = function(text, i, depth)
    if depth > MAX_DEPTH then error("nested too deep", 0) end
    i = skipSpace(text, i)
    local first = text:sub(i, i)
    if first == '"' then return decodeString(text, i + 1) end
    if first == "{" then return decodeObject(text, i + 1, depth + 1) end
    if first == "[" then return decodeArray(text, i + 1, depth + 1) end
    if text:find("^true", i) then return true, i + 4 end
    if text:find("^false", i) then return false, i + 5 end
    if text:find("^null", i) then return nil, i + 4 end
    return decodeNumber(text, i)
end

--- Decodes one JSON value. A field that is null is absent; a null inside an array is false.
-- @return value, or nil and the reason
function Wire.decode(text)
    if type(text) ~= "string" then return nil, "not JSON" end
    local ok, value, stop = pcall(decodeValue, text, 1, 0)
    if not ok then return nil, value end
    if skipSpace(text, stop) <= #text then return nil, "something after the end" end
    return value
end

return Wire
