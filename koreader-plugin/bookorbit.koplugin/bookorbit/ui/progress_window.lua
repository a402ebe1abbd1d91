--- A bar that shows how far syncing all books is, with a button to stop, and one to read on meanwhile.
-- KOReader's own window of this kind is younger than 2024.07, and for its first year cannot be closed by who looks at it.

local ConfirmBox = require("ui/widget/confirmbox")
local ProgressWidget = require("ui/widget/progresswidget")
local UIManager = require("ui/uimanager")
local guard = require("bookorbit/device/guard")
local _ = require("bookorbit/l10n")

local ProgressWindow = {}
ProgressWindow.__index = ProgressWindow

local BAR_HEIGHT_OF_WIDTH = 1 / 25

--- @param on_cancel function
function ProgressWindow.show(total, on_cancel)
    local window = setmetatable({ total = total }, ProgressWindow)
    local box = ConfirmBox:new{
        text = _("Syncing all books. It goes on while you read. Stopped, what is done stays done, and the next run goes on from there."),
        ok_text = _("Hide"),
        cancel_text = _("Stop"),
        -- A tap beside the window stops nothing.
        dismissable = false,
        -- After either KOReader closes the window.
        ok_callback = function() window.box = nil end,
        cancel_callback = guard("stop of the sweep", function()
            window.box = nil
            on_cancel()
        end),
    }
    local width = box:getAddedWidgetAvailableWidth()
    window.bar = ProgressWidget:new{ width = width, height = math.ceil(width * BAR_HEIGHT_OF_WIDTH), percentage = 0 }
    box:addWidget(window.bar)
    window.box = box
    UIManager:show(box)
    return window
end

function ProgressWindow:report(done)
    if not self.box then return end
    self.bar:setPercentage(done / self.total)
    -- Where the bar is, is known once it was painted.
    UIManager:setDirty(self.box, function() return "ui", self.bar.dimen end)
end

function ProgressWindow:close()
    if self.box then UIManager:close(self.box) end
    self.box = nil
end

return ProgressWindow
