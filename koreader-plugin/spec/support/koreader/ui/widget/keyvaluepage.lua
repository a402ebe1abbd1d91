--- Imitates frontend/ui/widget/keyvaluepage.lua: the fields it takes.
return require("support/strict").widget("frontend/ui/widget/keyvaluepage.lua", { "title", "kv_pairs" })
