--- Every sentence shown to a reader.

local Progress = require("bookorbit/sync/progress")
local T = require("ffi/util").template
local _ = require("bookorbit/l10n")

local Messages = {}

local OFFLINE = {
    dns = _("The server's name could not be found. Is the address right, and is this device online?"),
    refused = _("The server did not accept the connection. Is BookOrbit running at this address?"),
    unreachable = _("There is no network connection."),
    timeout = _("The server did not answer in time."),
    tls = _("A secure connection to the server could not be made. Check http or https in the address."),
    cut = _("The connection was cut before the server had answered."),
    other = _("The server could not be reached."),
}

local KINDS = {
    not_bookorbit = _("Something answered, but it was not BookOrbit. It may be the login page of this Wi-Fi, or the address is wrong."),
    too_large = _("Something between this device and BookOrbit takes no request of this size. A proxy must allow 8 MB."),
    moved = _("The server sends this device to another address. Enter the address it has now."),
    unauthorized = _("The server did not accept this account. Log in again, or download the plugin once more."),
    sync_disabled = _("Progress sync is switched off in BookOrbit, under Settings › Integrations › KOReader."),
    rate_limited = _("The server asked for a pause. The next try comes later."),
    server = _("The server had a problem of its own."),
    device = _("This device could not do it just now."),
    bad_update = _("The update was not what the server lists, so nothing was changed."),
    rolled_back = _("The last update did not start twice, so the version before is back."),
    interrupted = _("It was interrupted."),
    no_account = _("Log in first: Tools › BookOrbit sync › Account."),
}

local TOO_LARGE_ANSWER = _("The answer was larger than this device takes. It may be the login page of this Wi-Fi, or the address is wrong.")

--- Why something failed, in plain words.
function Messages.failure(failure)
    if failure.kind == "offline" then
        return OFFLINE[failure.reason] or OFFLINE.other
    elseif failure.kind == "refused" then
        return T(_("The server refused: %1"), failure.message or failure.status or "?")
    end
    local text = KINDS[failure.kind] or KINDS.device
    if failure.kind == "too_large" and failure.reason == "answer" then text = TOO_LARGE_ANSWER end
    if failure.kind == "moved" and failure.location then
        text = text .. "\n" .. failure.location
    elseif (failure.kind == "server" or failure.kind == "not_bookorbit") and failure.status then
        text = text .. " " .. T(_("(HTTP %1)"), failure.status)
    end
    return text
end

--- A 0–1 percentage as people read it.
function Messages.percent(percentage)
    return T(_("%1 %"), string.format("%.1f", percentage * 100))
end

function Messages.deviceName(place)
    return place.device ~= nil and tostring(place.device) or _("another device")
end

--- When something happened, by this device's clock.
function Messages.time(at)
    if not at then return _("at an unknown time") end
    return os.date("%Y-%m-%d %H:%M", at)
end

--- The question before a move.
-- @param read_at number|nil By this device's clock
function Messages.question(place, direction, read_at)
    local template = direction == "newer"
        and _("Go to the newer place %1, read on %2, %3?")
        or _("Go back to the older place %1, read on %2, %3?")
    local where = Messages.percent(place.percentage)
    if type(place.chapter) == "string" and place.chapter ~= "" then where = T(_("%1 (%2)"), where, place.chapter) end
    local text = T(template, where, Messages.deviceName(place), Messages.time(read_at))
    if Progress.isNear(place) then
        text = text .. "\n" .. _("The place is known only nearly.")
    end
    return text
end

-- What a request was for, by its path.
local REQUESTS = {
    ["/users/auth"] = _("log-in"),
    ["/healthcheck"] = _("whether the server answers without encryption"),
    ["/plugin/version"] = _("version of the server"),
    ["/plugin/package"] = _("download of the update"),
    ["/plugin/sync"] = _("everything of the open or waiting books"),
    ["/plugin/match-check"] = _("which books are in the libraries"),
    ["/plugin/progress"] = _("places"),
    ["/plugin/page-stats"] = _("page stats"),
    ["/plugin/book-states"] = _("status, rating and review"),
    ["/plugin/annotations/exchange"] = _("highlights"),
    ["/plugin/annotations/exchange-ack"] = _("receipt for highlights"),
    ["/plugin/bookmarks/exchange"] = _("dog-ears"),
    ["/plugin/bookmarks/exchange-ack"] = _("receipt for dog-ears"),
    ["/plugin/sweeps"] = _("report of a sync of all books"),
}

--- What was tried.
-- @param line table { at, path }
function Messages.request(line)
    local name = REQUESTS[line.path] or (line.path:find("^/syncs/progress") and _("newest place")) or line.path
    return Messages.time(line.at) .. "  " .. name
end

--- What came of it.
-- @param line table { status?, reason?, message?, sent, received }
function Messages.logLine(line)
    local answer
    if line.status == 200 then
        answer = _("answered")
    elseif line.status then
        answer = T(_("refused (HTTP %1)"), line.status)
        if line.message then answer = answer .. ": " .. line.message end
    else
        answer = Messages.failure({ kind = "offline", reason = line.reason })
    end
    return T(_("%1: %2 bytes sent, %3 received"), answer, line.sent, line.received)
end

function Messages.moved(place, quality)
    local template = quality == "exact"
        and _("Moved to the place read on %2 (%1).")
        or _("Moved near the place read on %2 (%1).")
    return T(template, Messages.percent(place.percentage), Messages.deviceName(place))
end

local STAY = {
    unknown = _("BookOrbit knows no other place in this book."),
    own = _("The newest place was read on this device."),
    same = _("This device is at the newest place."),
}

