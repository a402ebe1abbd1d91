--- Highlights and dog-ears of the open book: what of them belongs to the ledger, and what changed. Functions of OpenBook.

local ContentHash = require("bookorbit/document/content_hash")
local Items = require("bookorbit/document/annotations")
local LiveAnnotations = require("bookorbit/document/live_annotations")
local NoteChanges = require("bookorbit/sync/note_changes")
local Rules = require("bookorbit/sync/annotations")

local OpenNotes = {}

-- In the sidecar: which of our ledgers it belongs to. A lost sidecar has none, a restored backup an older one.
OpenNotes.MARK = "bookorbit_mark"

-- One entry of the outbox stays small; the rest goes with the next exchange.
local MOST_CHANGES = 60

-- All of it in one number.
local function signatureOf(live)
    local parts = {}
    for i, item in ipairs(live) do
        parts[i] = item.kind .. item.datetime .. item.content .. item.pos0
    end
    return ContentHash.of(table.concat(parts))
end

function OpenNotes:live()
    return Items.list(self.ui.annotation.annotations, self:isPaging())
end

-- What is gone since the ledger was written, or since it was sent, was deleted by the reader only if this is the sidecar it was written
-- from. Otherwise the ledger forgets it, the server is told what is here, and nothing is deleted by our doing.
-- `forgotten` is to be forgotten on the disk too, before the sidecar is given a mark.
function OpenNotes:tieToSidecar(options)
    local mark = self.ui.doc_settings:readSetting(OpenNotes.MARK)
    local is_ours = mark ~= nil and mark == self.record.mark and not options.isImporting
    self.lost, self.forgotten = {}, nil
    if not is_ours then
        local live = self:live()
        local gone = Rules.diff(self.notes.entries, live, { mayDelete = false, limit = 0 }).lost
        local unheard = NoteChanges.missing(NoteChanges.arriving(options.waiting, options.arriving), live)
        Rules.acknowledge(self.notes.entries, {}, gone)
        for _, item in ipairs(unheard) do
            self.lost[Rules.identity(item.kind, item.datetime, item.pos0)] = true
        end
        if #gone > 0 or #unheard > 0 then self.forgotten, self.record.listDue = unheard, true end
    end
    self.notes_complete = self.notes.isNew or self.record.listDue == true
end

--- What the server has acknowledged of this book's highlights: at opening, or for another account.
-- @param notes table|nil See store/annotation_ledger.lua
-- @param options table|nil { isImporting, arriving, waiting = the notes of its outbox entry }
function OpenNotes:changeNotes(notes, options)
    self.notes, self.notes_complete, self.why_no_notes, self.lost, self.forgotten = nil, nil, nil, {}, nil
    if not notes then return end
    options = options or {}
    if not LiveAnnotations.isSupported(self.ui) then
        self.why_no_notes = "old_koreader"
    elseif Rules.isOtherEngine(notes.entries, self:isPaging())
        or Rules.isOtherEngine(NoteChanges.arriving(options.waiting, options.arriving), self:isPaging()) then
        -- KOReader keeps the highlights of each engine apart; those of the other one are not gone.
        self.why_no_notes = "other_engine"
    else
        self.notes = notes
        self:tieToSidecar(options)
    end
end

--- What the server has now and the sidecar had lost is not on this device: the ledger does not hold it, and the server is told.
-- @return boolean Whether there was any
function OpenNotes:forgetLost()
    if not next(self.lost) then return false end
    local here, is_any = {}, false
    for _, item in ipairs(self:live()) do
        here[Rules.identity(item.kind, item.datetime, item.pos0)] = true
    end
    for identity in pairs(self.lost) do
        if here[identity] then
            self.lost[identity] = nil -- it came back
        elseif self.notes.entries[identity] then
            self.notes.entries[identity], self.lost[identity] = nil, nil
            is_any = true
        end
    end
    if is_any then self.notes_complete, self.record.listDue = true, true end
    return is_any
end

--- What applies changes from elsewhere to this book.
function OpenNotes:applier()
    return LiveAnnotations.new(self.ui, self.notes.entries)
end

--- Before the book closes: sidecar and record say that they belong together, if anything changed.
function OpenNotes:markSidecar(now)
    -- What the ledger on the disk still holds by mistake would pass for deleted.
    if not self.notes or self.forgotten then return end
    local signature = signatureOf(self:live())
    local mark = self.record.mark
    if mark and mark:sub(-#signature) == signature and self.ui.doc_settings:readSetting(OpenNotes.MARK) == mark then return end
    self.record.mark = ("%x-%s"):format(now, signature)
    self.ui.doc_settings:saveSetting(OpenNotes.MARK, self.record.mark)
    self.has_new_mark = true
end

--- Has KOReader write the sidecar now, as it does every quarter of an hour.
function OpenNotes:flushSidecar()
    local doc_settings = self.ui.doc_settings
    doc_settings:saveSetting("annotations", self.ui.annotation.annotations)
    doc_settings:flush()
end

--- What changed among the highlights and dog-ears since the server last acknowledged them.
-- @param waiting table|nil The book's outbox entry
-- @param arriving table|nil What a sweep sent (store/arriving_file.lua)
-- @return table|nil See sync/note_changes.lua; and `signature`, which stays while nothing changes
function OpenNotes:noteChanges(waiting, arriving)
    if not self.notes then return nil end
    local section = NoteChanges.of({
        entries = self.notes.entries, live = self:live(), limit = MOST_CHANGES, mayDelete = true,
        waiting = waiting and waiting.notes, arriving = arriving, lost = self.lost, complete = self.notes_complete,
        toWire = function(item) return Items.toWire(item, self:isPaging()) end,
    })
    if not section then return nil end
    local parts = {}
    for i, change in ipairs(section.changes) do parts[i] = change.datetime .. change.content end
    for _, entry in ipairs(section.deleted) do table.insert(parts, "-" .. entry.datetime .. entry.pos0) end
    section.signature = ContentHash.of(table.concat(parts))
    return section
end

return OpenNotes
