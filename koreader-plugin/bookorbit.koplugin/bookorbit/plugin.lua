--- BookOrbit sync for KOReader: builds the collaborators and forwards KOReader's events.
-- No handler here returns a value: true would keep the event from every plugin after us.

local Applying = require("bookorbit/sync/applying")
local Background = require("bookorbit/background")
local Dialogs = require("bookorbit/ui/dialogs")
local Dispatcher = require("dispatcher")
local Ledger = require("bookorbit/store/ledger")
local Menu = require("bookorbit/ui/menu")
local OpenBook = require("bookorbit/document/open_book")
local Panel = require("bookorbit/ui/panel")
local Schedule = require("bookorbit/device/schedule")
local Settings = require("bookorbit/settings")
local UIManager = require("ui/uimanager")
local WidgetContainer = require("ui/widget/container/widgetcontainer")
local guard = require("bookorbit/device/guard")
local _ = require("bookorbit/l10n")

local BookOrbit = WidgetContainer:extend{
    name = "bookorbit",
    is_doc_only = false,
    settings_file = Settings.FILE,
}

-- Seconds: after opening the page comes first; after closing the next window does; a link needs a moment to carry.
local AFTER_OPEN, AFTER_CLOSE, AFTER_RESUME, AFTER_CONNECT = 1, 2, 2, 1
-- An update that ran so long has started.
local UPDATE_PROVED = 20

function BookOrbit:init()
    self.background = Background.get(self.version)
    self.settings, self.sync = self.background.settings, self.background.sync
    self.panel = Panel.new(self.background, self)
    self.background.folder = self.path
    if self.background.updater:isOnTrial() then
        self.background.later("update", UPDATE_PROVED, function() self.panel:updateProved() end)
    end
    self.page_schedule = Schedule.new(function() self:pushIfNews() end)
    self.open_task = guard("after opening", function() self:onBookShown() end)
    -- Here and not later: KOReader removes the file when it has merged it.
    self.is_importing = OpenBook.isImportWaiting(self.ui)
    self:onDispatcherRegisterActions()
    self.ui.menu:registerToMainMenu(self)
end

function BookOrbit:onDispatcherRegisterActions() -- luacheck: ignore self
    Dispatcher:registerAction("bookorbit_sync_book",
        { category = "none", event = "BookOrbitSyncBook", title = _("BookOrbit: sync this book"), reader = true })
    Dispatcher:registerAction("bookorbit_sync_all",
        { category = "none", event = "BookOrbitSyncAll", title = _("BookOrbit: sync all books"), general = true })
    Dispatcher:registerAction("bookorbit_push",
        { category = "none", event = "BookOrbitPush", title = _("BookOrbit: push progress"), reader = true })
    Dispatcher:registerAction("bookorbit_pull",
        { category = "none", event = "BookOrbitPull", title = _("BookOrbit: pull progress"), reader = true, separator = true })
end

function BookOrbit:addToMainMenu(menu_items)
    menu_items.bookorbit = Menu.build(self.panel, self.settings)
end

function BookOrbit:onBookOrbitSyncBook()
    self.panel:syncBook()
end

function BookOrbit:onBookOrbitSyncAll()
    self.panel:syncAll()
end

function BookOrbit:onBookOrbitPush()
    self.panel:pushBook()
end

function BookOrbit:onBookOrbitPull()
    self.panel:pullBook()
end

function BookOrbit:onReaderReady()
    local key = Ledger.key(self.ui.document.file)
    local waiting = self.background.outbox:get(key)
    local record = self.background.sync.ledger:get(key, self.sync:accountId())
    local notes = self.background.sync.ledger:notes(key, self.sync:accountId())
    local arriving = self.background.sync.ledger:arriving(key, self.sync:accountId())
    self.book = OpenBook.new(self.ui, record, waiting, notes, { isImporting = self.is_importing, arriving = arriving })
    -- A document reloaded for a setting is the same sitting: nothing was opened, so nothing is asked.
    local is_reloaded = self.background.reloaded_key == key
    self.background.reloaded_key = nil
    self.sync:attach(self.book)
    if not is_reloaded then UIManager:scheduleIn(AFTER_OPEN, self.open_task) end
end

function BookOrbit:onBookShown()
    self.panel:warnOfStockPlugin()
    Applying.waiting(self.sync, self.book)
    -- Changes made while the plugin was away, and a first exchange.
    if self.sync:isAutomatic() then self.sync:remember(self.book, { send = true, besidesPlace = true }) end
    self.sync:request({ pull = self.sync:isAutomatic() })
end

function BookOrbit:onPageUpdate(page)
    if not self.book or not self.book:pageShown(page, os.time()) then return end
    self.sync:resume() -- pages turn, so the device is awake, whatever became of the Resume event
    if self.sync:isAutomatic() then self.page_schedule:pageTurned(self.settings:get("pages_before_push")) end
end

-- Continuous scrolling reports positions instead of pages.
function BookOrbit:onPosUpdate(_pos, page)
    self:onPageUpdate(page)
end

function BookOrbit:pushIfNews()
    if not self.sync:isAutomatic() then return end
    if self.sync:remember(self.book, { send = true }) then self.sync:request({}) end
end

function BookOrbit:onPreserveCurrentSession()
    self.is_reloading = true
end

function BookOrbit:onSuspend()
    self.page_schedule:cancel()
    Dialogs.closeQuestion()
    self.sync:suspend()
    self.background.sweep:interrupt()
    if self.book then self.sync:remember(self.book, { send = self.sync:isAutomatic() }) end
end

function BookOrbit:onResume()
    self.sync:resume()
    self.background.later("resume", AFTER_RESUME, function()
        self.sync:request({ pull = self.sync:isAutomatic() })
    end)
end

function BookOrbit:onNetworkConnected()
    self.background.later("network", AFTER_CONNECT, function()
        self.sync:networkConnected()
    end)
end

-- The document is still open here, and KOReader's sidecar on the disk is still the old one: read live objects, write, leave.
function BookOrbit:onCloseDocument()
    local book = self.book
    if not book then return end
    self.book = nil
    UIManager:unschedule(self.open_task)
    self.page_schedule:cancel()
    Dialogs.closeQuestion()
    self.sync:detach(book)
    book:markSidecar(os.time())
    if self.is_reloading then
        self.background.reloaded_key = book.key
        self.sync:remember(book, {})
        return
    end
    self.sync:remember(book, { send = self.sync:isAutomatic() })
    self.background.later("close", AFTER_CLOSE, function()
        self.sync:request({})
        self.background.prune()
    end)
end

-- Who ends KOReader in order had it running: an update needs no longer proof than that, or two short looks would take it back.
local function proveUpdate(self)
    if not self.background.updater:isOnTrial() then return end
    self.panel:updateProved()
    self.settings:flush()
end

for _, name in ipairs({ "onExit", "onRestart", "onPowerOff", "onReboot" }) do BookOrbit[name] = proveUpdate end

function BookOrbit:onFlushSettings()
    self.settings:flush()
end

--- KOReader calls it when the plugin is switched off in the plugin list.
function BookOrbit:stopPlugin()
    self.sync:stop()
    self.background.sweep:interrupt()
end

--- KOReader calls it for "delete settings", and removes `settings_file` itself.
function BookOrbit:deletePluginSettings()
    self:stopPlugin()
    self.background.forget()
end

return BookOrbit
