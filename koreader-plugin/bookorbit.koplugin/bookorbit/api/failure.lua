--- Why an exchange failed: a closed set of kinds, told apart because each needs something else of the reader.
--
-- offline        no answer: `reason` is dns, refused, unreachable, timeout, tls, cut or other
-- not_bookorbit  an answer, but not from BookOrbit: a login page, a proxy, a wrong address
-- moved          the server sends us to another address (`location`)
-- unauthorized   name or key not accepted, or the account was switched off
-- sync_disabled  the kill switch in the web app
-- rate_limited   too many tries; `retryAfter` in seconds if the server said so
-- refused        BookOrbit says that this request is wrong in itself: sending it again changes nothing
-- too_large      something before the server takes no request of this size; with `reason` "answer": this device takes no such answer
-- server         the server failed; later it may not
-- device         something on this device (no process could be started, a file is gone)
-- interrupted    stopped by us: suspend, or the reader cancelled

local HttpDate = require("bookorbit/api/http_date")

local Failure = {}

local NETWORK_REASONS = {
    { "dns", { "host not found", "name or service", "name resolution", "nodename nor servname", "not known", "no address" } },
    { "refused", { "refused" } },
    { "unreachable", { "unreachable", "no route" } },
    { "tls", { "certificate", "handshake", "ssl", "tls", "unknown protocol", "wrong version" } },
    { "timeout", { "timeout", "wantread", "wantwrite", "timed out" } },
    { "cut", { "closed", "reset by peer", "broken pipe", "unexpected eof" } },
}

--- A failure without an HTTP answer, from what LuaSocket or LuaSec say.
function Failure.fromNetworkError(message)
    local lower = tostring(message or ""):lower()
    -- Several books may bring more than one device takes at once (http.lua); then they are asked for one by one.
    if lower:find("answer too large", 1, true) then return { kind = "too_large", reason = "answer" } end
    for _, entry in ipairs(NETWORK_REASONS) do
        for _, words in ipairs(entry[2]) do
            if lower:find(words, 1, true) then
                return { kind = "offline", reason = entry[1], detail = tostring(message) }
            end
        end
    end
    return { kind = "offline", reason = "other", detail = tostring(message) }
end

local KIND_BY_CODE = {
    unauthorized = "unauthorized",
    sync_disabled = "sync_disabled",
    rate_limited = "rate_limited",
}

local function kindOfStatus(status)
    if status == 401 then return "unauthorized" end
    if status == 429 then return "rate_limited" end
    if status >= 500 or status == 408 then return "server" end
    if status >= 300 and status < 400 then return "moved" end
    -- BookOrbit knows every route we call, so a stranger is answering.
    if status == 404 or status == 405 then return "not_bookorbit" end
    return "refused"
end

--- A failure from an HTTP answer that is not 200.
-- @param status number
-- @param headers table Names in lower case
-- @param body table|nil The decoded error body, if it was JSON
-- @param now number Unix seconds by this device's clock
function Failure.fromAnswer(status, headers, body, now)
    body = type(body) == "table" and body or nil
    local fromBookOrbit = body ~= nil and type(body.error) == "string"
    local kind = fromBookOrbit and KIND_BY_CODE[body.error] or kindOfStatus(status)
    -- A proxy's own 403 or 502 page says nothing about our request, be it JSON or not: what it refused is kept.
    if kind == "refused" and not fromBookOrbit then kind = status == 413 and "too_large" or "not_bookorbit" end
    return {
        kind = kind,
        status = status,
        code = fromBookOrbit and body.error or nil,
        message = body and type(body.message) == "string" and body.message or nil,
        retryAfter = HttpDate.retryAfter(headers["retry-after"], HttpDate.parse(headers["date"]) or now),
        location = kind == "moved" and headers["location"] or nil,
    }
end

--- 200, but not what BookOrbit says: a captive portal or a wrong address.
function Failure.notBookOrbit(status)
    return { kind = "not_bookorbit", status = status }
end

function Failure.device(detail)
    return { kind = "device", detail = tostring(detail) }
end

function Failure.interrupted()
    return { kind = "interrupted" }
end

return Failure
