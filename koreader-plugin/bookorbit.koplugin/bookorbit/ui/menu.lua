--- The panel: Tools › BookOrbit sync.

local Dialogs = require("bookorbit/ui/dialogs")
local StatusPage = require("bookorbit/ui/status_page")
local T = require("ffi/util").template
local guard = require("bookorbit/device/guard")
local _ = require("bookorbit/l10n")

local Menu = {}

local CHOICES = {
    { id = "silent", text = _("Silently") },
    { id = "prompt", text = _("Prompt") },
    { id = "never", text = _("Never") },
}

local function choiceText(id)
    for i = 1, #CHOICES do
        if CHOICES[i].id == id then return CHOICES[i].text end
    end
    return id
end

-- A row whose callback cannot end KOReader.
local function row(item)
    if item.callback then item.callback = guard("menu entry", item.callback) end
    return item
end

local function behaviorMenu(settings, name, template)
    local choices = {}
    for i, choice in ipairs(CHOICES) do
        choices[i] = row({
            text = choice.text,
            radio = true,
            checked_func = function() return settings:get(name) == choice.id end,
            callback = function() settings:set(name, choice.id) end,
        })
    end
    return {
        text_func = function() return T(template, choiceText(settings:get(name))) end,
        sub_item_table = choices,
    }
end

local function refresh(touch_menu)
    if touch_menu and touch_menu.updateItems then touch_menu:updateItems() end
end

local function accountMenu(panel, settings)
    local items = {
        {
            text_func = function() return T(_("Server: %1"), settings:lastAccount().origin or _("none")) end,
            enabled = false,
        },
        row({
            text_func = function() return settings:account() and _("Log out") or _("Log in") end,
            keep_menu_open = true,
            callback = function(touch_menu)
                local function done() refresh(touch_menu) end
                if settings:account() then
                    panel:logOut()
                    done()
                else
                    Dialogs.askAccount(settings:lastAccount(), function(address, username, password)
                        return panel:logIn(address, username, password, done)
                    end)
                end
            end,
        }),
        row({
            text = _("Test the connection"),
            keep_menu_open = true,
            enabled_func = function() return settings:account() ~= nil end,
            callback = function() panel:testConnection() end,
        }),
    }
    if settings.preset then
        table.insert(items, row({
            text = _("Use the downloaded account"),
            keep_menu_open = true,
            enabled_func = function()
                local account = settings:account()
                return not account or account.userkey ~= settings.preset.userkey or account.origin ~= settings.preset.origin
            end,
            callback = function(touch_menu)
                panel:useAccount(settings.preset)
                refresh(touch_menu)
            end,
        }))
    end
    return items
end

--- @param panel table The plugin instance: toggleAutoSync, toggleTwoWay, syncBook, syncAll, sweep, pushBook, pullBook, logIn, logOut, useAccount,
--   testConnection, retryFailed, confirmDeletions, checkUpdate, log, status, waiting, failedCount, hasBook
-- @param settings table See settings.lua
-- @return table KOReader's menu item
function Menu.build(panel, settings)
    local function canSync()
        return panel:hasBook() and settings:account() ~= nil
    end
    return {
        text = _("BookOrbit sync"),
        sorting_hint = "tools",
        sub_item_table = {
            row({
                text = _("Auto sync this book"),
                checked_func = function() return settings:get("auto_sync") end,
                enabled_func = function() return settings:account() ~= nil end,
                help_text = _("Pulls progress when a book opens, and sends it on close and suspend. It uses the network when it is there, and never switches Wi-Fi on."),
                callback = function() panel:toggleAutoSync() end,
            }),
            row({
                text = _("Two-way highlight sync"),
                checked_func = function() return settings:get("two_way") end,
                enabled_func = function() return settings:account() ~= nil end,
                help_text = _("Also applies highlights, notes and deletions from BookOrbit to the books on this device. When off, your own still go up."),
                callback = function() panel:toggleTwoWay() end,
            }),
            row({
                text_func = function()
                    return T(_("Periodically sync every # pages (%1)"), settings:get("pages_before_push"))
                end,
                enabled_func = function() return settings:get("auto_sync") end,
                keep_menu_open = true,
                callback = function(touch_menu)
                    Dialogs.askPages(settings:get("pages_before_push"), function(pages)
                        settings:set("pages_before_push", pages)
                        refresh(touch_menu)
                    end)
                end,
            }),
            {
                text = _("Sync behavior"),
                sub_item_table = {
                    behaviorMenu(settings, "newer", _("Sync to a newer state (%1)")),
                    behaviorMenu(settings, "older", _("Sync to an older state (%1)")),
                },
                separator = true,
            },
            row({
                text = _("Sync this book now"),
                enabled_func = canSync,
                callback = function() panel:syncBook() end,
            }),
            row({
                text_func = function()
                    if not panel.sweep.is_running then return _("Sync all books now") end
                    return T(_("Stop syncing all books (%1 of %2)"), panel.sweep:progress())
                end,
                enabled_func = function() return settings:account() ~= nil end,
                callback = function() panel:syncAll() end,
            }),
            row({
                text = _("Push progress from this device now"),
                enabled_func = canSync,
                callback = function() panel:pushBook() end,
            }),
            row({
                text = _("Pull progress from other devices now"),
                enabled_func = canSync,
                callback = function() panel:pullBook() end,
                separator = true,
            }),
            row({
                text_func = function() return T(_("Status (%1 waiting)"), panel:waiting()) end,
                keep_menu_open = true,
                callback = function() StatusPage.show(panel:status(), function() panel:confirmDeletions() end) end,
            }),
            row({
                text_func = function() return T(_("Retry failed highlights (%1)"), panel:failedCount()) end,
                enabled_func = function() return settings:account() ~= nil and panel:failedCount() > 0 end,
                keep_menu_open = true,
                callback = function(touch_menu)
                    panel:retryFailed()
                    refresh(touch_menu)
                end,
            }),
            row({
                text = _("Diagnostics"),
                keep_menu_open = true,
                callback = function() StatusPage.showDiagnostics(panel:status(), panel:log()) end,
            }),
            row({
                text = _("Check for update"),
                enabled_func = function() return settings:account() ~= nil end,
                callback = function() panel:checkUpdate() end,
            }),
            {
                text_func = function()
                    local account = settings:account()
                    return account and T(_("Account: %1"), account.username) or _("Account: not logged in")
                end,
                -- No sub_item_table_func: the menu of devices without a touch screen does not know it.
                sub_item_table = accountMenu(panel, settings),
            },
        },
    }
end

return Menu
