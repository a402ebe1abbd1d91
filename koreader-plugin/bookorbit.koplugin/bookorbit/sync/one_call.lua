--- Everything about several books in one request each batch: `plugin/sync`. Runs in the child process.

local Match = require("bookorbit/sync/match")
local Parcel = require("bookorbit/sync/parcel")
local Sections = require("bookorbit/sync/sections")

local OneCall = {}

local BOOKS_PER_SYNC = 20

-- Batches in which no fingerprint comes twice: copies of one file are told apart by their place in different requests.
local function batchesOf(parcels)
    local batches = {}
    for _, parcel in ipairs(parcels) do
        local home
        for _, batch in ipairs(batches) do
            if #batch.parcels < BOOKS_PER_SYNC and not batch.hashes[parcel.hash] then
                home = batch
                break
            end
        end
        if not home then
            home = { parcels = {}, hashes = {} }
            batches[#batches + 1] = home
        end
        home.hashes[parcel.hash] = true
        table.insert(home.parcels, parcel)
    end
    return batches
end

local oneCall

oneCall = function(run, batch)
    local books, slices = {}, {}
    for i, parcel in ipairs(batch) do
        slices[i] = run.sections:statsSlice(parcel, Sections.ROWS_PER_REQUEST)
        books[i] = Parcel.syncBook(parcel, slices[i] and { rows = slices[i].rows, rowCount = slices[i].rowCount } or nil,
            run.key_of, run.sections.skip)
    end
    local outcome, failure = run.client:sync(books)
    if not outcome then
        local is_too_large = failure.kind == "too_large" and #batch > 1
        if failure.kind ~= "refused" and not is_too_large then return failure end
        if #batch == 1 then
            run.report(batch[1], "refused", failure.message)
            return nil
        end
        for _, parcel in ipairs(batch) do
            local single_failure = oneCall(run, { parcel })
            if single_failure then return single_failure end
        end
        return nil
    end
    for i, parcel in ipairs(batch) do
        local answer = outcome.books[parcel.hash] or { unmatched = true }
        local is_matched = answer.unmatched ~= true
        run.result.matches[parcel.key] = Match.of(is_matched and answer.match or nil)
        if is_matched then run.result.matches[parcel.key].isMatched = true end
        local rejected = Sections.rejectedOf(outcome.rejected, i - 1)
        if is_matched then
            run.sections:receive(parcel, books[i], answer, rejected)
            if slices[i] then
                failure = run.sections:statsRest(parcel, slices[i], answer.pageStats, Sections.ROWS_PER_REQUEST)
                if failure then return failure end
            end
        end
        if parcel.is_open then
            run.result.remote = Parcel.remote(answer.progress and answer.progress.newest, run.device_id)
        end
        if parcel.number then
            local done = is_matched and (rejected.progress and "refused" or "sent") or "unmatched"
            run.report(parcel, done, rejected.progress)
        end
    end
    return nil
end

--- @param run table { client, result, sections, report, key_of, device_id, isLate } (see exchange.lua)
-- @param parcels table Array, the longest waiting first
-- @return table|nil failure
function OneCall.run(run, parcels)
    for i, batch in ipairs(batchesOf(parcels)) do
        if i > 1 and run.isLate() then return nil end
        local failure = oneCall(run, batch.parcels)
        if failure then return failure end
    end
    return nil
end

return OneCall
