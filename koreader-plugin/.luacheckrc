std = "luajit"
-- The one global KOReader promises to plugins.
read_globals = { "G_reader_settings" }
max_line_length = 140
-- A sentence for a reader stays in one piece, for its translators.
files["bookorbit.koplugin/bookorbit/ui/*.lua"] = { max_line_length = false }
files["bookorbit.koplugin/_meta.lua"] = { max_line_length = false }
files["spec/**/*.lua"] = { max_line_length = 170, std = "luajit+busted", globals = { "G_reader_settings" } }
-- clock.lua replaces os.time.
files["bench/*.lua"] = { max_line_length = 140, std = "luajit", globals = { "os" } }
files["spec/support/*.lua"] = { max_line_length = 170, std = "luajit+busted", globals = { "G_reader_settings", "os" } }
-- Brings up KOReader's own sources, globals and all.
files["spec/by_hand/*.lua"] = { max_line_length = 170, std = "luajit", globals = { "G_reader_settings", "G_defaults", "UIManager", "einkfb", "pump", "radio", "table" } }
