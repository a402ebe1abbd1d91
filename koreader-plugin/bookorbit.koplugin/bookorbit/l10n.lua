--- Text in the reader's language: from `bookorbit/l10n/<language>.po` in this plugin, else from KOReader's own gettext, else in English.
-- KOReader's gettext knows only the texts of KOReader itself.

local gettext = require("gettext")

local Translation = {}

local LARGEST_FILE = 512 * 1024
local UNESCAPES = { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\" }

local function unquoted(line)
    local text = line:match('"(.*)"%s*$') or ""
    return (text:gsub("\\(.)", function(char) return UNESCAPES[char] or char end))
end

--- Reads a .po file; fuzzy, empty, plural and contextual entries are left out: this plugin has none of the last two.
-- @return table translations by English text
function Translation.parse(po)
    local translations, entry, part = {}, {}, nil
    local function finish()
        if entry.id and entry.id ~= "" and entry.text and entry.text ~= "" and not entry.is_fuzzy and not entry.is_other then
            translations[entry.id] = entry.text
        end
        entry, part = {}, nil
    end
    for line in (po .. "\n"):gmatch("([^\n]*)\n") do
        line = line:gsub("\r$", "")
        if line == "" or line:sub(1, 2) == "#~" then
            finish()
        elseif line:sub(1, 2) == "#," then
            if part then finish() end
            entry.is_fuzzy = line:find("fuzzy", 1, true) ~= nil
        elseif line:find("^msgid ") then
            if part then finish() end
            entry.id, part = unquoted(line), "id"
        elseif line:find("^msgstr ") then
            entry.text, part = unquoted(line), "text"
        elseif line:find("^msg") then
            entry.is_other = true
        elseif line:sub(1, 1) == '"' and part then
            entry[part] = entry[part] .. unquoted(line)
        end
    end
    finish()
    return translations
end

local function read(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local text = file:read(LARGEST_FILE)
    file:close()
    return text
end

--- @param folder string With a .po file for each language
-- @param language string|nil As KOReader names it: `de`, `pt_BR`, `C` for English
function Translation.load(folder, language)
    if type(language) ~= "string" or not language:find("^%a[%w_@-]*$") then return {} end
    local po = read(folder .. "/" .. language .. ".po") or read(folder .. "/" .. language:match("^%a+") .. ".po")
    return po and Translation.parse(po) or {}
end

local folder = debug.getinfo(1, "S").source:match("^@(.*)/l10n%.lua$")
local translations = folder and Translation.load(folder .. "/l10n", gettext.current_lang) or {}

return setmetatable(Translation, {
    __call = function(_, text) return translations[text] or gettext(text) end,
})
