--- Searches of the plugin in a real fork of KOReader with crengine in it, while the parent is read.
--   cd koreader-plugin && KOREADER_RUN=/path/to/run KOREADER_BOOK=/path/to/a/large.epub luajit spec/by_hand/searches.lua
-- CRE_FACTOR is how much memory crengine may use (KOReader's is 40; with 1 it swaps chunks to its cache file all the time).
-- FIRST_OPENING=1 searches in a document that was not loaded from crengine's cache file.
-- UNREAD=1 looks at no page but those of the scenes, which leaves in crengine's memory what it has not written yet.
-- SHARED_FILES=1 leaves the child with its parent's files, to see what that breaks.

io.stdout:setvbuf("line")
local spec = assert(debug.getinfo(1, "S").source:match("^@(.*)/by_hand/searches%.lua$"))
if spec:sub(1, 1) ~= "/" then spec = io.popen("pwd"):read("*l") .. "/" .. spec end
local FACTOR = tonumber(os.getenv("CRE_FACTOR")) or 1

local ffi = require("ffi")
ffi.cdef("int setenv(const char *, const char *, int); int setpriority(int, unsigned int, int);")
local folder = os.tmpname()
os.remove(folder)
local home = folder .. "/home"
os.execute(("mkdir -p '%s/plugins' '%s/settings' && ln -s '%s/../bookorbit.koplugin' '%s/plugins/'"):format(home, home, spec, home))
os.execute(("cp '%s' '%s/book.epub' && chmod u+w '%s/book.epub'"):format(assert(os.getenv("KOREADER_BOOK")), home, home))
ffi.C.setenv("KO_HOME", home, 1)
local lfs = require("lfs")
assert(lfs.chdir(assert(os.getenv("KOREADER_RUN"), "name the run folder")))
local session = dofile(spec .. "/by_hand/session.lua")
local server = session.server(folder .. "/server")
dofile(spec .. "/by_hand/headless.lua")
G_reader_settings:saveSetting("cre_storage_size_factor", FACTOR)
-- With so little memory KOReader's own rendering in the background breaks its cache file, with or without a plugin.
if FACTOR < 40 then G_reader_settings:saveSetting("cre_partial_rerendering", false) end
session.logIn(server.port, { auto_sync = true, two_way = true, newer = "silent" })

local Event = require("ui/event")
local md5 = require("ffi/sha2").md5
local socket = require("socket")
local FILE = home .. "/book.epub"
local ui, sync

local function say(...) print(("%6.1f "):format(os.clock()) .. string.format(...)) end

local wrong = 0
local function check(is_right, ...)
    if not is_right then wrong = wrong + 1 end
    say("%s %s", is_right and "ok   " or "WRONG", string.format(...))
end

-- What the child's work costs it: seconds of its processor, and memory that is its own. It runs no slower than its parent: a busy machine
-- would show what is busy there.
local function measured()
    local PlaceSearch, OwnFiles = require("bookorbit/document/place_search"), require("bookorbit/device/own_files")
    if os.getenv("SHARED_FILES") then OwnFiles.take = function() end end
    local answers = PlaceSearch.answers
    function PlaceSearch.answers(...)
        ffi.C.setpriority(0, 0, 0)
        local started = os.clock()
        local found = answers(...)
        local file = io.open(folder .. "/cost", "w")
        local rollup = io.open("/proc/self/smaps_rollup")
        local memory = rollup and rollup:read("*a") or ""
        if rollup then rollup:close() end
        file:write(("%.2f s of processor time, %s kB of its own"):format(os.clock() - started, memory:match("Private_Dirty:%s+(%d+)") or "?"))
        file:close()
        return found
    end
end

local function cost()
    local file = io.open(folder .. "/cost")
    if not file then return "no end" end
    local text = file:read("*a")
    file:close()
    os.remove(folder .. "/cost")
    return text
end

local function open()
    ui = session.open(FILE)
    sync = ui.bookorbit.sync
    return ui
end

-- KOReader loads a document anew once it has laid it out in the background.
local function current()
    local ReaderUI = require("apps/reader/readerui")
    session.wait(60, function() return ReaderUI.instance and ReaderUI.instance.document and ReaderUI.instance.bookorbit end)
    local known = ui.known
    ui = ReaderUI.instance
    ui.known = known
end

local function isIdle() return not sync.child:isBusy() and not sync.wish end

-- Where every page begins, and a digest of its words.
local function pages()
    if os.getenv("UNREAD") then return {} end
    local document, list, last = ui.document, {}, nil
    for page = 1, document:getPageCount() do
        local xpointer = document:getPageXPointer(page)
        list[page] = xpointer .. " " .. (last and md5(tostring(document:getTextFromXPointers(last, xpointer))) or "")
        last = xpointer
    end
    return list
end

local function isSame(a, b)
    if #a ~= #b then return false, #a .. " pages and " .. #b end
    for i = 1, #a do
        if a[i] ~= b[i] then return false, ("page %d: %s and %s"):format(i, a[i], b[i]) end
    end
    return true, #a .. " pages"
end

-- Some words of a page, from a word in it on.
local function passage(page, words)
    local document = ui.document
    local start = document:getNextVisibleWordStart(document:getPageXPointer(page))
    for _ = 1, 3 do start = document:getNextVisibleWordStart(start) end
    local stop = start
    for _ = 1, words do stop = document:getNextVisibleWordEnd(stop) end
    return { pos0 = start, pos1 = stop, text = document:getTextFromXPointers(start, stop), page = page }
end

local serial = 0
-- As the server offers it, with the pointer of another page.
local function offered(there, wrong_place, text)
    serial = serial + 1
    return ("{ serverId = %d, version = 1, datetime = %q, drawer = 'lighten', color = 'yellow', text = %q, posFormat = 'xpointer', "
        .. "pos0 = %q, pos1 = %q, pageno = %d }"):format(serial, ("2026-11-18 10:%02d:%02d"):format(math.floor(serial / 60), serial % 60),
        text or there.text, wrong_place.pos0, wrong_place.pos1, there.page), ("2026-11-18 10:%02d:%02d"):format(math.floor(serial / 60), serial % 60)
end

local function itemOf(datetime)
    if not ui.annotation then current() end
    for _, item in ipairs(ui.annotation.annotations) do
        if item.datetime == datetime then return item end
    end
    return nil
end

local function ackOf(id)
    local Wire = require("bookorbit/api/wire")
    for _, ack in ipairs(Wire.decode(server.heard()).acked or {}) do
        if ack.serverId == id then return ack end
    end
    return nil
end

local function isSearching() return sync.may_interrupt ~= nil end

local function offer(list)
    cost()
    server.change("{ to_apply = { add = { " .. table.concat(list, ", ") .. " } } }")
    ui:handleEvent(Event:new("BookOrbitSyncBook"))
end

-- What a reader does, until something is so: turns pages, looks up words, searches, opens the menu.
local function readUntil(is_so, seconds)
    local stop, longest, turns = socket.gettime() + seconds, 0, 0
    local count = ui.document:getPageCount()
    local broken
    while not is_so() and socket.gettime() < stop do
        local before = socket.gettime()
        turns = turns + 1
        local page = (turns * 37) % count + 1
        ui:handleEvent(Event:new("GotoPage", page))
        UIManager:forceRePaint()
        local here = ui.document:getPageXPointer(page)
        if page < count then
            local text = tostring(ui.document:getTextFromXPointers(here, ui.document:getPageXPointer(page + 1)))
            local known = ui.known and ui.known[page + 1]
            if known and not broken and known:match(" (%S*)$") ~= md5(text) then broken = page end
        end
        if turns % 10 == 0 then ui.document:findText("the", 0, 0, true, page, false, 5) ui.document:clearSelection() end
        if turns % 15 == 0 then
            ui.menu:onShowMenu()
            pump(0.01)
            ui.menu:onCloseReaderMenu()
        end
        longest = math.max(longest, socket.gettime() - before)
        pump(0.3)
    end
    return is_so(), turns, longest, broken
end

local function settle(seconds)
    current()
    session.wait(seconds or 60, function() return isIdle() and not (sync.book and sync.book.search and sync.book.search.is_due) end)
    pump(1)
    current()
end

local scenes = {}

function scenes.one()
    local there, elsewhere = passage(math.floor(ui.document:getPageCount() * 0.7), 14), passage(5, 6)
    local add, datetime = offered(there, elsewhere)
    offer({ add })
    session.wait(20, isSearching)
    local began = socket.gettime()
    local _, turns, longest, broken = readUntil(function() return not isSearching() end, 90)
    say("a search: %.1f s by the clock, %s; %d pages turned meanwhile, the longest took %.0f ms", socket.gettime() - began, cost(), turns,
        1000 * longest)
    check(not broken, "each page read during the search had its own words%s", broken and " but page " .. broken or "")
    session.wait(20, function() return itemOf(datetime) ~= nil end)
    local item = itemOf(datetime)
    check(item and ui.document:getTextFromXPointers(item.pos0, item.pos1) == there.text, "the words found: %q", there.text)
    check(item and item.pos0 == there.pos0 and item.pos1 == there.pos1, "at %s, as it should be at %s", item and item.pos0, there.pos0)
    settle()
    local ack = ackOf(serial)
    check(ack and ack.status == "applied" and ack.corrected, "the server hears of it: %s", ack and ack.status)
end

-- Nobody reads meanwhile.
function scenes.quiet()
    local there = passage(math.floor(ui.document:getPageCount() * 0.8), 14)
    local add, datetime = offered(there, passage(5, 6))
    offer({ add })
    session.wait(20, isSearching)
    local began = socket.gettime()
    session.wait(90, function() return not isSearching() end)
    say("a search: %.1f s by the clock, %s", socket.gettime() - began, cost())
    session.wait(20, function() return itemOf(datetime) ~= nil end)
    check(itemOf(datetime) ~= nil, "found")
    settle()
end

-- A larger font: what was laid out anew is not in crengine's cache file yet.
function scenes.font()
    ui:handleEvent(Event:new("ChangeSize", 2))
    scenes.quiet()
    pump(8)
    current()
    ui:handleEvent(Event:new("ChangeSize", -2))
    scenes.quiet()
    pump(8)
    current()
end

-- The same with nobody searching but KOReader itself, to tell our faults from its own.
function scenes.control()
    for _, delta in ipairs({ 2, -2, 2, -2 }) do
        ui:handleEvent(Event:new("ChangeSize", delta))
        pump(12)
        say("KOReader's own search: %s", tostring(ui.document:findAllText("liegeman", false, 0, 50, false, 0xFF) ~= nil))
        ui.document:clearSelection()
    end
end

function scenes.nowhere()
    local add, datetime = offered({ page = 40 }, passage(5, 6), "words that no author of this book has ever put beside one another, nor anybody")
    offer({ add })
    session.wait(20, isSearching)
    local began = socket.gettime()
    readUntil(function() return not isSearching() end, 90)
    say("words that are nowhere: %.1f s by the clock, %s", socket.gettime() - began, cost())
    settle()
    local ack = ackOf(serial)
    check(ack and ack.status == "failed" and not itemOf(datetime), "reported: %s", ack and tostring(ack.reason))
end

function scenes.five()
    local adds, theres, times, ids = {}, {}, {}, {}
    local elsewhere = passage(5, 6)
    for i = 1, 5 do
        theres[i] = passage(math.floor(ui.document:getPageCount() * (0.1 + i * 0.15)), 10 + i * 8)
        adds[i], times[i] = offered(theres[i], elsewhere)
        ids[i] = serial
    end
    offer(adds)
    session.wait(20, isSearching)
    local began = socket.gettime()
    local _, turns, longest, broken = readUntil(function() return not isSearching() end, 90)
    say("five searches: %.1f s by the clock, %s; %d pages, the longest %.0f ms", socket.gettime() - began, cost(), turns, 1000 * longest)
    check(not broken, "each page read meanwhile had its own words%s", broken and " but page " .. broken or "")
    settle()
    for i = 1, 5 do
        local item = itemOf(times[i])
        -- The same words may stand nearer to the page of the wrong pointer.
        check(item and ui.document:getTextFromXPointers(item.pos0, item.pos1) == theres[i].text, "number %d is at %s, as it should be at %s: %q", i,
            item and item.pos0 or "no place", theres[i].pos0, theres[i].text)
        check(ackOf(ids[i]) and ackOf(ids[i]).status == "applied", "and the server knows")
    end
end

-- One search that something interrupts.
-- @param f function Does it
-- @param go_on function|nil What lets it begin again
-- @param is_spared boolean|nil The child lives on
local function interrupted(what, f, go_on, is_spared)
    local there = passage(math.floor(ui.document:getPageCount() * (0.3 + serial * 0.01)), 12)
    local add, datetime = offered(there, passage(5, 6))
    offer({ add })
    local is_running = session.wait(20, isSearching)
    check(is_running, "%s: a search runs", what)
    if not is_running then return end
    local pid = sync.child.running and sync.child.running.pid
    f(pid)
    pump(2.5)
    local is_gone = not sync.child.running or sync.child.running.pid ~= pid
    check(is_gone or is_spared, "%s: that child is %s", what, is_gone and "gone" or "still there")
    if go_on then go_on() end
    session.wait(60, function() return itemOf(datetime) ~= nil end)
    local item = itemOf(datetime)
    check(item and item.pos0 == there.pos0 and item.pos1 == there.pos1, "%s: in the end it is at %s", what, item and item.pos0 or "no place")
    settle()
    check(ackOf(serial) and ackOf(serial).status == "applied", "%s: the server knows", what)
    check(#sync.child.dying == 0, "%s: no child is left", what)
end

function scenes.interrupted()
    interrupted("a sync by hand", function() ui:handleEvent(Event:new("BookOrbitSyncBook")) end)
    interrupted("sleep", function()
        UIManager:broadcastEvent(Event:new("Suspend"))
        radio.connected = false
    end, function()
        UIManager:broadcastEvent(Event:new("Resume"))
        pump(2)
        radio.on, radio.connected = true, true
        UIManager:broadcastEvent(Event:new("NetworkConnected"))
    end)
    interrupted("the network goes", function()
        radio.connected = false
        UIManager:broadcastEvent(Event:new("NetworkDisconnected"))
    end, function()
        radio.on, radio.connected = true, true
        UIManager:broadcastEvent(Event:new("NetworkConnected"))
    end, true)
    interrupted("the book is closed", function() ui:onClose() end, open)
    interrupted("the child is killed", function(pid) os.execute("kill -9 " .. pid) end, function()
        ui:onClose()
        pump(1)
        open()
    end)
    interrupted("a larger font", function() ui:handleEvent(Event:new("ChangeSize", 2)) end, current, true)
    ui:handleEvent(Event:new("ChangeSize", -2))
    pump(8)
    current()
end

function scenes.place()
    local there, elsewhere = passage(math.floor(ui.document:getPageCount() * 0.55), 8), passage(5, 6)
    local words = there.text:sub(1, 40):gsub("[\192-\255]?[\128-\191]*$", "")
    ui:handleEvent(Event:new("GotoPage", 3))
    server.change(("{ newest = { percentage = 0.55, readAt = os.time() + 5, source = 'web', device = 'BookOrbit web', own = false, quality = 'exact', "
        .. "candidates = { { kind = 'exact', position = %q } }, textAfter = %q } }"):format(elsewhere.pos0, words))
    ui:handleEvent(Event:new("BookOrbitPull"))
    session.wait(30, function() return ui:getCurrentPage() ~= 3 end)
    check(ui:getCurrentPage() == there.page, "a place whose words must be found: page %d, as it should be %d; %s; %q", ui:getCurrentPage(),
        there.page, cost(), words)
    server.change("{ newest = false }")
    settle()
end

local ok, problem = xpcall(function()
    open()
    measured()
    settle(20)
    say("%s: %d pages, crengine's factor %d, cache file: %s", os.getenv("KOREADER_BOOK"):match("[^/]+$"), ui.document:getPageCount(), FACTOR,
        tostring(ui.document:getCacheFilePath()))
    if not os.getenv("FIRST_OPENING") then
        ui:onClose()
        pump(1)
        open() -- from crengine's cache file, as a second opening is
        settle(20)
    end
    local before = pages()
    ui.known = before
    local cache = ui.document:getCacheFilePath()
    local names = {}
    for name in (os.getenv("SCENES") or "one nowhere five interrupted place"):gmatch("%S+") do names[#names + 1] = name end
    for _, name in ipairs(names) do
        say("-- %s", name)
        ui.known = before
        scenes[name]()
        local is_same, what = isSame(before, pages())
        check(is_same, "the document is as it was: %s", what)
        check(not cache or lfs.attributes(cache, "mode") == "file", "crengine's cache file is there")
    end
    ui:onClose()
    pump(2)
    local size = cache and lfs.attributes(cache, "size")
    open()
    local is_same, what = isSame(before, pages())
    check(is_same, "and so it is opened again from its cache of %s bytes: %s", tostring(size), what)
    local copy = io.popen(("cmp '%s' '%s' && echo same"):format(os.getenv("KOREADER_BOOK"), FILE)):read("*a")
    check(copy:find("same") ~= nil, "the book's file is as it was")
    ui:onClose()
    pump(2)
end, debug.traceback)
server.stop()
print(ok and ("%d wrong"):format(wrong) or problem, folder)
os.exit(ok and wrong == 0 and 0 or 1)
