--- Translations, and the template translators start from.

local lfs = require("lfs")

describe("text in the reader's language", function()
    local Translation

    before_each(function()
        package.loaded["bookorbit/l10n"] = nil
        Translation = require("bookorbit/l10n")
    end)

    it("is English where there is no translation, through KOReader's own gettext", function()
        assert.equal("Sync behavior", Translation("Sync behavior"))
    end)

    it("is read from a .po file: lines joined, escapes resolved, fuzzy and unfinished entries left out", function()
        local translations = Translation.parse(table.concat({
            "# a comment", 'msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"', "",
            "#: ui/menu.lua", 'msgid "Log in"', 'msgstr "Anmelden"', "",
            "#, fuzzy", 'msgid "Log out"', 'msgstr "Anmelden?"', "",
            'msgid "unfinished"', 'msgstr ""', "",
            'msgid ""', '"two\\n"', '"\\"lines\\""', 'msgstr ""', '"zwei\\n"', '"\\"Zeilen\\""', "",
            'msgctxt "menu"', 'msgid "Open"', 'msgstr "Auf"', "",
            'msgid "one"', 'msgid_plural "%1 many"', 'msgstr[0] "eins"', 'msgstr[1] "viele"', "",
            '#~ msgid "gone"', '#~ msgstr "weg"',
            'msgid "no empty line before"', 'msgstr "ohne Leerzeile"', "#, c-format", 'msgid "last"', 'msgstr "zuletzt"\r',
        }, "\n"))
        assert.same({
            ["Log in"] = "Anmelden", ['two\n"lines"'] = 'zwei\n"Zeilen"', ["no empty line before"] = "ohne Leerzeile", ["last"] = "zuletzt",
        }, translations)
    end)

    it("is taken for a language's country, then for the language, and never from a path somebody put into the setting", function()
        local folder = os.tmpname()
        os.remove(folder)
        assert(lfs.mkdir(folder))
        local out = assert(io.open(folder .. "/pt.po", "wb"))
        out:write('msgid "Log in"\nmsgstr "Entrar"\n')
        out:close()
        assert.equal("Entrar", Translation.load(folder, "pt_BR")["Log in"])
        assert.same({}, Translation.load(folder, "C"))
        assert.same({}, Translation.load(folder, "../" .. folder:match("[^/]+$") .. "/pt"))
        assert.same({}, Translation.load(folder, nil))
        os.execute("rm -rf '" .. folder .. "'")
    end)

    it("has a template that is up to date: luajit l10n/template.lua writes it", function()
        local Template = dofile("l10n/template.lua")
        local file = assert(io.open(Template.PATH, "rb"))
        local written = file:read("*a")
        file:close()
        assert.equal(Template.make(), written)
        local count = 0
        for id in pairs(Translation.parse((written:gsub('msgstr ""', 'msgstr "x"')))) do
            count = count + 1
            assert.is_string(id)
        end
        assert.is_true(count > 100)
    end)

    it("is asked for wherever a reader sees a text", function()
        for name in lfs.dir("bookorbit.koplugin/bookorbit/ui") do
            if name:find("%.lua$") then
                for line in io.lines("bookorbit.koplugin/bookorbit/ui/" .. name) do
                    local text = line:match('text%s*=%s*"([^"]+)"') or line:match('title%s*=%s*"([^"]+)"')
                    assert(not text or text == "https://", name .. ": not translated: " .. line)
                end
            end
        end
    end)
end)
