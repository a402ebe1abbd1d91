--- The choices of the panel, the account, and the preset that came with the download.
-- The only user of LuaSettings.

local Address = require("bookorbit/api/address")
local DataStorage = require("datastorage")
local LuaSettings = require("luasettings")
local logger = require("logger")
local md5 = require("ffi/sha2").md5
local random = require("random")

local Settings = {}
Settings.__index = Settings

Settings.FILE = DataStorage:getSettingsDir() .. "/bookorbit.lua"

local NOTED_SECONDS = 3600

local DEFAULTS = {
    -- Off until asked for: where Wi-Fi is scarce, syncing is the reader's choice.
    auto_sync = false,
    two_way = false,
    pages_before_push = 0,
    newer = "prompt",
    older = "never",
}

function Settings.open()
    local settings = setmetatable({ store = LuaSettings:open(Settings.FILE), is_changed = false }, Settings)
    if type(settings.store.data) ~= "table" then settings.store.data = {} end
    return settings
end

function Settings:get(name)
    local value = self.store:readSetting(name)
    if value == nil then return DEFAULTS[name] end
    return value
end

--- Random, made at the first start. Settings copied to a device of another model get one of their own, so that the server can tell
-- the two apart.
function Settings:installId(model)
    local install_id, made_on = self:get("install_id"), self:get("install_model")
    if type(install_id) ~= "string" or (made_on ~= nil and made_on ~= model) then
        install_id = random.uuid(true):lower()
        self:set("install_id", install_id)
    end
    if made_on ~= model then self:set("install_model", model) end
    return install_id
end

function Settings:set(name, value)
    if type(value) ~= "table" and self.store:readSetting(name) == value then return end
    self.store:saveSetting(name, value)
    self.is_changed = true
end

--- Sets what may be lost with a flat battery: it goes along with the next write, or after an hour.
-- @param now number Unix seconds
function Settings:note(name, value, now)
    self.store:saveSetting(name, value)
    self.noted_since = self.noted_since or now
    if math.abs(now - self.noted_since) > NOTED_SECONDS then self.is_changed = true end
end

function Settings:flush()
    if not self.is_changed or self.is_forgotten then return end
    self.is_changed, self.noted_since = false, nil
    self.store:flush()
end

--- Everything goes: KOReader removes the file, and it is not written again.
function Settings:forget()
    self.is_forgotten = true
end

--- @return table|nil { origin, username, userkey }; nil when not logged in
function Settings:account()
    local account = self:get("account")
    if type(account) ~= "table" or not account.userkey or not account.username or not account.origin then return nil end
    return account
end

--- Server and name as last used, also when logged out, to fill the login form.
function Settings:lastAccount()
    local account = self:get("account")
    return type(account) == "table" and account or {}
end

function Settings:logIn(account)
    self:set("account", { origin = account.origin, username = account.username, userkey = account.userkey })
    self:set("last_failure", nil)
    self:flush()
end

function Settings:logOut()
    local account = self:lastAccount()
    self:set("account", { origin = account.origin, username = account.username })
    self:flush()
end

--- A proxy asked for https: remember it, or every request pays a redirect.
function Settings:changeOrigin(origin)
    local account = self:account()
    if not account or account.origin == origin then return end
    self:set("account", { origin = origin, username = account.username, userkey = account.userkey })
end

local function readPreset()
    local ok, preset = pcall(require, "bookorbit/preset")
    if not ok then
        -- Absent in the source tree and after a self-update; anything else is worth a line in the log.
        if not tostring(preset):find("not found", 1, true) then
            logger.warn("BookOrbit: the preset cannot be read:", preset)
        end
        return nil
    end
    if type(preset) ~= "table" then return nil end
    local origin = Address.origin(preset.origin)
    local username, userkey = preset.username, preset.userkey
    if not origin or type(username) ~= "string" or type(userkey) ~= "string"
        or username == "" or not userkey:find("^%x+$") or #userkey ~= 32 then
        logger.warn("BookOrbit: the preset is incomplete")
        return nil
    end
    return { origin = origin, username = username, userkey = userkey:lower() }
end

--- Takes over the downloaded account the first time this download is seen.
-- Afterwards the reader's own edits stand, until a download with another account or key is installed.
-- @return boolean Whether it was applied now
function Settings:applyPreset()
    self.preset = readPreset()
    if not self.preset then return false end
    local id = md5(self.preset.origin .. "\n" .. self.preset.username .. "\n" .. self.preset.userkey)
    if self:get("applied_preset") == id then return false end
    self:set("applied_preset", id)
    self:logIn(self.preset)
    return true
end

return Settings
