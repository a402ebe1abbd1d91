--- What the plugin relies on of KOReader's modules. Runs on the stand-ins with every test run; by hand on KOReader's own files:
--   KOREADER_RUN=/path/to/koreader busted --lua=luajit spec/stand_ins_spec.lua     (docs/plugin-and-koreader.md says what lies there)

local lfs = require("lfs")

local RUN = os.getenv("KOREADER_RUN")
-- Outside of what busted takes back between two files.
local STAND_INS = "spec/support/koreader/?.lua;"

describe(RUN and "KOReader itself" or "a stand-in", function()
    local folder, wait, started_in

    setup(function()
        if not RUN then
            local world = require("support/world")
            world.start()
            folder, wait = world.folder, world.pass
            world.ffiutil.inline = false
            return
        end
        started_in, folder = lfs.currentdir(), os.tmpname()
        os.remove(folder)
        assert(lfs.mkdir(folder))
        local headless = started_in .. "/spec/by_hand/headless.lua"
        package.path = package.path:gsub(STAND_INS:gsub("%p", "%%%0"), "")
        local ffi = require("ffi")
        ffi.cdef("int setenv(const char *, const char *, int);")
        ffi.C.setenv("KO_HOME", folder, 1)
        assert(lfs.chdir(RUN))
        dofile(headless)
        wait = pump -- luacheck: ignore
    end)

    teardown(function()
        if not RUN then return require("support/world").stop() end
        lfs.chdir(started_in)
        os.execute("rm -rf '" .. folder .. "'")
    end)

    local function write(name, content)
        local file = assert(io.open(folder .. "/" .. name, "wb"))
        file:write(content)
        file:close()
        return folder .. "/" .. name
    end

    it("ui/event.lua: carries its handler's name and all arguments, nil among them", function()
        local event = require("ui/event"):new("PageUpdate", 3, nil, "x")
        assert.equal("onPageUpdate", event.handler)
        assert.same({ 3, nil, "x" }, { unpack(event.args, 1, event.args.n or 3) })
    end)

    it("datastorage.lua: names a folder for settings that is there", function()
        assert.equal("directory", lfs.attributes(require("datastorage"):getSettingsDir(), "mode"))
    end)

    it("luasettings.lua: keeps nested tables, and begins anew when the file cannot be read", function()
        local LuaSettings = require("luasettings")
        local path = folder .. "/some.lua"
        local settings = LuaSettings:open(path)
        assert.is_nil(settings:readSetting("account"))
        settings:saveSetting("account", { name = "ann", list = { 1, 2 }, ["a key"] = false })
        settings:saveSetting("text", "with \"quotes\"\nand lines\\")
        settings:flush()
        local again = LuaSettings:open(path)
        assert.same({ name = "ann", list = { 1, 2 }, ["a key"] = false }, again:readSetting("account"))
        assert.equal("with \"quotes\"\nand lines\\", again:readSetting("text"))
        assert.same({}, LuaSettings:open(write("broken.lua", "return {")).data)
    end)

    it("docsettings.lua: finds, reads and writes the sidecar of a file that may be anywhere", function()
        local DocSettings = require("docsettings")
        local file = write("a book.epub", "content")
        assert.is_false(DocSettings:hasSidecarFile(file))
        assert.is_nil(DocSettings:findSidecarFile(file))
        local settings = DocSettings:open(file)
        settings:saveSetting("annotations", { { datetime = "2026-11-18 10:00:00", text = "é", pos0 = "/body/p[1]/text().0" } })
        settings:saveSetting("annotations_externally_modified", true)
        settings:flush()
        assert.is_true(DocSettings:hasSidecarFile(file))
        local path = DocSettings:findSidecarFile(file)
        assert.equal("file", lfs.attributes(path, "mode"))
        assert.equal("é", DocSettings.openSettingsFile(path).data.annotations[1].text)
        assert.is_true(DocSettings:open(file):readSetting("annotations_externally_modified"))
    end)

    it("dispatcher.lua: takes an action, and keeps the first of a name", function()
        local Dispatcher = require("dispatcher")
        local action = { category = "none", event = "StandInEvent", title = "Stand-in", general = true }
        Dispatcher:registerAction("stand_in_action", action)
        Dispatcher:registerAction("stand_in_action", { category = "none", event = "Other", title = "Other", general = true })
        if RUN then
            assert.equal("Stand-in", Dispatcher:getNameFromItem("stand_in_action", {}, true))
        else
            assert.equal(action, Dispatcher.actions.stand_in_action)
        end
    end)

    it("util.lua: the partial md5 of a small and of a large file, and folders", function()
        local util = require("util")
        assert.equal("900150983cd24fb0d6963f7d28e17f72", util.partialMD5(write("abc", "abc")))
        assert.equal("52874fe8d6c6f22807637c96ca98fc83", util.partialMD5(write("large", ("0123456789abcdef"):rep(65536))))
        assert.is_nil(util.partialMD5(folder .. "/nothing"))
        assert.is_truthy(util.makePath(folder .. "/one/two/three"))
        assert.is_truthy(util.makePath(folder .. "/one/two/three"))
        assert.equal("directory", lfs.attributes(folder .. "/one/two/three", "mode"))
    end)

    it("ffi/sha2.lua: md5 and sha-256 as text", function()
        local sha2 = require("ffi/sha2")
        assert.equal("900150983cd24fb0d6963f7d28e17f72", sha2.md5("abc"))
        assert.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sha2.sha256("abc"))
    end)

    it("ffi/util.lua: has the content of a folder written, which may be named by a file in it", function()
        assert.is_true(require("ffi/util").fsyncDirectory(write("written.lua", "return 1")))
    end)

    it("ffi/util.lua: fills templates, and removes a folder with what is in it", function()
        local ffiutil = require("ffi/util")
        assert.equal("b then a", ffiutil.template("%2 then %1", "a", "b"))
        require("util").makePath(folder .. "/gone/deeper")
        write("gone/deeper/file", "x")
        ffiutil.purgeDir(folder .. "/gone")
        assert.is_nil(lfs.attributes(folder .. "/gone", "mode"))
        local file = assert(io.open(folder .. "/synced", "wb"))
        file:write("x")
        ffiutil.fsyncOpenedFile(file)
        file:close()
    end)

    local function await(ffiutil, pid)
        for _ = 1, 500 do
            if ffiutil.isSubProcessDone(pid) then return true end
            require("socket").sleep(0.01)
        end
        return false
    end

    it("ffi/util.lua: a child process answers through its pipe, more than the pipe holds", function()
        local ffiutil = require("ffi/util")
        local text = ("0123456789"):rep(20000)
        local pid, fd = ffiutil.runInSubProcess(function(_, write_fd) ffiutil.writeToFD(write_fd, text, true) end, true)
        assert.is_truthy(pid)
        while ffiutil.getNonBlockingReadSize(fd) == 0 do require("socket").sleep(0.01) end
        assert.is_false(ffiutil.isSubProcessDone(pid)) -- it waits for somebody to read
        assert.equal(text, ffiutil.readAllFromFD(fd))
        assert.is_true(await(ffiutil, pid))
    end)

    it("ffi/util.lua: a child process that fails, or is killed, is done and said nothing", function()
        local ffiutil = require("ffi/util")
        local pid, fd = ffiutil.runInSubProcess(function() os.exit(1) end, true)
        assert.is_true(await(ffiutil, pid))
        assert.equal("", ffiutil.readAllFromFD(fd))
        pid, fd = ffiutil.runInSubProcess(function() require("socket").sleep(30) end, true)
        assert.is_false(ffiutil.isSubProcessDone(pid))
        require("socket").sleep(0.1)
        ffiutil.terminateSubProcess(pid)
        assert.is_true(await(ffiutil, pid))
        ffiutil.readAllFromFD(fd)
    end)

    it("random.lua: ids in upper case, with dashes or without", function()
        local random = require("random")
        assert.matches("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x+$", random.uuid(true))
        assert.is_nil(random.uuid(true):find("%l"))
        assert.is_nil(random.uuid():find("-", 1, true))
        assert.not_equal(random.uuid(), random.uuid())
    end)

    it("socketutil.lua: sets LuaSocket's time-out, and collects what comes", function()
        local socketutil = require("socketutil")
        socketutil:set_timeout(7, 20)
        assert.equal(7, require("socket.http").TIMEOUT)
        local parts = {}
        local sink = socketutil.table_sink(parts)
        assert.is_truthy(sink("one"))
        assert.is_truthy(sink("two"))
        assert.is_truthy(sink(nil))
        assert.equal("onetwo", table.concat(parts))
    end)

    it("lua-ljsqlite3/init.lua: reads only, row by row, integers as 64 bits", function()
        local SQ3 = require("lua-ljsqlite3/init")
        assert.is_false(pcall(SQ3.open, folder .. "/no.sqlite3", "ro"))
        local path = folder .. "/rows.sqlite3"
        os.execute(("sqlite3 '%s' \"CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (5000000000, 'é'), (2, NULL)\""):format(path))
        local connection = SQ3.open(path, "ro")
        connection:set_busy_timeout(100)
        local statement = connection:prepare("SELECT a, b FROM t WHERE a > ?1 AND (b = ?2 OR b IS NULL) ORDER BY a DESC"):bind(1, "é")
        local row = statement:step()
        assert.equal("cdata", type(row[1]))
        assert.same({ 5000000000, "é" }, { tonumber(row[1]), row[2] })
        row = statement:step()
        assert.same({ 2, nil }, { tonumber(row[1]), row[2] })
        assert.is_nil(statement:step())
        statement:close()
        assert.is_false(pcall(function() connection:prepare("SELECT * FROM nothing"):step() end))
        connection:close()
    end)

    it("ui/uimanager.lua: runs what is scheduled once, and not what was unscheduled", function()
        local UI, ran = require("ui/uimanager"), {}
        local function first() table.insert(ran, "first") end
        local function never() table.insert(ran, "never") end
        if RUN then UI:show(require("ui/widget/infomessage"):new{ text = "A loop needs a window" }) end
        UI:scheduleIn(0.1, first)
        UI:scheduleIn(0.1, never)
        UI:unschedule(never)
        UI:scheduleIn(0.2, function(...) table.insert(ran, select("#", ...) .. tostring((...))) end, "with", nil)
        wait(0.5)
        assert.same({ "first", "2with" }, ran)
        UI:preventStandby()
        UI:allowStandby()
    end)

    it("ui/network/manager.lua: says whether there is a link, and runs at once what needs one", function()
        local NetworkMgr, ran = require("ui/network/manager"), false
        assert.is_true(NetworkMgr:isWifiOn())
        assert.is_true(NetworkMgr:isConnected())
        NetworkMgr:runWhenConnected(function() ran = true end)
        assert.is_true(ran)
        assert.is_function(NetworkMgr.afterWifiAction)
    end)

    it("container/widgetcontainer.lua: a plugin's class, its instances, and its events", function()
        local WidgetContainer = require("ui/widget/container/widgetcontainer")
        local Class = WidgetContainer:extend{ name = "stand_in", heard = false }
        function Class:init() self.is_made = true end
        function Class:onSomething(a, b) self.heard = { a, b } end
        local instance = Class:new{ ui = "ui" }
        assert.same({ true, "ui", "stand_in" }, { instance.is_made, instance.ui, instance.name })
        local result = instance:handleEvent(require("ui/event"):new("Something", 1, 2))
        assert.is_falsy(result)
        assert.same({ 1, 2 }, instance.heard)
        result = instance:handleEvent(require("ui/event"):new("Unheard"))
        assert.is_falsy(result)
        assert.is_false(Class.heard)
    end)

    -- What KOReader of 2024.07 did not have yet, and this plugin can do without.
    local function young(name)
        local ok, module = pcall(require, name)
        assert(ok or RUN, module)
        return ok and module or nil
    end

    it("widgets: take the fields this plugin gives them", function()
        local T = require("ffi/util").template
        for name, fields in pairs({
            infomessage = { text = "x", timeout = 3 }, notification = { text = "x" },
            confirmbox = { text = "x", ok_text = "y", cancel_text = "n", ok_callback = T, cancel_callback = T, dismissable = true },
            keyvaluepage = { title = "x", kv_pairs = { { "a", "b" } } },
            spinwidget = { title_text = "x", info_text = "y", value = 3, value_min = 0, value_max = 100, value_step = 1, value_hold_step = 10,
                default_value = 0, ok_text = "ok", callback = T },
            multiinputdialog = { title = "x", fields = { { text = "", hint = "h" }, { text = "", hint = "p", text_type = "password" } },
                buttons = { { { text = "b", callback = T } } } },
        }) do
            local widget = require("ui/widget/" .. name):new(fields)
            assert.is_table(widget, name)
            if name == "multiinputdialog" then assert.is_function(widget.getFields) end
        end
    end)

    it("confirmbox.lua, progresswidget.lua: a question takes a bar that moves", function()
        local box = require("ui/widget/confirmbox"):new{ text = "x", ok_text = "y", cancel_text = "n", dismissable = false }
        local bar = require("ui/widget/progresswidget"):new{ width = box:getAddedWidgetAvailableWidth(), height = 9, percentage = 0 }
        box:addWidget(bar)
        bar:setPercentage(0.5)
        assert.equal(0.5, bar.percentage)
    end)

    it("readhistory.lua, booklist.lua, device.lua, gettext.lua, logger.lua: what is read of them", function()
        assert.is_table(require("readhistory").hist)
        local BookList = young("ui/widget/booklist")
        if BookList then
            BookList.setBookInfoCacheProperty("/a/book.epub", "status", "complete")
            BookList.setBookInfoCacheProperty("/a/book.epub", "rating", 3)
            assert.same({ been_opened = true, status = "complete", rating = 3 }, BookList.book_info_cache["/a/book.epub"])
            BookList.resetBookInfoCache("/a/book.epub")
            assert.is_nil(BookList.book_info_cache["/a/book.epub"])
        end
        assert.is_string(require("device").model)
        assert.is_true(require("device"):hasSeamlessWifiToggle())
        assert.equal("BookOrbit: a text nobody translated", require("gettext")("BookOrbit: a text nobody translated"))
        for _, level in ipairs({ "dbg", "info", "warn" }) do
            assert.is_function(require("logger")[level])
        end
        if RUN then
            require("readhistory"):addItem(write("opened.epub", "x"), os.time())
            assert.matches("opened%.epub$", require("readhistory").hist[1].file)
        end
    end)
end)
