--- A device for specs: KOReader's stand-ins, the plugin loaded as pluginloader.lua loads it, a reader to open books in,
-- and a server that answers in memory.

local clock = require("support/clock")
local lfs = require("lfs")
local readerAnnotations = require("support/reader_annotations")
local strict = require("support/strict")

local world = {}

local PLUGIN_FOLDER = "bookorbit.koplugin"
world.NOW = 1795000000 -- 2026-11-18

local function forgetModules()
    for name in pairs(package.loaded) do
        local is_stand_in = package.searchpath(name, "spec/support/koreader/?.lua") ~= nil
        if name:find("^bookorbit/") or (is_stand_in and name ~= "ffi/util") then package.loaded[name] = nil end
    end
end

local function temporaryFolder()
    local name = os.tmpname()
    os.remove(name)
    assert(lfs.mkdir(name))
    return name
end

-- As pluginloader.lua wraps handlers: found on the class when it is loaded, errors caught (specs want to see them).
local function sandboxHandlers(plugin)
    for key, value in pairs(plugin) do
        if key:sub(1, 2) == "on" and type(value) == "function" then
            plugin[key] = setmetatable({}, {
                __call = function(_, ...)
                    local result = value(...)
                    assert(result == nil, key .. " returned a value: plugins after us would miss the event")
                end,
            })
        end
    end
end

--- Starts a device.
-- @param options table|nil { preset, folder = settings of an earlier run, device_id, respond = a server in memory,
--   has_real_network = requests go out instead, single_routes = to a server that seems to lack the one call }
function world.start(options)
    options = options or {}
    forgetModules()
    clock.install(options.now or clock.time or world.NOW)
    world.folder = options.folder or temporaryFolder()
    world.global_settings = { device_id = options.device_id or "5D0E2C7A6B9F4E1183A4C2D1E0F9B8A7", wifi_enable_action = "turn_on" }
    _G.G_reader_settings = strict.table("G_reader_settings", {
        readSetting = function(_, key) return world.global_settings[key] end,
    })
    require("datastorage").folder = world.folder
    world.ui_manager = require("ui/uimanager")
    world.network = require("ui/network/manager")
    world.ffiutil = require("ffi/util")
    world.ffiutil.inline, world.ffiutil.hang, world.ffiutil.fork_error, world.ffiutil.in_child = true, nil, false, false
    world.ffiutil.killed, world.ffiutil.started = {}, 0
    package.preload["bookorbit/preset"] = options.preset and function() return options.preset end or nil
    world.requests = {}
    world.respond = options.respond or require("support/memory_server").new()
    local Http = require("bookorbit/api/http")
    local real_send = Http.send
    Http.send = function(request)
        table.insert(world.requests, request)
        if options.has_real_network then
            local status, headers, body = real_send(request)
            if options.single_routes and body then body = body:gsub('"oneCallSync",?', "") end
            return status, headers, body
        end
        return world.respond(request)
    end
    world.plugin_class = dofile(PLUGIN_FOLDER .. "/main.lua")
    for key, value in pairs(dofile(PLUGIN_FOLDER .. "/_meta.lua")) do
        world.plugin_class[key] = value
    end
    sandboxHandlers(world.plugin_class)
    return world
end

