--- A statistics database with KOReader's schema (statistics.koplugin, 20221111), written by the sqlite3 command.

local statistics = {}

local SCHEMA = [[
CREATE TABLE book (id integer PRIMARY KEY autoincrement, title text, authors text, notes integer, last_open integer,
    highlights integer, pages integer, series text, language text, md5 text, total_read_time integer, total_read_pages integer);
CREATE TABLE page_stat_data (id_book integer, page integer NOT NULL DEFAULT 0, start_time integer NOT NULL DEFAULT 0,
    duration integer NOT NULL DEFAULT 0, total_pages integer NOT NULL DEFAULT 0, UNIQUE (id_book, page, start_time),
    FOREIGN KEY(id_book) REFERENCES book(id));
CREATE UNIQUE INDEX book_title_authors_md5 ON book(title, authors, md5);
CREATE INDEX page_stat_data_start_time ON page_stat_data(start_time);
PRAGMA user_version=20221111;
]]

function statistics.isAvailable()
    return os.execute("sqlite3 -version >/dev/null 2>&1") == 0
end

--- @param books table Array of { title, md5 }; their ids count from 1
-- @param rows table Array of { id_book, page, start_time, duration, total_pages }; added to what is there
function statistics.write(path, books, rows)
    local lines = { "BEGIN;" }
    local existing = io.open(path, "rb")
    if existing then existing:close() else table.insert(lines, 1, SCHEMA) end
    for _, book in ipairs(books) do
        lines[#lines + 1] = ("INSERT INTO book (title, authors, md5) VALUES ('%s', '', '%s');"):format(book.title, book.md5)
    end
    for _, row in ipairs(rows) do
        lines[#lines + 1] = ("INSERT OR REPLACE INTO page_stat_data VALUES (%d, %d, %d, %d, %d);"):format(unpack(row))
    end
    lines[#lines + 1] = "COMMIT;\n"
    statistics.run(path, table.concat(lines, "\n"))
end

--- Runs SQL on a database.
function statistics.run(path, text)
    local pipe = assert(io.popen("sqlite3 '" .. path .. "'", "w"))
    pipe:write(text)
    pipe:close()
end

return statistics
