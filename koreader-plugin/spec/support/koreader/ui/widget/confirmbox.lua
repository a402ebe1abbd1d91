--- Imitates frontend/ui/widget/confirmbox.lua: the fields it takes.
return require("support/strict").widget("frontend/ui/widget/confirmbox.lua", { "text", "ok_text", "cancel_text", "ok_callback", "cancel_callback", "dismissable" })
