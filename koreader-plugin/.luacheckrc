std = "luajit"
-- The one global KOReader promises to plugins.
read_globals = { "G_reader_settings" }
max_line_length = 140
-- A sentence for a reader stays in one piece.
max_string_line_length = 400
files["spec/**/*.lua"] = { std = "+busted", globals = { "G_reader_settings" } }
