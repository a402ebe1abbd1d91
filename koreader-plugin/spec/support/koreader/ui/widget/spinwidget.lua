--- Imitates frontend/ui/widget/spinwidget.lua: the fields it takes.
return require("support/strict").widget("frontend/ui/widget/spinwidget.lua", { "title_text", "info_text", "value", "value_min", "value_max", "value_step",
    "value_hold_step", "default_value", "ok_text", "callback" })
