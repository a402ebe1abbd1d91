--- Status, rating and review: what changed here, and what the server's answer changes. Plain data in, decision out.
-- Three fields, each by itself: KOReader's `modified` is a date, and moves for the status only.

local BookState = {}

local FIELDS = { "status", "rating", "review" }
local STATUSES = { reading = true, complete = true, abandoned = true }

--- KOReader's summary as the protocol has it.
-- @return table { status?, rating?, review?, modified? }
function BookState.fromSummary(summary)
    summary = type(summary) == "table" and summary or {}
    local rating = tonumber(summary.rating)
    local review = type(summary.note) == "string" and summary.note ~= "" and summary.note or nil
    local modified = type(summary.modified) == "string" and summary.modified:match("^%d%d%d%d%-%d%d%-%d%d$") or nil
    return {
        status = STATUSES[summary.status] and summary.status or nil,
        rating = rating and rating >= 1 and rating <= 5 and math.floor(rating) or nil,
        review = review,
        modified = modified,
    }
end

--- Notes when each field was first seen to differ from what the server was last told.
-- @param now_state table See `fromSummary`
-- @param known table|nil { status?, rating?, review? } as last agreed with the server; nil: never
-- @param seen table|nil What an earlier call returned
-- @param told table|nil What an earlier call returned and was sent without an answer: it may have arrived, so taken back it is told too
-- @return table by field: { value?, at }; only fields that differ
function BookState.detect(now_state, known, seen, now, told)
    local found = {}
    for _, field in ipairs(FIELDS) do
        local value = now_state[field]
        local before = known and known[field]
        local sent = told and told[field]
        if value ~= before or sent then
            local earlier = seen and seen[field]
            if not earlier or earlier.value ~= value then earlier = sent end
            if earlier and earlier.value == value then
                found[field] = earlier
            else
                -- What was so before the first exchange changed at a time nobody noticed.
                found[field] = { value = value, at = known and now or nil }
            end
        end
    end
    return found
end

--- What was sent without an answer, by an outbox entry and by a sweep.
-- @param waiting table|nil { seen = what `detect` returned }
-- @param arriving table|nil What `detect` returned
function BookState.told(waiting, arriving)
    local told = {}
    for _, found in ipairs({ arriving or {}, waiting and waiting.seen or {} }) do
        for field, value in pairs(found) do told[field] = value end
    end
    return told
end

--- The item of `book-states` for what was detected.
-- @return table|nil Without `hash`; nil when there is nothing to say
function BookState.item(found, now_state)
    if next(found) == nil then return nil end
    local item = {}
    local status, rating, review = found.status, found.rating, found.review
    if status and status.value then
        item.status, item.statusChangedAt, item.statusModified = status.value, status.at, now_state.modified
    end
    if rating then
        item.rating, item.ratingChangedAt = rating.value, rating.at
        if not rating.value then item.ratingCleared = true end
    end
    if review then
        item.reviewNote, item.reviewChangedAt = review.value, review.at
        if not review.value then item.reviewCleared = true end
    end
    if next(item) == nil then return nil end
    return item
end

local function isCleared(answer, field)
    return field == "rating" and answer.ratingSet == false or field == "review" and answer.reviewNoteSet == false
end

--- What the server's answer changes here.
-- @param answer table An item of `results`
-- @param sent table { status?, rating?, review? } as they were when it was asked
-- @param now_state table As they are now: what changed meanwhile stays
-- @param known table|nil As agreed before
-- @return table agreed from now on, table set: { field = value or false to clear }
function BookState.receive(answer, sent, now_state, known)
    local theirs = {
        status = STATUSES[answer.status] and answer.status or nil,
        rating = answer.ratingSet ~= false and tonumber(answer.rating) or nil,
        review = answer.reviewNoteSet ~= false and answer.reviewNote or nil,
    }
    local agreed, set = {}, {}
    for _, field in ipairs(FIELDS) do
        local value = theirs[field]
        if field == "status" and value == nil then
            -- "Unread" and "want to read" have no word on a device.
            agreed[field] = sent[field]
        elseif now_state[field] ~= sent[field] then
            agreed[field] = value
        elseif value == sent[field] then
            agreed[field] = value
        elseif value ~= nil then
            agreed[field], set[field] = value, value
        elseif isCleared(answer, field) or (known and known[field] == sent[field]) then
            -- Cleared on the other side: what was sent has lost to it, and would come back as if it were newer.
            set[field] = false
        end
    end
    return agreed, set
end

--- Applies `set` to KOReader's summary table.
-- @param today string `YYYY-MM-DD`
function BookState.applyTo(summary, set, today)
    if set.status ~= nil then summary.status = set.status or nil end
    if set.rating ~= nil then summary.rating = set.rating or nil end
    if set.review ~= nil then summary.note = set.review or nil end
    summary.modified = today
    return summary
end

return BookState
