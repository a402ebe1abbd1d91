--- The plugin's own update: what is let in, and what happens when it does not start.

local lfs = require("lfs")
local world = require("support/world")

-- Not a digest: the specs only need the same for the same.
local function digest(content) return ("%064x"):format(#content) end

describe("an update", function()
    local Update, Unzip, folder, trial

    before_each(function()
        world.start()
        Update, Unzip = require("bookorbit/device/update"), require("bookorbit/device/unzip")
        folder, trial = world.folder .. "/bookorbit.koplugin", world.folder .. "/bookorbit-update-trial"
    end)

    after_each(world.stop)

    local FILES = { ["main.lua"] = "return 2", ["_meta.lua"] = "return { version = '0.2.0' }", ["bookorbit/plugin.lua"] = "return {}" }

    local function put(path, content)
        os.execute("mkdir -p '" .. path:match("^(.*)/") .. "'")
        local file = assert(io.open(path, "wb"))
        file:write(content)
        file:close()
    end

    local function get(path)
        local file = io.open(path, "rb")
        if not file then return nil end
        local content = file:read("*a")
        file:close()
        return content
    end

    local function listed(files)
        local list = {}
        for path, content in pairs(files) do
            list[#list + 1] = { path = path, sha256 = digest(content) }
        end
        return list
    end

    local function zipped(files, options)
        local root = world.folder .. "/zip/bookorbit.koplugin"
        os.execute("rm -rf '" .. world.folder .. "/zip' '" .. world.folder .. "/p.zip'")
        for path, content in pairs(files) do
            put(root .. "/" .. path, content)
        end
        os.execute(("cd '%s/zip' && zip -q %s -r ../p.zip bookorbit.koplugin"):format(world.folder, options or ""))
        return assert(get(world.folder .. "/p.zip"))
    end

    local has_zip = os.execute("zip -v >/dev/null 2>&1") == 0

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
        assert.is_nil(check(function(files, wanted)
            files["bookorbit.koplugin/main.lua"], wanted["main.lua"] = "return return", "return return"
        end))
    end)

    local function install(files)
        local client = { package = function() return zipped(files) end }
        local ok, failure = Update.prepare(client, listed(files), folder, digest)
        if ok then ok = Update.swap(folder, trial) end
        return ok, failure
    end

    it("is put in place on trial, keeps the account, and the version before goes once it has proved itself", function()
        if not has_zip then pending("there is no zip command") return end
        put(folder .. "/main.lua", "return 1")
        put(folder .. "/bookorbit/preset.lua", "return 'the account'")
        assert.is_true(install(FILES))
        assert.equal("return 2", get(folder .. "/main.lua"))
        assert.equal("return 'the account'", get(folder .. "/bookorbit/preset.lua"))
        assert.equal("return 1", get(folder .. ".old/main.lua"))
        Update.confirm(folder, trial)
        assert.is_nil(lfs.attributes(folder .. ".old"))
        assert.is_nil(lfs.attributes(trial))
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

    it("that fails to start twice is taken back", function()
        local stable = assert(get("bookorbit.koplugin/main.lua"))
        put(folder .. ".old/main.lua", "return 'the version before'")
        put(folder .. "/main.lua", stable)
        put(trial, "0")
        local path = package.path
        package.path = folder .. "/?.lua"
        package.loaded["bookorbit/plugin"] = nil
        local function start() return pcall(dofile, folder .. "/main.lua") end
        assert.is_false((start()))
        assert.is_false((start()))
        local ok, plugin = start()
        package.path = path
        package.loaded["bookorbit/rolled_back"] = nil
        assert.is_true(ok)
        assert.equal("the version before", plugin)
        assert.equal("return 'the version before'", get(folder .. "/main.lua"))
        assert.is_nil(lfs.attributes(trial))
    end)
end)
