--- A child process shares the place in every open file with its parent: where one reads, the other goes on. The engines read a book, and
-- crengine its cache, while the reader turns pages. So a child that works on the document opens those files for itself first, and only
-- for reading: nothing of what it does reaches the cache.

local ffi = require("ffi")
local lfs = require("libs/libkoreader-lfs")

local OwnFiles = {}

local DESCRIPTORS = "/proc/self/fd"
local READ_ONLY, FROM_START, FROM_HERE = 0, 0, 1
local LAST_STANDARD = 2 -- what is printed goes where it went

-- As KOReader declares them; it may have done so already.
for _, declaration in ipairs({
    "int getpid(void);", "int open(const char *, int, ...);", "int close(int);", "int dup2(int, int);", "long lseek(int, long, int);",
}) do
    pcall(ffi.cdef, declaration)
end
local C = ffi.C

--- Before the fork, in the parent: which files are open, and where it is in them.
-- @return table|nil nil where there is no list of them, as on a Mac: then it is as KOReader's own children have it
function OwnFiles.note()
    if lfs.attributes(DESCRIPTORS, "mode") ~= "directory" then return nil end
    local noted = { parent = C.getpid() }
    for name in lfs.dir(DESCRIPTORS) do
        local descriptor = tonumber(name)
        local place = descriptor and descriptor > LAST_STANDARD and tonumber(C.lseek(descriptor, 0, FROM_HERE))
        if place and place >= 0 then table.insert(noted, { descriptor = descriptor, place = place }) end
    end
    return noted
end

local function reopen(file)
    local path = ("%s/%d"):format(DESCRIPTORS, file.descriptor)
    if lfs.attributes(path, "mode") ~= "file" then return end -- a device, or closed since
    local own = C.open(path, READ_ONLY)
    if own < 0 then return end
    C.lseek(own, file.place, FROM_START)
    C.dup2(own, file.descriptor)
    C.close(own)
end

--- In the child, before anything else.
function OwnFiles.take(noted)
    if not noted or C.getpid() == noted.parent then return end
    for _, file in ipairs(noted) do reopen(file) end
end

return OwnFiles
