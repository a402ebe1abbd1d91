--- A sitting as a real KOReader reported it (koreader-data/events.jsonl), played to the plugin.

local device = require("support/device")
local shared = require("support/shared")
local world = require("support/world")

-- The order recorded, for where the file is not at hand.
local RECORDED = {
    '{"ev": "PageUpdate", "page": 1}',
    '{"ev": "ReaderReady", "page": 1, "xp": "/body[1]/DocFragment[1]/body[1]/img[1].0"}',
    '{"ev": "PageUpdate", "page": 1}', '{"ev": "NetworkConnected"}', '{"ev": "PageUpdate", "page": 5}',
    '{"ev": "PageUpdate", "page": 14}', '{"ev": "Suspend"}', '{"ev": "Resume"}',
    '{"ev": "CloseDocument", "xp": "/body[1]/DocFragment[5]/body[1]/section[1]/figure[2]/img[1].0"}',
    '{"ev": "FlushSettings"}', '{"ev": "SaveSettings"}',
}

describe("a real sitting", function()
    local server

    device.each(nil, function(started) server = started.server end)

    local function recorded()
        local Wire = require("bookorbit/api/wire")
        local events = {}
        if shared.folder then
            for line in io.lines(shared.folder .. "/koreader-data/events.jsonl") do
                events[#events + 1] = assert(Wire.decode(line))
            end
            print(("# %d recorded events"):format(#events))
        else
            print("# no ../shared beside the repository: the short recording is played")
            for i, line in ipairs(RECORDED) do
                events[i] = assert(Wire.decode(line))
            end
        end
        return events
    end

    local function alice()
        local file = shared.folder and io.open(shared.folder .. "/corpus/books/epubjs-alice.epub", "rb")
        local content = file and file:read("*a")
        if file then file:close() end
        return world.file("epubjs-alice.epub", content)
    end

    it("gives one pull per occasion and one push with the last place and the last page turn's time", function()
        local reader = world.open({
            file = alice(), pages = 100, sidecar = { cre_dom_version = 20260812, partial_md5_checksum = ("0"):rep(32) },
        })
        local last_turn, last_place
        for _, event in ipairs(recorded()) do
            if event.ev == "PageUpdate" then
                if event.page ~= reader.page then
                    reader.page = event.page
                    last_turn = os.time()
                end
                reader:send("PageUpdate", event.page)
            elseif event.ev == "CloseDocument" then
                last_place = event.xp
                reader.xpointer = event.xp
                reader:send("CloseDocument")
                reader.document = nil
            elseif event.ev == "AnnotationsModified" then
                reader:send("AnnotationsModified", { event, index_modified = event.index_modified })
            elseif event.ev ~= "init" and event.ev ~= "ReaderReady" and event.ev ~= "addToMainMenu" then
                reader:send(event.ev)
            end
            world.pass(event.ev == "CloseDocument" and 0 or 20)
        end
        world.pass(60)
        -- Opened, network connected, resumed.
        assert.is_true(#world.sent("/syncs/progress/") <= 3)
        local last = server.pushed[#server.pushed]
        assert.equal(last_place, last.progress)
        assert.equal(last_turn, last.timestamp)
        assert.equal(20260812, last.domVersion)
        assert.equal(1, #world.sent("/plugin/match-check"))
        local book = world.sent("/plugin/match-check")[1].body.books[1]
        assert.same({ ("0"):rep(32) }, book.alsoKnownAs)
        if shared.folder then
            assert.equal("62ddbb74c0f63d63210a052e5dc2241f", last.hash)
            assert.same(require("bookorbit/document/content_signature").of(reader.book.file), book.contentSignature)
        end
        assert.equal(0, #world.ui_manager.shown)
        assert.equal(0, world.background().outbox:count("reader"))
    end)

    it("of a book that has a real sidecar sends no second name when the sidecar's fingerprint is right", function()
        if not shared.folder then return end
        local sidecar = dofile(shared.folder .. "/koreader-data/device-a/Books/epubjs-alice.sdr/metadata.epub.lua")
        world.open({ file = alice(), sidecar = sidecar, props = sidecar.doc_props })
        world.pass(5)
        local request = world.sent("/plugin/match-check")[1].body
        assert.same({ sidecar.partial_md5_checksum }, request.hashes)
        assert.is_nil(request.books[1].alsoKnownAs)
        assert.equal(sidecar.cre_dom_version, request.books[1].domVersion)
        assert.equal(sidecar.doc_props.title, request.books[1].title)
        assert.equal("current_file", request.books[1].source)
    end)
end)
