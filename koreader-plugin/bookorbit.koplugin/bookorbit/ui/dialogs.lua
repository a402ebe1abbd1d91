--- The few windows this plugin opens.

local ConfirmBox = require("ui/widget/confirmbox")
local InfoMessage = require("ui/widget/infomessage")
local Messages = require("bookorbit/ui/messages")
local MultiInputDialog = require("ui/widget/multiinputdialog")
local Notification = require("ui/widget/notification")
local SpinWidget = require("ui/widget/spinwidget")
local UIManager = require("ui/uimanager")
local guard = require("bookorbit/device/guard")
local _ = require("bookorbit/l10n")

local Dialogs = {}

function Dialogs.inform(text, timeout)
    UIManager:show(InfoMessage:new{ text = text, timeout = timeout })
end

--- A line that passes by itself.
function Dialogs.notify(text)
    UIManager:show(Notification:new{ text = text })
end

--- Asks whether to move. A newer question replaces an unanswered one.
-- @param question table { place, direction, readAt, yes, no }
function Dialogs.askToMove(question)
    Dialogs.closeQuestion()
    local box
    local function answer(action)
        return guard("answer to the place question", function()
            if Dialogs.question == box then Dialogs.question = nil end
            action()
        end)
    end
    box = ConfirmBox:new{
        text = Messages.question(question.place, question.direction, question.readAt),
        ok_text = _("Go there"),
        cancel_text = _("Stay here"),
        -- A tap beside the window is neither yes nor no.
        dismissable = false,
        ok_callback = answer(question.yes),
        cancel_callback = answer(question.no),
    }
    Dialogs.question = box
    UIManager:show(box)
end

function Dialogs.askToDelete(count, yes)
    UIManager:show(ConfirmBox:new{
        text = Messages.massDeletion(count),
        ok_text = _("Delete"),
        ok_callback = guard("deletions", yes),
    })
end

function Dialogs.askForPlain(origin, failure, yes, no)
    UIManager:show(ConfirmBox:new{
        text = Messages.plain(origin, failure),
        ok_text = _("Log in without encryption"),
        ok_callback = guard("log-in without encryption", yes),
        cancel_callback = guard("no log-in without encryption", no),
    })
end

function Dialogs.askToUpdate(version, yes, no)
    UIManager:show(ConfirmBox:new{
        text = Messages.update(version),
        ok_text = _("Update"),
        ok_callback = guard("update", yes),
        cancel_callback = guard("no update", no),
    })
end

--- Older KOReaders cannot restart by themselves.
function Dialogs.askForRestart(text)
    if UIManager.askForRestart then
        UIManager:askForRestart(text)
    else
        Dialogs.inform(text)
    end
end

function Dialogs.closeQuestion()
    if not Dialogs.question then return end
    UIManager:close(Dialogs.question)
    Dialogs.question = nil
end

--- @param on_set function(number)
function Dialogs.askPages(value, on_set)
    UIManager:show(SpinWidget:new{
        title_text = _("Number of pages before update"),
        info_text = _("Your place is sent after so many page turns, once you have paused for a moment. 0 switches this off."),
        value = value,
        value_min = 0,
        value_max = 999,
        value_step = 1,
        value_hold_step = 10,
        default_value = 0,
        ok_text = _("Set"),
        callback = guard("number of pages", function(spin) on_set(spin.value) end),
    })
end

--- @param fields table { origin?, username? } as last used
-- @param on_submit function(address, username, password); returns false to keep the form open
function Dialogs.askAccount(fields, on_submit)
    local dialog
    dialog = MultiInputDialog:new{
        title = _("Log in to BookOrbit"),
        fields = {
            { text = fields.origin or "", hint = _("Server address, such as https://books.example.com") },
            { text = fields.username or "", hint = _("KOReader account name") },
            { text = "", hint = _("Password"), text_type = "password" },
        },
        buttons = {
            {
                {
                    text = _("Cancel"),
                    id = "close",
                    callback = function() UIManager:close(dialog) end,
                },
                {
                    text = _("Log in"),
                    is_enter_default = true,
                    callback = guard("log-in form", function()
                        local values = dialog:getFields()
                        if on_submit(values[1], values[2], values[3]) ~= false then UIManager:close(dialog) end
                    end),
                },
            },
        },
    }
    UIManager:show(dialog)
    dialog:onShowKeyboard()
end

return Dialogs
