--- Imitates frontend/ui/widget/container/widgetcontainer.lua as a plugin's base class (eventlistener.lua).
local WidgetContainer = {}

function WidgetContainer:extend(subclass)
    subclass = subclass or {}
    setmetatable(subclass, self)
    self.__index = self
    return subclass
end

function WidgetContainer:new(o)
    o = self:extend(o)
    if o.init then o:init() end
    return o
end

function WidgetContainer:handleEvent(event)
    if self[event.handler] then return self[event.handler](self, unpack(event.args, 1, event.args.n)) end
end

return WidgetContainer
