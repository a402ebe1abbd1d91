--- The plugin's own update: what is let in, and what happens when it does not start.

local lfs = require("lfs")
local plugin_folder = require("support/plugin_folder")
local world = require("support/world")

local digest, get, has_zip, listed, put, zipped =
    plugin_folder.digest, plugin_folder.get, plugin_folder.has_zip, plugin_folder.listed, plugin_folder.put, plugin_folder.zipped

describe("an update", function()
    local Update, Unzip, folder, trial

    before_each(function()
        world.start()
        Update, Unzip = require("bookorbit/device/update"), require("bookorbit/device/unzip")
        folder, trial = world.folder .. "/bookorbit.koplugin", world.folder .. "/bookorbit-update-trial"
    end)

    after_each(world.stop)

    local FILES = { ["main.lua"] = "return 2", ["_meta.lua"] = "return { version = '0.2.0' }", ["bookorbit/plugin.lua"] = "return {}" }

    it("is newer by its numbers, not its letters", function()
        assert.is_true(Update.isNewer("0.10.0", "0.9.9"))
        assert.is_false(Update.isNewer("0.9.9", "0.10.0"))
        assert.is_false(Update.isNewer("1.0", "1.0.0"))
    end)

    it("is unpacked whether it was deflated or stored, and not when it is damaged", function()
        if not has_zip then pending("there is no zip command") return end
        local files = { ["main.lua"] = ("return 'long enough to be worth deflating' "):rep(50), ["a/b.lua"] = "return 1" }
        for _, options in ipairs({ "-9", "-0" }) do
            local data = zipped(files, options)
            local found = Unzip.files(data)
            assert.equal(files["main.lua"], found["bookorbit.koplugin/main.lua"])
            assert.equal(files["a/b.lua"], found["bookorbit.koplugin/a/b.lua"])
            assert.is_nil(Unzip.files(data:sub(1, #data - 40)))
        end
        assert.is_nil(Unzip.files("<html>"))
    end)

    it("is refused with a file missing, added, changed, outside, or not Lua", function()
        local function check(change)
            local files, wanted = {}, {}
            for path, content in pairs(FILES) do
                files["bookorbit.koplugin/" .. path], wanted[path] = content, content
            end
            change(files, wanted)
            return Update.check(files, listed(wanted), digest)
        end
        assert.is_table(check(function() end))
        assert.is_nil(check(function(files) files["bookorbit.koplugin/main.lua"] = nil end))
        assert.is_nil(check(function(files) files["bookorbit.koplugin/more.lua"] = "return 1" end))
        assert.is_nil(check(function(files) files["bookorbit.koplugin/main.lua"] = "return 22" end))
        assert.is_nil(check(function(files) files["../main.lua"] = "return 2" end))
        for _, path in ipairs({ "more.lua", "bookorbit/../more.lua", "bookorbit/main.lua", "bookorbit/" }) do
            assert.is_nil(check(function(files, wanted)
                files["bookorbit.koplugin/" .. path], wanted[path] = "return 1", "return 1"
            end), path)
        end
        assert.is_nil(check(function(files, wanted)
            files["bookorbit.koplugin/main.lua"], wanted["main.lua"] = "return return", "return return"
        end))
    end)

    -- @param bytes string|nil Of the package, where it is made once
    local function install(files, bytes)
        local client = { package = function() return bytes or zipped(files) end }
        local ok, failure = Update.prepare(client, listed(files), folder, digest)
        if ok then ok = Update.swap(folder, trial) end
        return ok, failure
    end

    local function putVersion(number, plugin)
        for path, content in pairs(plugin_folder.version(number, plugin)) do put(folder .. "/" .. path, content) end
        put(folder .. "/bookorbit/preset.lua", "return 'the account'")
    end

    it("is put in place on trial, keeps the account, and the version before goes once it has proved itself", function()
        if not has_zip then pending("there is no zip command") return end
        putVersion("1")
        assert.is_true(install(plugin_folder.version("2")))
        local ok, started = plugin_folder.start(folder)
        assert.is_true(ok)
        assert.same({ code = "2", meta = "2", main = "2", account = "the account", is_on_trial = true, was_taken_back = false }, started)
        assert.matches("code = \"1\"", get(folder .. "/bookorbit.old/plugin.lua"))
        Update.confirm(folder, trial)
        assert.is_nil(lfs.attributes(folder .. "/bookorbit.old"))
        assert.is_nil(lfs.attributes(trial))
        assert.is_nil(lfs.attributes(folder .. "/bookorbit/main.lua"))
    end)

    it("that does not hold what the server lists leaves everything as it was", function()
        if not has_zip then pending("there is no zip command") return end
        put(folder .. "/main.lua", "return 1")
        local client = { package = function() return zipped(FILES) end }
        local ok, failure = Update.prepare(client, listed({ ["main.lua"] = "other" }), folder, digest)
        assert.is_nil(ok)
        assert.equal("bad_update", failure.kind)
        assert.equal("return 1", get(folder .. "/main.lua"))
        assert.is_nil(lfs.attributes(folder .. ".new"))
    end)

    it("that the storage did not keep leaves everything as it was", function()
        if not has_zip then pending("there is no zip command") return end
        put(folder .. "/main.lua", "return 1")
        local ffiutil = require("ffi/util")
        local sync = ffiutil.fsyncOpenedFile
        ffiutil.fsyncOpenedFile = function(file) file:write(" -- and some rubbish") end
        local ok, failure = install(FILES)
        ffiutil.fsyncOpenedFile = sync
        assert.is_nil(ok)
        assert.same({ "device", "the storage did not keep a file" }, { failure.kind, failure.detail })
        assert.equal("return 1", get(folder .. "/main.lua"))
        assert.is_nil(lfs.attributes(folder .. ".new"))
    end)

    it("that fails to start twice is taken back, main.lua with it", function()
        if not has_zip then pending("there is no zip command") return end
        putVersion("1")
        assert.is_true(install(plugin_folder.version("2", "error('does not start')")))
        assert.is_false((plugin_folder.start(folder)))
        assert.is_false((plugin_folder.start(folder)))
        local ok, started = plugin_folder.start(folder)
        assert.is_true(ok)
        assert.same({ code = "1", meta = "1", main = "1", account = "the account", is_on_trial = false, was_taken_back = true }, started)
        assert.is_nil(lfs.attributes(trial))
        -- And the next one finds nothing in its way.
        assert.is_true(install(plugin_folder.version("3")))
        ok, started = plugin_folder.start(folder)
        assert.same({ true, "3", "3" }, { ok, started.code, started.meta })
        assert.is_nil(lfs.attributes(folder .. "/bookorbit.failed"))
    end)

    it("that one of the first versions put in place, moving the whole folder, is taken back whole", function()
        putVersion("1")
        put(folder .. "/main.lua", "return require('bookorbit/plugin') -- 1\n")
        assert(os.rename(folder, folder .. ".old"))
        putVersion("2", "error('does not start')")
        put(trial, "0")
        assert.is_false((plugin_folder.start(folder)))
        assert.is_false((plugin_folder.start(folder)))
        local ok, started = plugin_folder.start(folder)
        assert.is_true(ok)
        assert.same({ "1", "1", "the account" }, { started.code, started.meta, started.account })
        assert.is_nil(lfs.attributes(trial))
    end)

    it("that one of the first versions put in place proves itself, and the folder before goes", function()
        putVersion("1")
        assert(os.rename(folder, folder .. ".old"))
        putVersion("2")
        put(trial, "0")
        local _, started = plugin_folder.start(folder)
        assert.same({ "2", true }, { started.code, started.is_on_trial })
        Update.confirm(folder, trial)
        assert.is_nil(lfs.attributes(folder .. ".old"))
    end)

    describe("and a battery that goes flat", function()
        local disk = require("support/disk")

        -- Every start ends the process; 20 seconds after one that went well the update is confirmed.
        local function startAgain()
            local ok, started = plugin_folder.start(folder)
            if ok and started.is_on_trial then Update.confirm(folder, trial) end
            return ok, started
        end

        local function cut(dies_at, action)
            local state = disk.install(world.folder, dies_at)
            action()
            state.restore()
            return state
        end

        -- The action, cut off at each of its steps in turn; then `check`.
        local function atEachStep(prepare, action, check)
            local steps
            local dies_at = 0
            repeat
                if lfs.attributes(folder) then require("ffi/util").purgeDir(folder) end
                os.remove(trial)
                prepare()
                local state = cut(dies_at > 0 and dies_at or nil, action)
                steps = steps or state.steps
                check(("cut at step %d of %d"):format(dies_at, steps))
                dies_at = dies_at + 1
            until dies_at > steps
            return steps
        end

        -- Some version starts at once, is one version throughout, and has the account.
        local function startsWhole(at)
            local ok, started = startAgain()
            assert.is_true(ok, at)
            assert.equal("the account", started.account, at)
            assert.same({ started.code, started.code }, { started.meta, get(folder .. "/bookorbit/ui/more.lua"):match('"(.-)"') }, at)
            ok, started = startAgain()
            assert.same({ true, started.code, started.code }, { ok, started.meta, started.main }, at)
            return started.code
        end

        it("while it is put in place leaves the old one or the new one starting", function()
            if not has_zip then pending("there is no zip command") return end
            local files, found = plugin_folder.version("2"), {}
            local bytes = zipped(files)
            local steps = atEachStep(function() putVersion("1") end, function() install(files, bytes) end, function(at)
                found[startsWhole(at)] = true
            end)
            assert.same({ ["1"] = true, ["2"] = true }, found)
            assert.is_true(steps >= 10)
        end)

        it("while it starts, or proves itself, leaves it or the one before starting", function()
            if not has_zip then pending("there is no zip command") return end
            local files = plugin_folder.version("2")
            local bytes = zipped(files)
            local function prepare()
                putVersion("1")
                assert.is_true(install(files, bytes))
            end
            assert.is_true(atEachStep(prepare, startAgain, startsWhole) >= 8)
        end)

        it("while it is taken back leaves the one before starting", function()
            if not has_zip then pending("there is no zip command") return end
            local files = plugin_folder.version("2", "error('does not start')")
            local bytes = zipped(files)
            local function prepare()
                putVersion("1")
                assert.is_true(install(files, bytes))
                plugin_folder.start(folder)
                plugin_folder.start(folder)
            end
            assert.is_true(atEachStep(prepare, startAgain, function(at) assert.equal("1", startsWhole(at), at) end) >= 5)
        end)
    end)
end)
