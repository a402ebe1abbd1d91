--- The real books and device files that lie beside the repository, where there are any.

local lfs = require("lfs")

local shared = {}

local function exists(path)
    return lfs.attributes(path, "mode") ~= nil
end

shared.folder = exists("../../shared/corpus/MANIFEST.tsv") and "../../shared" or nil

--- Rows of corpus/MANIFEST.tsv: { file, bytes, koreader_partial_md5, … }, with `path` added.
function shared.books()
    local rows, names = {}, nil
    for line in io.lines(shared.folder .. "/corpus/MANIFEST.tsv") do
        local cells = {}
        for cell in (line .. "\t"):gmatch("([^\t]*)\t") do
            cells[#cells + 1] = cell
        end
        if not names then
            names = cells
        else
            local row = {}
            for i, name in ipairs(names) do
                row[name] = cells[i]
            end
            row.path = shared.folder .. "/corpus/books/" .. row.file
            rows[#rows + 1] = row
        end
    end
    return rows
end

--- Paths of all files in a folder.
function shared.files(folder)
    local paths = {}
    for name in lfs.dir(shared.folder .. "/" .. folder) do
        local path = shared.folder .. "/" .. folder .. "/" .. name
        if lfs.attributes(path, "mode") == "file" then paths[#paths + 1] = path end
    end
    table.sort(paths)
    return paths
end

return shared
