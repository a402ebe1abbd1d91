--- Loading as pluginloader.lua does it: while main.lua runs its folder is first in package.path, afterwards last.

local world = require("support/world")

describe("the plugin's folder", function()
    before_each(function() world.start() end)
    after_each(world.stop)

    local function luaFiles(folder, found)
        local lfs = require("lfs")
        for name in lfs.dir(folder) do
            local path = folder .. "/" .. name
            if name ~= "." and name ~= ".." and lfs.attributes(path, "mode") == "directory" then
                luaFiles(path, found)
            elseif name:find("%.lua$") then
                found[#found + 1] = path
            end
        end
        return found
    end

    it("requires every module under its own name, so that no other plugin's file is taken for ours", function()
        local count = 0
        for _, path in ipairs(luaFiles("bookorbit.koplugin", {})) do
            local file = assert(io.open(path, "rb"))
            local text = file:read("*a")
            file:close()
            for name in text:gmatch('require%("([^"]+)"%)') do
                local ours = io.open("bookorbit.koplugin/" .. name .. ".lua", "rb")
                if ours then
                    ours:close()
                    assert.is_truthy(name:find("^bookorbit/"), path .. " requires " .. name)
                    count = count + 1
                end
            end
        end
        assert.is_true(count > 50)
    end)

    it("has every module it needs loaded by main.lua, before other folders come first", function()
        local before = {}
        for name in pairs(package.loaded) do
            before[name] = true
        end
        world.login()
        local reader = world.open({ file = world.file("book.epub") })
        world.pass(5)
        reader:turnTo(3)
        reader:close()
        world.pass(5)
        local late = {}
        for name in pairs(package.loaded) do
            if name:find("^bookorbit/") and not before[name] then late[#late + 1] = name end
        end
        assert.same({}, late)
    end)

    it("says its version in one place, without a name, which newer versions warn about", function()
        local meta = dofile("bookorbit.koplugin/_meta.lua")
        assert.is_nil(meta.name)
        assert.matches("^%d+%.%d+%.%d+$", meta.version)
        assert.is_string(meta.fullname)
        assert.is_string(meta.description)
    end)

    it("holds main.lua, _meta.lua and bookorbit, and nothing else: an update swaps these", function()
        local names = {}
        for name in require("lfs").dir("bookorbit.koplugin") do
            if name:sub(1, 1) ~= "." then names[#names + 1] = name end
        end
        table.sort(names)
        assert.same({ "_meta.lua", "bookorbit", "main.lua" }, names)
        for name in pairs({ ["main.lua"] = true, ["_meta.lua"] = true }) do
            assert.is_nil(require("lfs").attributes("bookorbit.koplugin/bookorbit/" .. name))
        end
    end)

    it("holds no preset: that is added to each download", function()
        assert.is_nil(io.open("bookorbit.koplugin/bookorbit/preset.lua", "rb"))
    end)

    it("keeps its workers when KOReader makes a new instance", function()
        local first = world.browse().plugin
        local second = world.open({ file = world.file("book.epub") }).plugin
        assert.are_not.equal(first, second)
        assert.equal(first.sync, second.sync)
        assert.equal(first.background, second.background)
    end)
end)
