--- Stand-ins refuse what they do not imitate: a name we did not look up in KOReader's source is an error, not nil.

local strict = {}

--- A table that errors when something is read that it does not have.
-- @param name string For the message: the KOReader file it imitates
-- @param optional table|nil Names that may be absent, as they are in KOReader
function strict.table(name, content, optional)
    local may_be_absent = {}
    for _, key in ipairs(optional or {}) do
        may_be_absent[key] = true
    end
    return setmetatable(content, {
        __index = function(_, key)
            if may_be_absent[key] then return nil end
            error(("the stand-in for %s does not imitate %q"):format(name, tostring(key)), 2)
        end,
    })
end

--- A widget class whose `new` accepts only known fields, and which remembers what it was made with.
function strict.widget(name, fields)
    local known = {}
    for _, key in ipairs(fields) do
        known[key] = true
    end
    return strict.table(name, {
        new = function(class, options)
            for key in pairs(options) do
                if not known[key] then error(("%s has no field %q"):format(name, tostring(key)), 2) end
            end
            options.class = class
            options.kind = name
            return options
        end,
    })
end

return strict
