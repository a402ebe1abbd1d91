--- What the entries of the panel and the gestures do.

local Address = require("bookorbit/api/address")
local Applying = require("bookorbit/sync/applying")
local Aside = require("bookorbit/sync/aside")
local Dialogs = require("bookorbit/ui/dialogs")
local Messages = require("bookorbit/ui/messages")
local Network = require("bookorbit/device/network")
local Plan = require("bookorbit/sync/plan")
local ProgressWindow = require("bookorbit/ui/progress_window")
local md5 = require("ffi/sha2").md5
local _ = require("bookorbit/l10n")

local Panel = {}
Panel.__index = Panel

--- @param background table See background.lua
-- @param plugin table The plugin instance: its `book` is the open one, its `ui` KOReader's
function Panel.new(background, plugin)
    return setmetatable({
        settings = background.settings,
        sync = background.sync,
        outbox = background.outbox,
        sweep = background.sweep,
        updater = background.updater,
        version = background.version,
        plugin = plugin,
    }, Panel)
end

function Panel:hasBook()
    return self.plugin.book ~= nil
end

--- Both ways: what was read here goes up, the newest place comes down.
function Panel:syncBook()
    if self:hasBook() then self.plugin.book:writeStatistics() end
    self:byHand({ send = true, manual = true }, true)
end

--- The reader says: this is the place, whatever was read elsewhere.
function Panel:pushBook()
    self:byHand({ send = true, manual = true, readNow = true }, false)
end

function Panel:pullBook()
    self:byHand(nil, true)
end

-- @param push table|nil Options of `remember`
function Panel:byHand(push, pull)
    local book = self.plugin.book
    if not book then return end
    if not self.settings:account() then
        Dialogs.inform(Messages.failure({ kind = "no_account" }))
        return
    end
    local is_kept = push and self.sync:remember(book, push)
    if is_kept and not Network.isConnected() then Dialogs.notify(Messages.QUEUED) end
    Network.runWhenConnected(function(release)
        -- Bringing Wi-Fi up takes a while; by then another book may be open.
        if self.plugin.book ~= book then
            release()
            return
        end
        Dialogs.notify(Messages.ASKING)
        self.sync:request({
            manual = true,
            pull = pull,
            on_done = function(outcome)
                local text = Messages.outcome(outcome)
                if text then Dialogs.inform(text, not outcome.failure and 3 or nil) end
                release()
            end,
        })
    end)
end

function Panel:toggleTwoWay()
    self.settings:set("two_way", not self.settings:get("two_way"))
    self.settings:flush()
end

--- Sync all books; a second time it offers to stop.
function Panel:syncAll()
    if self.sweep.is_running then
        self.sweep:cancel()
        return
    end
    if not self.settings:account() then
        Dialogs.inform(Messages.failure({ kind = "no_account" }))
        return
    end
    Network.runWhenConnected(function(release)
        local window
        Dialogs.notify(Messages.LOOKING_FOR_BOOKS)
        local function onProgress(done, total)
            if not window and total > 0 then
                window = ProgressWindow.show(total, function() self.sweep:cancel() end)
            end
            if window then window:report(done) end
        end
        self.sweep:start(onProgress, function(report)
            if window then window:close() end
            -- The device went to sleep: a window would stand there when it wakes up.
            if not report.isInterrupted then Dialogs.inform(Messages.sweep(report)) end
            release()
        end)
    end)
end

--- The last requests, the newest first; since KOReader was started.
function Panel:log()
    return self.sync.log
end

function Panel:checkUpdate()
    if self.updater.isInstalled then
        Dialogs.askForRestart(Messages.UPDATED)
        return
    end
    Network.runWhenConnected(function(release)
        Dialogs.notify(Messages.ASKING)
        self.updater:check(function(result)
            if result.version then
                Dialogs.askToUpdate(result.version, function() self:installUpdate(result.files, release) end, release)
            else
                local text = not result.failure and Messages.UP_TO_DATE or Messages.outcome(result)
                if text then Dialogs.inform(text) end
                release()
            end
        end)
    end)
end

function Panel:installUpdate(files, release)
    Dialogs.notify(Messages.UPDATING)
    self.updater:install(files, function(result)
        local text = result.failure and Messages.outcome(result)
        if text then Dialogs.inform(text) end
        if not result.failure then Dialogs.askForRestart(Messages.UPDATED) end
        release()
    end)
end

--- The plugin has run for a while; if an update was taken back at the start, that is said in the status.
function Panel:updateProved()
    if self.updater:confirm() then self.sync:noteFailure({ kind = "rolled_back" }) end
end

function Panel:toggleAutoSync()
    if self.settings:get("auto_sync") then
        self.settings:set("auto_sync", false)
        return
    end
    if Network.blocksAutoSync() then
        Dialogs.inform(Messages.AUTO_SYNC_BLOCKED)
        return
    end
    self.settings:set("auto_sync", true)
    if self:hasBook() then self.sync:request({ pull = true }) end
end

--- @param on_done function Called once it is known
-- @return boolean false when the form is not complete
function Panel:logIn(address, username, password, on_done)
    local origin = Address.origin(address)
    username = tostring(username or ""):gsub("^%s+", ""):gsub("%s+$", "")
    if not origin or username == "" or password == "" then
        Dialogs.inform(_("Enter the server's address, the name of your KOReader account, and its password."), 3)
        return false
    end
    self:verify({ origin = origin, username = username, userkey = md5(password), isSchemeOpen = not Address.hasScheme(address) }, on_done)
    return true
