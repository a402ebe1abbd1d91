--- Imitates lua-ljsqlite3/init.lua (koreader-base): reading through the system's real SQLite. Integers come as int64 cdata there,
-- and so they do here.
local ffi = require("ffi")
local strict = require("support/strict")

ffi.cdef([[
typedef struct sqlite3 sqlite3; typedef struct sqlite3_stmt sqlite3_stmt;
int sqlite3_open_v2(const char *, sqlite3 **, int, const char *); int sqlite3_close_v2(sqlite3 *);
int sqlite3_prepare_v2(sqlite3 *, const char *, int, sqlite3_stmt **, const char **); int sqlite3_finalize(sqlite3_stmt *);
int sqlite3_step(sqlite3_stmt *); int sqlite3_column_count(sqlite3_stmt *); int sqlite3_column_type(sqlite3_stmt *, int);
int64_t sqlite3_column_int64(sqlite3_stmt *, int); const char *sqlite3_column_text(sqlite3_stmt *, int);
int sqlite3_bind_text(sqlite3_stmt *, int, const char *, int, intptr_t); int sqlite3_bind_double(sqlite3_stmt *, int, double);
const char *sqlite3_errmsg(sqlite3 *); int sqlite3_busy_timeout(sqlite3 *, int);
]])
local sqlite = ffi.load("sqlite3.so.0")
local OK, ROW, DONE, READ_ONLY, TRANSIENT = 0, 100, 101, 1, -1

local Statement = {}
Statement.__index = Statement

function Statement:bind(...)
    for i = 1, select("#", ...) do
        local value = select(i, ...)
        local code
        if type(value) == "string" then
            code = sqlite.sqlite3_bind_text(self.pointer, i, value, #value, TRANSIENT)
        else
            local number = assert(tonumber(value), "only texts and numbers are imitated")
            code = sqlite.sqlite3_bind_double(self.pointer, i, number)
        end
        assert(code == OK, "binding failed")
    end
    return self
end

function Statement:step()
    if self.is_done then return nil end
    local code = sqlite.sqlite3_step(self.pointer)
    if code == DONE then
        self.is_done = true
        return nil
    end
    if code ~= ROW then error(ffi.string(sqlite.sqlite3_errmsg(self.connection)), 0) end
    local row = {}
    for i = 1, sqlite.sqlite3_column_count(self.pointer) do
        local kind = sqlite.sqlite3_column_type(self.pointer, i - 1)
        if kind == 1 then
            row[i] = sqlite.sqlite3_column_int64(self.pointer, i - 1)
        elseif kind ~= 5 then
            row[i] = ffi.string(sqlite.sqlite3_column_text(self.pointer, i - 1))
        end
    end
    return row
end

function Statement:close()
    sqlite.sqlite3_finalize(self.pointer)
end

local Connection = {}
Connection.__index = Connection

function Connection:prepare(text)
    local pointer = ffi.new("sqlite3_stmt *[1]")
    if sqlite.sqlite3_prepare_v2(self.pointer, text, #text, pointer, nil) ~= OK then
        error(ffi.string(sqlite.sqlite3_errmsg(self.pointer)), 0)
    end
    return setmetatable({ pointer = pointer[0], connection = self.pointer }, Statement)
end

function Connection:set_busy_timeout(milliseconds)
    sqlite.sqlite3_busy_timeout(self.pointer, milliseconds)
end

function Connection:close()
    sqlite.sqlite3_close_v2(self.pointer)
end

return strict.table("lua-ljsqlite3/init.lua", {
    open = function(path, mode)
        assert(mode == "ro", "this plugin only reads databases of KOReader")
        local pointer = ffi.new("sqlite3 *[1]")
        local code = sqlite.sqlite3_open_v2(path, pointer, READ_ONLY, nil)
        local connection = setmetatable({ pointer = pointer[0] }, Connection)
        if code ~= OK then
            connection:close()
            error("unable to open the database", 0)
        end
        return connection
    end,
})
