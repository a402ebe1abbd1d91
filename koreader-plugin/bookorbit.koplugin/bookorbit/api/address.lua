--- The server's address, as people type or paste it.

local Address = {}

Address.API_PATH = "/api/v1/koreader"

--- The origin of a typed address: scheme, host, port and, behind some proxies, a path; never a trailing slash.
-- The page that offers the download shows the address with the API path, so pasting that one works as well.
-- @return string|nil nil if no address can be read from it
function Address.origin(typed)
    local text = tostring(typed or ""):gsub("%s+", "")
    if text == "" then return nil end
    if not text:find("^%a[%w+.-]*://") then text = "https://" .. text end
    local scheme, rest = text:match("^(%a+)://(.+)$")
    scheme = scheme and scheme:lower()
    if scheme ~= "http" and scheme ~= "https" then return nil end
    rest = rest:gsub("[?#].*$", ""):gsub("/+$", "")
    if rest:sub(-#Address.API_PATH) == Address.API_PATH then
        rest = rest:sub(1, -#Address.API_PATH - 1):gsub("/+$", "")
    end
    local authority, path = rest:match("^([^/]+)(.*)$")
    if not authority or authority:find("@", 1, true) or authority:find("^:") then return nil end
    return scheme .. "://" .. authority:lower() .. path
end

--- Whether somebody said how to connect. Who did not may be asked; who typed https gets https or nothing.
function Address.hasScheme(typed)
    return tostring(typed or ""):find("^%s*%a[%w+.-]*://") ~= nil
end

--- The same server without encryption.
function Address.plain(origin)
    return (origin:gsub("^https:", "http:"))
end

--- Where the device routes live.
function Address.api(origin)
    return origin .. Address.API_PATH
end

--- Whether two addresses name the same server; the scheme may differ.
function Address.isSameServer(one, other)
    local a, b = Address.origin(one), Address.origin(other)
    if not a or not b then return false end
    return a:gsub("^%a+://", "") == b:gsub("^%a+://", "")
end

--- The https origin a redirect of `url` points to, if it only adds encryption: same host, same path.
function Address.upgradedOrigin(origin, url, location)
    local host, path = url:match("^http://([^/:]+)[^/]*(.*)$")
    if not host or type(location) ~= "string" then return nil end
    local new_host, new_port, new_path = location:match("^https://([^/:]+)(:?%d*)(.*)$")
    if not new_host or new_host:lower() ~= host:lower() or new_path ~= path then return nil end
    local base = origin:match("^http://[^/]+(.*)$") or ""
    return "https://" .. new_host:lower() .. new_port .. base
end

return Address
