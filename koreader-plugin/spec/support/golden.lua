--- The golden exchanges both sides of the wire are tested with (libs/contracts/golden).

local lfs = require("lfs")

local golden = { folder = "../libs/contracts/golden" }

local function read(path)
    local file = assert(io.open(path, "rb"), "no golden file " .. path)
    local text = file:read("*a")
    file:close()
    return text
end

--- @return string request JSON, string response JSON
function golden.read(exchange, case)
    local base = golden.folder .. "/" .. exchange .. "/" .. case
    return read(base .. ".request.json"), read(base .. ".response.json")
end

--- Names of the cases in a folder, so that a spec can tell it covers them all.
function golden.cases(exchange)
    local cases = {}
    for name in lfs.dir(golden.folder .. "/" .. exchange) do
        local case = name:match("^(.+)%.request%.json$")
        if case then cases[#cases + 1] = case end
    end
    table.sort(cases)
    return cases
end

return golden
