--- Imitates frontend/ui/widget/notification.lua: the fields it takes.
return require("support/strict").widget("frontend/ui/widget/notification.lua", { "text" })
