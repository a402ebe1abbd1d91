--- Highlights of a made-up book whose page n holds the text "text n", for specs.

local highlights = {}

highlights.DATETIME = "2026-11-18 10:00:%02d"

function highlights.xpointer(page)
    return ("/body/DocFragment[%d]/body/p[1]/text().0"):format(page)
end

--- As KOReader keeps one, in the second `number` on page `number`.
function highlights.highlight(number, fields)
    local xpointer = highlights.xpointer(number)
    local item = {
        datetime = highlights.DATETIME:format(number), drawer = "lighten", color = "yellow", text = "text " .. number,
        page = xpointer, pos0 = xpointer, pos1 = xpointer, pageno = number, chapter = "One",
    }
    for name, value in pairs(fields or {}) do
        item[name] = value
    end
    return item
end

--- As the server offers one.
function highlights.add(number, fields)
    local xpointer = highlights.xpointer(number)
    local add = {
        serverId = number, version = 1, datetime = highlights.DATETIME:format(number), drawer = "lighten", color = "yellow",
        text = "text " .. number, posFormat = "xpointer", pos0 = xpointer, pos1 = xpointer, pageno = number, chapter = "One",
    }
    for name, value in pairs(fields or {}) do
        add[name] = value
    end
    return add
end

--- What `world.open` takes.
function highlights.book(file, annotations, sidecar)
    local texts = {}
    for page = 1, 100 do
        local xpointer = highlights.xpointer(page)
        texts[xpointer .. " " .. xpointer] = "text " .. page
    end
    return { file = file, annotations = annotations, sidecar = sidecar or {}, texts = texts }
end

--- The seconds of the datetimes that are keys, sorted.
function highlights.seconds(map)
    local list = {}
    for datetime in pairs(map) do
        list[#list + 1] = datetime:sub(-2)
    end
    table.sort(list)
    return list
end

return highlights
