--- Two pages of the panel in plain words: how syncing stands, and what was tried.

local KeyValuePage = require("ui/widget/keyvaluepage")
local Messages = require("bookorbit/ui/messages")
local T = require("ffi/util").template
local UIManager = require("ui/uimanager")
local guard = require("bookorbit/device/guard")
local _ = require("bookorbit/l10n")

local StatusPage = {}

local function addHighlights(add, status, on_confirm)
    if status.highlights then add(_("Its highlights"), status.highlights) end
    if status.set_aside > 0 then
        add(_("Highlights from elsewhere"), T(_("%1 wait for their book to be opened"), status.set_aside))
    end
    if status.held > 0 then
        add(_("Deletions"), T(_("%1 at once look like a mistake: tap to confirm them, or bring them back in BookOrbit"), status.held), on_confirm)
    end
    for _, failed in ipairs(status.failed) do
        local reason = Messages.reason(failed.reason)
        add(T(Messages.NOT_PLACED, failed.text), failed.file and ("%s: %s"):format(failed.file, reason) or reason)
    end
end

local function addProblem(add, status)
    local failure = status.last_failure
    if not failure then
        add(_("Last problem"), _("none"))
        return
    end
    add(_("Last problem"), Messages.time(failure.at))
    add(failure.title or "", Messages.failure(failure))
    if status.next_try then add(_("Next try"), Messages.time(status.next_try)) end
end

--- @param status table See Panel:status
-- @param on_confirm function The reader wants to confirm the deletions that are held
function StatusPage.show(status, on_confirm)
    local rows = {}
    local function add(name, value, callback)
        table.insert(rows, { name, value, callback = callback and guard("row of the status", callback) })
    end
    add(_("Last sync"), status.last_sync and Messages.time(status.last_sync) or _("never"))
    add(_("Waiting uploads"), tostring(status.waiting))
    add(_("Auto sync"), status.auto_sync)
    if status.last_sweep then add(_("All books synced"), Messages.time(status.last_sweep)) end
    if status.book then add(_("This book"), status.book) end
    addHighlights(add, status, on_confirm)
    addProblem(add, status)
    add(_("Server"), status.origin or _("none"))
    add(_("Plugin version"), status.version)
    UIManager:show(KeyValuePage:new{ title = _("BookOrbit sync"), kv_pairs = rows })
end

--- @param log table The last requests, the newest first
function StatusPage.showDiagnostics(status, log)
    local server = status.server
    local rows = {
        { _("Plugin version"), status.version },
        { _("Server"), status.origin or _("none") },
        { _("Server version"), server and server.version or _("not asked yet") },
        { _("One request for everything"), server and server.oneCallSync and _("yes") or _("no") },
        { _("Auto sync"), status.auto_sync },
    }
    for i = 1, #log do
        table.insert(rows, { Messages.request(log[i]), Messages.logLine(log[i]) })
    end
    UIManager:show(KeyValuePage:new{ title = _("Diagnostics"), kv_pairs = rows })
end

return StatusPage
