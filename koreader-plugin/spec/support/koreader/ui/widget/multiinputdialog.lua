--- Imitates frontend/ui/widget/multiinputdialog.lua: fields, buttons, the keyboard, and what was typed.
local strict = require("support/strict")
local MultiInputDialog = strict.widget("frontend/ui/widget/multiinputdialog.lua", { "title", "fields", "buttons" })
local new = MultiInputDialog.new
function MultiInputDialog.new(class, options)
    local dialog = new(class, options)
    function dialog.onShowKeyboard() end
    function dialog.getFields()
        return assert(dialog.typed, "the spec types first")
    end
    return dialog
end
return MultiInputDialog
