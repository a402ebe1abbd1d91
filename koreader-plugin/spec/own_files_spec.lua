--- A child process that works on the open document reads its files without moving on where the parent reads.

local OwnFiles = require("bookorbit/device/own_files")

describe("a child process that works on the document", function()
    local ffiutil, path

    before_each(function()
        ffiutil = require("ffi/util")
        ffiutil.inline, ffiutil.fork_error, ffiutil.hang = false, false, nil
        path = os.tmpname()
        local file = assert(io.open(path, "wb"))
        for i = 0, 9 do file:write(tostring(i):rep(10000)) end
        file:close()
    end)

    after_each(function() os.remove(path) end)

    -- What the child says that it read.
    local function inChild(work)
        local pid, descriptor = ffiutil.runInSubProcess(function(_, write_descriptor)
            local ok, text = pcall(work)
            ffiutil.writeToFD(write_descriptor, ok and text or "failed: " .. tostring(text), true)
        end, true)
        while not ffiutil.isSubProcessDone(pid) do end -- luacheck: ignore
        return ffiutil.readAllFromFD(descriptor)
    end

    it("goes on from where the parent was, which goes on from there as well", function()
        local file = assert(io.open(path, "rb"))
        file:setvbuf("no")
        assert.equal(("0"):rep(10000), file:read(10000))
        local noted = OwnFiles.note()
        local read = inChild(function()
            OwnFiles.take(noted)
            return file:read(30000):sub(-10000)
        end)
        assert.equal(("3"):rep(10000), read)
        assert.equal(("1"):rep(10000), file:read(10000))
        file:close()
    end)

    it("writes into none of them", function()
        local file = assert(io.open(path, "r+b"))
        local noted = OwnFiles.note()
        local said = inChild(function()
            OwnFiles.take(noted)
            return tostring((file:write("xxx") and file:flush()))
        end)
        assert.not_equal("true", said)
        file:close()
        file = assert(io.open(path, "rb"))
        assert.equal("000", file:read(3))
        file:close()
    end)

    it("leaves the parent's own as they are", function()
        local file = assert(io.open(path, "r+b"))
        OwnFiles.take(OwnFiles.note())
        assert.is_truthy(file:write("xxx") and file:flush())
        file:close()
    end)
end)
