--- The dates of HTTP headers.

local HttpDate = {}

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

--- Unix seconds of an HTTP date, or nil.
function HttpDate.parse(text)
    local day, month, year, hour, minute, second =
        tostring(text or ""):match("(%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT")
    if not day or not MONTHS[month] then return nil end
    -- Days since 1970 by the proleptic calendar, with March as the first month.
    local y, m = tonumber(year), MONTHS[month]
    if m <= 2 then y, m = y - 1, m + 12 end
    local days = 365 * y + math.floor(y / 4) - math.floor(y / 100) + math.floor(y / 400)
        + math.floor((153 * (m - 3) + 2) / 5) + tonumber(day) - 1 - 719468
    return days * 86400 + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

--- Seconds a `Retry-After` header asks to wait: it is a number of them, or a date.
-- @param now number Unix seconds, by the same clock as the answer's `Date` where there is one
-- @return number|nil
function HttpDate.retryAfter(value, now)
    local seconds = tonumber(value)
    if not seconds then
        local at = HttpDate.parse(value)
        seconds = at and now and at - now
    end
    return seconds and math.max(0, seconds) or nil
end

return HttpDate
