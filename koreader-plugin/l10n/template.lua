--- Writes the translators' template: every text of the plugin. Run from `koreader-plugin`: luajit l10n/template.lua
-- No line numbers in it, so that it changes only when a text does.

local lfs = require("lfs")

local Template = { PATH = "l10n/bookorbit.pot" }

local ROOT = "bookorbit.koplugin"

local HEADER = [[
# Texts of the BookOrbit plugin for KOReader.
# Copy this file to bookorbit.koplugin/bookorbit/l10n/<language>.po, named as KOReader names the language (de, pt_BR, zh_CN).
# Fill in each msgstr.
# %1, %2 … stand for what the plugin puts there; their order is free. A text left empty stays English.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
]]

local function luaFiles(folder, found)
    local names = {}
    for name in lfs.dir(folder) do
        if name:sub(1, 1) ~= "." then names[#names + 1] = name end
    end
    table.sort(names)
    for _, name in ipairs(names) do
        local path = folder .. "/" .. name
        if lfs.attributes(path, "mode") == "directory" then
            luaFiles(path, found)
        elseif name:find("%.lua$") then
            found[#found + 1] = path
        end
    end
    return found
end

local function withoutComments(source)
    return (("\n" .. source):gsub("\n%s*%-%-[^\n]*", "\n"))
end

-- The string literal that begins at `i`, as Lua reads it.
local function literalAt(source, i)
    local text = source:match('^"(.-[^\\])"%s*%)', i) or source:match('^""()%s*%)', i)
    if text then return assert(loadstring('return "' .. text .. '"'))() end
    text = source:match("^%[%[(.-)%]%]%s*%)", i)
    if text then return assert(loadstring("return [[" .. text .. "]]"))() end
    return nil
end

--- @return table Array of { text, file }; every call of `_` has to have one literal, or nobody could translate it
function Template.texts()
    local texts = {}
    for _, path in ipairs(luaFiles(ROOT, {})) do
        local file = assert(io.open(path, "rb"))
        local source = withoutComments(file:read("*a"))
        file:close()
        for i in source:gmatch("[^%w_.:]_%(%s*()") do
            local text = literalAt(source, i)
            if not text then error(("%s: a text that is no single literal: %s"):format(path, source:sub(i, i + 40))) end
            texts[#texts + 1] = { text = text, file = path:sub(#ROOT + 2) }
        end
    end
    return texts
end

local function quoted(text)
    text = text:gsub("\\", "\\\\"):gsub('"', '\\"')
    if not text:find("\n") then return '"' .. text .. '"' end
    local lines = { '""' }
    for line, stop in text:gmatch("([^\n]*)(\n?)") do
        if line ~= "" or stop ~= "" then lines[#lines + 1] = '"' .. line .. (stop ~= "" and "\\n" or "") .. '"' end
    end
    return table.concat(lines, "\n")
end

--- @return string The template
function Template.make()
    local parts, files_by_text, order = { HEADER }, {}, {}
    for _, found in ipairs(Template.texts()) do
        if not files_by_text[found.text] then
            files_by_text[found.text] = {}
            order[#order + 1] = found.text
        end
        local files = files_by_text[found.text]
        if files[#files] ~= found.file then files[#files + 1] = found.file end
    end
    for _, text in ipairs(order) do
        parts[#parts + 1] = ("#: %s\nmsgid %s\nmsgstr \"\"\n"):format(table.concat(files_by_text[text], " "), quoted(text))
    end
    return table.concat(parts, "\n")
end

-- `arg` is the command line's only when this file is run, not when a spec reads it.
if arg and arg[0] and arg[0]:find("template%.lua$") then
    local file = assert(io.open(Template.PATH, "wb"))
    file:write(Template.make())
    file:close()
end

return Template