end

-- Without encryption the key can be read by whoever is in the same network: it does not go there unasked.
function Panel:offerPlain(account, outcome, on_done, release)
    Dialogs.askForPlain(outcome.plainOrigin, outcome.failure, function()
        self:ask({ origin = outcome.plainOrigin, username = account.username, userkey = account.userkey }, on_done, release)
    end, release)
end

-- Asks the server before an account is taken over.
function Panel:verify(account, on_done)
    Network.runWhenConnected(function(release) self:ask(account, on_done, release) end)
end

function Panel:ask(account, on_done, release)
    Dialogs.notify(Messages.ASKING)
    self.sync:request({
        manual = true,
        account = account,
        version = true,
        on_done = function(outcome)
            if outcome.plainOrigin then
                self:offerPlain(account, outcome, on_done, release)
            else
                self:answered(account, outcome)
                release()
            end
            if on_done then on_done() end
        end,
    })
end

function Panel:answered(account, outcome)
    if outcome.failure then
        local text = Messages.outcome(outcome)
        if text then Dialogs.inform(text) end
        return
    end
    account.origin = outcome.origin or account.origin
    self:useAccount(account)
    if outcome.version then Plan.learnServer(self.sync, outcome.version) end
    Dialogs.inform(Messages.loggedIn(account.username, outcome.version and outcome.version.serverVersion), 4)
end

function Panel:useAccount(account)
    self.outbox:keepOnly(account.username)
    self.settings:logIn(account)
    self.sync:accountChanged()
end

function Panel:logOut()
    self.settings:logOut()
    self.sync:accountChanged()
end

function Panel:testConnection()
    local account = self.settings:account()
    self:verify({ origin = account.origin, username = account.username, userkey = account.userkey })
end

--- How much waits to be sent.
function Panel:waiting()
    local owner = self.sync:owner()
    return owner and self.outbox:count(owner) or 0
end

--- How many highlights found no place, or were of no use to the server.
function Panel:failedCount()
    return self.sync.aside:countFailed(self.sync:accountId())
end

--- What could not be synced, over all books.
function Panel:aside()
    local found = { failed = {}, waiting = 0, held = 0 }
    for _, book in ipairs(self.sync.aside:all(self.sync:accountId())) do
        for _, failed in ipairs(Aside.failed(book.aside)) do
            table.insert(found.failed, { text = failed.text, reason = failed.reason, file = book.aside.file })
        end
        found.waiting = found.waiting + #Aside.waiting(book.aside)
        found.held = found.held + (book.aside.held or 0)
    end
    return found
end

--- Tries once more what found no place, or what the server could not use.
function Panel:retryFailed()
    local book = self.plugin.book
    local here, elsewhere = Applying.retry(self.sync, book)
    if here == 0 and elsewhere == 0 then return end
    Dialogs.notify(Messages.retried(here, elsewhere))
    if book and self.sync:remember(book, { send = true }) then self.sync:request({ manual = true }) end
end

--- Deletions the server takes for a mistake are carried out after all: in the open book at once, in others with their next exchange.
function Panel:confirmDeletions()
    local held = self:aside().held
    if held == 0 then return end
    Dialogs.askToDelete(held, function()
        for _, book in ipairs(self.sync.aside:all(self.sync:accountId())) do
            if book.aside.held then
                book.aside.confirms, book.aside.has_changed = true, true
                self.sync.aside:save(book.key, book.aside)
            end
        end
        if self:hasBook() then self.sync:request({ manual = true, pull = true }) end
    end)
end

--- @return table { last_sync, last_sweep, failed = array of { text, reason, file? }, set_aside, held, next_try, server, waiting, auto_sync, book, highlights = why they are not synced, last_failure, origin, version }
function Panel:status()
    local owner = self.sync:owner()
    local auto_sync = _("off")
    if self.settings:get("auto_sync") then
        auto_sync = Network.blocksAutoSync() and Messages.AUTO_SYNC_PAUSED or _("on")
    end
    local book = self.plugin.book
    local match = book and book.record.match
    local aside = self:aside()
    return {
        failed = aside.failed, set_aside = aside.waiting, held = aside.held,
        next_try = owner and self.sync:nextTry() or nil,
        last_sweep = self.settings:get("last_sweep"),
        server = self.settings:get("server"),
        last_sync = self.settings:get("last_sync"),
        waiting = self:waiting(),
        auto_sync = auto_sync,
        book = book and Messages.match(match) or nil,
        highlights = book and Messages.WHY_NO_NOTES[book.why_no_notes] or nil,
        last_failure = self.settings:get("last_failure"),
        origin = self.settings:lastAccount().origin,
        version = self.version,
    }
end

--- Says once per server that KOReader's own plugin sends to it too.
function Panel:warnOfStockPlugin()
    local account = self.settings:account()
    local stock = self.plugin.ui.kosync
    local choices = type(stock) == "table" and stock.settings
    if not account or type(choices) ~= "table" or not choices.auto_sync or not choices.userkey then return end
    if not Address.isSameServer(choices.custom_server, account.origin) then return end
    if self.settings:get("warned_of_stock_plugin") == account.origin then return end
    self.settings:set("warned_of_stock_plugin", account.origin)
    Dialogs.inform(Messages.stockPlugin(account.origin))
end

return Panel