--- What came of something the reader asked for; nil when a dialog or a jump has said it already.
function Messages.outcome(outcome)
    if outcome.failure then
        if outcome.failure.kind == "interrupted" then return nil end
        return Messages.failure(outcome.failure)
    end
    if outcome.isUnreadable then return _("The book's file could not be read.") end
    if outcome.refusal then return T(_("The server refused: %1"), outcome.refusal) end
    local pull = outcome.pull
    if pull and pull.action ~= "stay" then return nil end
    local lines = {}
    if outcome.isMatched == false then
        table.insert(lines, _("This book is not in your BookOrbit libraries, or it is another copy of it. Its place is kept, and joins the book once you link it in the web app."))
    elseif outcome.isPushed then
        table.insert(lines, _("Your place was sent to BookOrbit."))
    end
    if pull and STAY[pull.reason] and not (outcome.isPushed and pull.reason == "own") then
        table.insert(lines, STAY[pull.reason])
    end
    if #lines == 0 then table.insert(lines, _("Everything is in step.")) end
    return table.concat(lines, "\n")
end

--- @param here number Of the open book
-- @param elsewhere number Of closed ones
function Messages.retried(here, elsewhere)
    local lines = {}
    if here > 0 then table.insert(lines, T(_("Tried again: %1"), here)) end
    if elsewhere > 0 then table.insert(lines, T(_("To be tried when their book is opened: %1"), elsewhere)) end
    return table.concat(lines, "\n")
end

function Messages.massDeletion(count)
    return T(_("%1 highlights were deleted on this device at once. BookOrbit kept them, in case it was a mistake. Delete them there too?"), count)
end

--- The server was found without encryption only, at an address typed without http or https.
function Messages.plain(origin, failure)
    return T(_("Over https BookOrbit was not reached: %1\n\nIt answers at %2, without encryption. In your own network at home that may do; elsewhere others can read along."),
        Messages.failure(failure), origin)
end

function Messages.update(version)
    return T(_("Version %1 of BookOrbit sync is on the server. Install it?"), version)
end

--- The report after syncing all books.
-- @param report table { counts, failure?, isCancelled }
function Messages.sweep(report)
    local counts = report.counts
    local lines = {}
    if report.failure then
        table.insert(lines, Messages.failure(report.failure))
        table.insert(lines, _("The next run goes on from here."))
    elseif report.isCancelled then
        table.insert(lines, _("Stopped. The next run goes on from here."))
    else
        table.insert(lines, _("All books are synced."))
    end
    table.insert(lines, T(_("In your libraries: %1"), counts.matched))
    table.insert(lines, T(_("Not in your libraries, skipped: %1"), counts.unmatched))
    if counts.statistics > 0 then table.insert(lines, T(_("Known from statistics only: %1"), counts.statistics)) end
    if counts.missing > 0 then table.insert(lines, T(_("Files that could not be read: %1"), counts.missing)) end
    if counts.refused > 0 then table.insert(lines, T(_("Refused by the server: %1"), counts.refused)) end
    table.insert(lines, T(_("Reading events sent: %1"), counts.pageStats))
    table.insert(lines, T(_("Highlights sent: %1"), counts.highlights))
    if counts.oldNotes > 0 then
        table.insert(lines, T(_("Books with highlights in KOReader's form of before 2024.07, which come once the book is opened in a newer one: %1"), counts.oldNotes))
    end
    return table.concat(lines, "\n")
end

--- Whether BookOrbit has the open book.
function Messages.match(match)
    if not match then return _("not asked yet") end
    if not match.isMatched then return _("not in your BookOrbit libraries") end
    return match.title and tostring(match.title) or _("matched")
end

-- What the device itself says of a highlight travels to the server in English.
local REASONS = {
    ["the text at this place is another one"] = _("the text at this place is another one"),
    ["this place is not in the document"] = _("this place is not in the document"),
    ["the place is of another kind of document"] = _("the place is of another kind of document"),
    ["the place cannot be read"] = _("the place cannot be read"),
    ["this page is not in the document"] = _("this page is not in the document"),
    ["the page could not be read"] = _("the page could not be read"),
    ["it goes over too many pages"] = _("it goes over too many pages"),
    ["it is not on this device"] = _("it is not on this device"),
    ["KOReader could not take it"] = _("KOReader could not take it"),
}

--- Why a highlight could not be synced.
function Messages.reason(reason)
    return REASONS[reason] or reason
end

--- Why the highlights of the open book do not travel.
Messages.WHY_NO_NOTES = {
    old_koreader = _("not synced: that takes KOReader 2024.07 or newer"),
    other_engine = _("not synced while the book is open in KOReader's other engine, which keeps its own"),
}

Messages.AUTO_SYNC_BLOCKED =
    _("Auto sync needs Wi-Fi without asking: set Network › Action when Wi-Fi is off to \"turn on\", then enable it here.")
Messages.AUTO_SYNC_PAUSED = _("Paused: Network › Action when Wi-Fi is off is not \"turn on\".")
Messages.UP_TO_DATE = _("This is the version the server hands out.")
Messages.UPDATING = _("Downloading the update…")
Messages.UPDATED = _("BookOrbit sync was updated. KOReader has to restart to use it.")
Messages.NOT_PLACED = _("Not synced: %1")
Messages.LOOKING_FOR_BOOKS = _("Looking for the books on this device…")
Messages.ASKING = _("Asking BookOrbit…")
Messages.QUEUED = _("Your place is kept and will be sent when there is a network.")

function Messages.stockPlugin(origin)
    return T(_("KOReader's own Progress sync also sends this book's place to %1. Two are one too many: switch off \"Automatically keep documents in sync\" under Tools › Progress sync."), origin)
end

function Messages.loggedIn(username, server_version)
    if server_version then return T(_("Connected to BookOrbit %2 as %1."), username, server_version) end
    return T(_("Logged in as %1."), username)
end

return Messages
