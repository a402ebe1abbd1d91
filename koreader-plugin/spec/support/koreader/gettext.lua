--- Imitates frontend/gettext.lua without a translation: a text is itself.
local strict = require("support/strict")
local gettext = strict.table("frontend/gettext.lua", { current_lang = "C" })
getmetatable(gettext).__call = function(_, text)
    assert(type(text) == "string", "gettext takes a text")
    return text
end
return gettext
