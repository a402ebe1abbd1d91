--- Imitates frontend/ui/widget/confirmbox.lua: the fields it takes, the widgets it holds, and its two buttons.
local strict = require("support/strict")
local ConfirmBox = strict.widget("frontend/ui/widget/confirmbox.lua",
    { "text", "ok_text", "cancel_text", "ok_callback", "cancel_callback", "dismissable" })
local new = ConfirmBox.new
function ConfirmBox.new(class, options)
    local box = new(class, options)
    box.added = {}
    function box.getAddedWidgetAvailableWidth() return 400 end
    function box.addWidget(self, widget) table.insert(self.added, widget) end
    -- For specs: a button is tapped.
    local function tap(callback)
        if callback then callback() end
        require("ui/uimanager"):close(box)
    end
    function box.tapOk(self) tap(self.ok_callback) end
    function box.tapCancel(self) tap(self.cancel_callback) end
    return box
end
return ConfirmBox