--- Ends the device. Errors that our guards caught fail the spec, unless it expects one.
-- @param is_kept boolean|nil Its folder stays, to be started again
function world.stop(is_kept)
    clock.remove()
    local errors = {}
    for _, line in ipairs(require("logger").lines) do
        if line:find("^err") or line:find("error in the child process", 1, true) then errors[#errors + 1] = line end
    end
    local is_expected = world.expects_error
    world.expects_error = nil
    package.preload["bookorbit/preset"] = nil
    if world.folder and not is_kept then os.execute("rm -rf '" .. world.folder .. "'") end
    world.folder = nil
    _G.G_reader_settings = nil
    if not is_expected then assert(#errors == 0, table.concat(errors, "\n")) end
end

world.PRESET = { origin = "https://books.example.com", username = "reader", userkey = ("ab"):rep(16) }

function world.pass(seconds)
    world.ui_manager.pass(seconds)
end

--- A file to open, with content the fingerprint can be taken of. It is written only if it is another one:
-- its modification time is real, and must not tick within a spec.
function world.file(name, content)
    content = content or ("content of " .. name)
    local path = world.folder .. "/" .. name
    local before = io.open(path, "rb")
    local is_same = before and before:read("*a") == content
    if before then before:close() end
    if is_same then return path end
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
    return path
end

local function menuOf(ui)
    ui.menu = strict.table("readermenu.lua", {
        registerToMainMenu = function(_, plugin)
            ui.registered = plugin
        end,
    })
end

--- The file browser, with an instance of the plugin.
function world.browse()
    local ui = { document = nil }
    menuOf(ui)
    ui.plugin = world.plugin_class:new({ ui = ui })
    ui.handleEvent = function(_, event) return ui.plugin:handleEvent(event) end
    return ui
end

local Event = { new = function(name, ...)
    return { name = name, handler = "on" .. name, args = { n = select("#", ...), ... } }
end }

local Reader = {}
Reader.__index = Reader

function Reader:send(name, ...)
    self.plugin:handleEvent(Event.new(name, ...))
end

-- What readerrolling.lua and readerpaging.lua do with the three events we send.
function Reader:handleEvent(event)
    local target = event.args[1]
    if event.name == "GotoXPointer" then
        self:showPage(assert(self.book.pages_by_xpointer[target], "an xpointer that is not in the document"), target)
    elseif event.name == "GotoPage" then
        self:showPage(target)
    elseif event.name == "AnnotationsModified" then
        if self.view.resetHighlightBoxesCache then self.view:resetHighlightBoxesCache(target) end
        -- readerannotation.lua: without index_modified the item was updated now.
        if target.index_modified == nil then target[1].datetime_updated = os.date("%Y-%m-%d %H:%M:%S") end
        table.insert(self.modified, target)
    else
        error("the reader does not imitate " .. event.name)
    end
    return true
end

function Reader:showPage(page, xpointer)
    self.page = page
    -- readerrolling.lua: the page is reported before the new xpointer is known.
    self:send("PageUpdate", page)
    self.xpointer = xpointer or self.book.xpointer_of(page)
end

--- The reader turns to a page.
function Reader:turnTo(page)
    self:showPage(page)
end

-- The words that follow a pointer: `book.after` has them; else what is found at it stands there.
local function wordsAfter(book, xpointer)
    local words = (book.after or {})[xpointer]
    for pattern, hits in pairs(not words and book.found or {}) do
        for _, hit in ipairs(hits) do
            if hit.start == xpointer then words = pattern end
        end
    end
    return words or ""
end

--- A book open in the reader.
-- @param book table { file, pages = 100, page = 1, xpointer, sidecar = { partial_md5_checksum, … }, paged, props, kosync }
function world.open(book)
    book.pages = book.pages or 100
    book.sidecar = book.sidecar or {}
    book.xpointer_of = function(page) return ("/body/DocFragment[%d]/body/p[1]/text().0"):format(page) end
    book.pages_by_xpointer = {}
    for page = 1, book.pages do
        book.pages_by_xpointer[book.xpointer_of(page)] = page
    end
    for xpointer, page in pairs(book.real_xpointers or {}) do
        book.pages_by_xpointer[xpointer] = page
    end
    local ui = setmetatable({ book = book, page = book.page or 1, kosync = book.kosync }, Reader)
    ui.xpointer = book.xpointer or book.xpointer_of(ui.page)
    menuOf(ui)
    ui.doc_props = book.props or { display_title = "Title of the book", authors = "Some Author" }
    ui.doc_settings = strict.table("docsettings.lua", {
        readSetting = function(_, key) return book.sidecar[key] end,
        saveSetting = function(_, key, value) book.sidecar[key] = value end,
        flush = function()
            if book.on_flush then book.on_flush(ui) end
        end,
    })
    ui.document = strict.table("document.lua", {
        file = book.file,
        info = { has_pages = book.paged == true, number_of_pages = book.pages },
        getPageCount = function() return book.pages end,
        isXPointerInDocument = function(_, xpointer) return book.pages_by_xpointer[xpointer] ~= nil end,
        getPageFromXPointer = function(_, xpointer) return assert(book.pages_by_xpointer[xpointer], "not in the document") end,
        getCurrentPage = function() return ui.page end,
        -- Pointers to the ends of words are made up.
        getNextVisibleWordEnd = function(_, xpointer)
            local start, count = xpointer:match("^(.-)%+(%d+)$")
            start, count = start or xpointer, tonumber(count or 0) + 1
            local _, words = wordsAfter(book, start):gsub("%S+", "")
            return count <= words and start .. "+" .. count or nil
        end,
        getTextFromXPointers = function(_, pos0, pos1)
            local count = pos1:sub(1, #pos0 + 1) == pos0 .. "+" and tonumber(pos1:sub(#pos0 + 2))
            if not count then return (book.texts or {})[pos0 .. " " .. pos1] end
            return wordsAfter(book, pos0):match("^" .. ("%s*%S+"):rep(count))
        end,
        findAllText = function(_, pattern)
            assert(world.ffiutil.in_child, "looking through the whole book holds up the reader")
            return (book.found or {})[pattern]
        end,
        clearSelection = function() end,
        configurable = { text_wrap = book.reflow and 1 or 0 },
        -- koptinterface.lua, of printed pages: `book.page_texts` by number; nil for a page that is a picture.
        getTextFromPositions = function(self, pos0, pos1)
            assert(world.ffiutil.in_child, "a page without text is rendered for it, which holds up the reader")
            assert(self.configurable.text_wrap == 0, "places on the screen are not imitated")
            assert(pos0.page == pos1.page, "only one page at a time")
            local text = (book.page_texts or {})[pos0.page]
            return text and { text = text, pboxes = { { x = pos0.x, y = pos0.y, w = pos1.x - pos0.x, h = 10 } } }
        end,
    })
    if book.toc then
        ui.toc = strict.table("readertoc.lua", { getTocTitleByPage = function(_, place) return book.toc(place) end })
    end
    if book.annotations then readerAnnotations(ui, book) end
    local view = strict.table("readerrolling.lua / readerpaging.lua", {
        getLastProgress = function() return book.paged and ui.page or ui.xpointer end,
        getLastPercent = function() return ui.page / book.pages end,
        current_page = ui.page,
    })
    if book.paged then ui.paging = view else ui.rolling = view end
    ui.getCurrentPage = function() return ui.page end
    ui.back_stack = {}
    ui.link = strict.table("readerlink.lua", {
        addCurrentLocationToStack = function() table.insert(ui.back_stack, ui.xpointer) end,
    })
    ui.plugin = world.plugin_class:new({ ui = ui, document = ui.document })
    ui:send("PageUpdate", ui.page)
    ui:send("ReaderReady", ui.doc_settings)
    ui:send("PageUpdate", ui.page)
    world.reader = ui
    return ui
end

--- Closes the book in KOReader's order (readerui.lua onClose): the sidecar is written after the document is gone.
function Reader:close()
    self:send("CloseDocument")
    if self.annotation then self.book.sidecar.annotations = self.annotation.annotations end
    self.document = nil
    self.plugin.document = nil
    self:send("FlushSettings")
    self:send("SaveSettings")
    self:send("CloseWidget")
end

--- Loads the document anew, as after a change of settings; returns the new reader.
function Reader:reload()
    self:send("PreserveCurrentSession")
    local page = self.page
    self:close()
    self.book.page = page
    return world.open(self.book)
end

--- Requests to a path, decoded: { method, path, body, headers }.
function world.sent(path)
    local Wire = require("bookorbit/api/wire")
    local found = {}
    for _, request in ipairs(world.requests) do
        local request_path = request.url:match("/api/v1/koreader(/.*)$")
        if not path or request_path:find(path, 1, true) then
            table.insert(found, {
                method = request.method,
                path = request_path,
                headers = request.headers,
                body = request.body and Wire.decode(request.body) or nil,
            })
        end
    end
    return found
end

--- The plugin's menu, walked by the texts of its entries.
function world.menu(ui, ...)
    local items = {}
    ui.registered:addToMainMenu(items)
    local item = items.bookorbit
    for _, text in ipairs({ ... }) do
        local found
        for _, child in ipairs(item.sub_item_table) do
            local label = child.text or child.text_func()
            if label:sub(1, #text) == text then found = child end
        end
        item = assert(found, "no menu entry " .. text)
    end
    return item
end

function world.login(auto_sync)
    local settings = require("bookorbit/background").get("0.1.0").settings
    settings:logIn(world.PRESET)
    settings:set("auto_sync", auto_sync ~= false)
    return settings
end

function world.background()
    return require("bookorbit/background").get("0.1.0")
end

return world
