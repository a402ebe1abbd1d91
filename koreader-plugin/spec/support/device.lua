--- A device in a spec: started before each `it` with an account and a server that answers in memory, and ended after it.

local Server = require("support/memory_server")
local highlights = require("support/highlights")
local world = require("support/world")

local device = {}

--- @param options table|nil { capabilities = of the server, auto_sync = true unless it says otherwise, two_way, newer,
--   knows_server = it was asked what it can do, folder = of an earlier run, server = the one to go on with,
--   respond = what answers instead of it }
-- @return table { server, settings, sync, file = path of a book to open }
function device.start(options)
    options = options or {}
    local server = options.server or Server.new({ capabilities = options.capabilities })
    world.start({ preset = world.PRESET, respond = options.respond or server, folder = options.folder })
    local settings = world.login(options.auto_sync)
    for _, name in ipairs({ "two_way", "newer" }) do
        if options[name] ~= nil then settings:set(name, options[name]) end
    end
    local sync = world.background().sync
    if options.knows_server then
        local known = { account = sync:accountId(), at = os.time(), askedBy = sync.pluginVersion }
        for _, capability in ipairs(server.capabilities or {}) do known[capability] = true end
        settings:set("server", known)
    end
    return { server = server, settings = settings, sync = sync, file = world.file("book.epub") }
end

--- Inside a `describe`.
-- @param take function(what `start` returns)
function device.each(options, take)
    local spec = getfenv(2) -- busted gives its words to the files of specs only
    spec.before_each(function() take(device.start(options)) end)
    spec.after_each(world.stop)
end

--- The process ends without a single event, as when the battery dies, and is started again with what it wrote.
-- @param options table As for `start`
function device.startAgain(options)
    local folder = world.folder
    world.stop(true)
    local again = { folder = folder }
    for name, value in pairs(options) do again[name] = value end
    return device.start(again)
end

--- Opens a book, and lets what that begins come to its end.
-- @param book table|nil See `world.open`; without `file` it is `book.epub`
-- @param seconds number|nil
function device.open(book, seconds)
    book = book or {}
    book.file = book.file or world.file("book.epub")
    local reader = world.open(book)
    world.pass(seconds or 5)
    return reader
end

--- Opens the book whose page n holds "text n".
-- @param fields table|nil What else `world.open` is to know
function device.openBook(annotations, sidecar, fields)
    local book = highlights.book(world.file("book.epub"), annotations, sidecar)
    for name, value in pairs(fields or {}) do
        book[name] = value
    end
    return device.open(book, 10)
end

--- Closes a book, and lets what that begins come to its end.
-- @return table What KOReader wrote into the sidecar
function device.close(reader)
    reader:close()
    world.pass(10)
    return reader.book.sidecar
end

--- Closed and opened again with what KOReader has written since.
-- @param change function(sidecar)|nil
function device.reopen(reader, change)
    local sidecar = device.close(reader)
    if change then change(sidecar) end
    return device.openBook(sidecar.annotations, sidecar)
end

--- The text of the window shown last.
-- @param kind string|nil "infomessage" unless it says otherwise
function device.said(kind)
    local windows = world.ui_manager.windows(kind or "infomessage")
    return #windows > 0 and windows[#windows].text or nil
end

return device
