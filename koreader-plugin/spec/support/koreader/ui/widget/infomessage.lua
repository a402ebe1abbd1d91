--- Imitates frontend/ui/widget/infomessage.lua: the fields it takes.
return require("support/strict").widget("frontend/ui/widget/infomessage.lua", { "text", "timeout" })
