--- Section by section, for a server without the one call. Runs in the child process.

local Match = require("bookorbit/sync/match")
local Parcel = require("bookorbit/sync/parcel")
local Sections = require("bookorbit/sync/sections")

local SingleRoutes = {}

-- Larger batches lose more when the network goes in the middle; the protocol allows 100.
local ITEMS_PER_PUSH = 20

local function check(client, book, identity)
    local answer, failure = client:matchCheck({
        {
            hash = identity.hash,
            title = book.title,
            authors = book.authors,
            source = "current_file",
            domVersion = book.domVersion,
            contentSignature = identity.contentSignature,
            alsoKnownAs = Match.alsoKnownAs(book, identity.hash),
        },
    })
    if not answer then return nil, failure end
    for _, match in ipairs(answer.matches) do
        if tostring(match.hash):lower() == identity.hash then return Match.of(match) end
    end
    return Match.of(nil)
end

local function itemOf(parcel)
    local item = Parcel.progressItem(parcel)
    item.hash = parcel.hash
    return item
end

-- One push. A batch the server refuses as a whole is sent again one by one, so that one bad item blocks nobody.
local function push(client, batch, report)
    local items = {}
    for i, parcel in ipairs(batch) do
        items[i] = itemOf(parcel)
    end
    local outcome, failure = client:pushProgress(items)
    if not outcome then
        if failure.kind ~= "refused" then return failure end
        if #batch == 1 then
            report(batch[1], "refused", failure.message)
            return nil
        end
        for _, parcel in ipairs(batch) do
            local single_failure = push(client, { parcel }, report)
            if single_failure then return single_failure end
        end
        return nil
    end
    for i, parcel in ipairs(batch) do
        if outcome.rejected[i] then
            report(parcel, "refused", outcome.rejected[i])
        elseif outcome.unmatched[parcel.hash] then
            report(parcel, "unmatched")
        else
            report(parcel, "sent")
        end
    end
    return nil
end

--- @param run table See exchange.lua
-- @param identity table|nil Of the open book
-- @return table|nil failure
function SingleRoutes.run(run, plan, parcels, identity)
    local failure
    if plan.wants.check and identity then
        run.result.match, failure = check(run.client, plan.book, identity)
        if failure then return failure end
    end
    local progress, outcomes = {}, {}
    for _, parcel in ipairs(parcels) do
        if parcel.progress then progress[#progress + 1] = parcel end
    end
    local function note(parcel, outcome, reason)
        if Sections.hasAny(parcel) and outcome == "sent" then
            outcomes[parcel] = outcome
        else
            run.report(parcel, outcome, reason)
            outcomes[parcel] = outcome
        end
    end
    for first = 1, #progress, ITEMS_PER_PUSH do
        local batch = {}
        for i = first, math.min(first + ITEMS_PER_PUSH - 1, #progress) do
            batch[#batch + 1] = progress[i]
        end
        failure = push(run.client, batch, note)
        if failure then return failure end
    end
    for _, parcel in ipairs(parcels) do
        local is_unmatched = outcomes[parcel] == "unmatched"
            or (parcel.is_open and run.result.match and not run.result.match.isMatched)
        if Sections.hasAny(parcel) and not is_unmatched then
            local refusal, found
            failure, refusal, found = run.sections:exchange(parcel, Sections.ROWS_PER_REQUEST)
            if failure then return failure end
            if parcel.number and outcomes[parcel] ~= "refused" then
                run.report(parcel, refusal and "refused" or found, refusal)
            end
        elseif parcel.number and not outcomes[parcel] then
            run.report(parcel, "unmatched")
        end
    end
    if plan.wants.pull and identity then
        run.result.remote, failure = run.client:pullProgress(identity.hash)
        if failure then return failure end
    end
    return nil
end

return SingleRoutes
