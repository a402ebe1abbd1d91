--- Imitates frontend/ui/widget/progresswidget.lua: the fields it takes, and what it shows; where it is, is known once it was painted.
local strict = require("support/strict")
local ProgressWidget = strict.widget("frontend/ui/widget/progresswidget.lua", { "width", "height", "percentage" })
local new = ProgressWidget.new
function ProgressWidget.new(class, options)
    local bar = new(class, options)
    function bar.setPercentage(self, percentage) self.percentage = percentage end
    return bar
end
return ProgressWidget
