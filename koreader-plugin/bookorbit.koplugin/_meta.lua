local _ = require("gettext")
return {
    fullname = _("BookOrbit sync"),
    description = _([[Keeps your place, highlights, reading time and ratings in step with your BookOrbit library, between your KOReader devices and the web reader.]]),
    version = "0.1.0",
}
