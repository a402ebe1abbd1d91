--- Imitates frontend/ui/widget/progressbardialog.lua: the fields it takes; closing it calls `dismiss_callback` once.
local ProgressbarDialog = require("support/strict").widget("frontend/ui/widget/progressbardialog.lua",
    { "title", "progress_max", "refresh_time_seconds", "dismissable", "dismiss_text", "dismiss_callback" })
local new = ProgressbarDialog.new
function ProgressbarDialog.new(class, options)
    local dialog = new(class, options)
    local UIManager = require("ui/uimanager")
    dialog.reports = {}
    function dialog.show(self) UIManager:show(self) end
    function dialog.reportProgress(self, done) table.insert(self.reports, done) end
    function dialog.close(self)
        UIManager:close(self)
        local callback = self.dismiss_callback
        self.dismiss_callback = nil
        if callback then callback() end
    end
    return dialog
end
return ProgressbarDialog
