--- A bar that shows how far a long run is; a tap offers to stop it. Older KOReaders have no such window: there the menu entry says it.

local _ = require("bookorbit/l10n")

local ProgressWindow = {}
ProgressWindow.__index = ProgressWindow

--- @param on_cancel function
function ProgressWindow.show(title, total, on_cancel)
    local window = setmetatable({}, ProgressWindow)
    local ok, ProgressbarDialog = pcall(require, "ui/widget/progressbardialog")
    if not ok or total == 0 then return window end
    window.dialog = ProgressbarDialog:new{
        title = title,
        progress_max = total,
        refresh_time_seconds = 1,
        dismissable = true,
        dismiss_text = _("Stop syncing? What is done stays done, and the next run goes on from there."),
        -- KOReader calls it when the window closes, however that comes.
        dismiss_callback = function()
            if not window.is_over then on_cancel() end
        end,
    }
    window.dialog:show()
    return window
end

function ProgressWindow:report(done)
    if self.dialog and not self.is_over then self.dialog:reportProgress(done) end
end

function ProgressWindow:close()
    self.is_over = true
    if self.dialog then self.dialog:close() end
    self.dialog = nil
end

return ProgressWindow
