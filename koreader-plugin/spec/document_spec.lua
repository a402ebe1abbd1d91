--- What a book file is known by: the partial md5 and the content signature, over made-up and real files.

local shared = require("support/shared")
local zip_file = require("support/zip_file")

describe("the fingerprint of a file", function()
    local Fingerprint, ContentSignature, path

    before_each(function()
        Fingerprint = require("bookorbit/document/fingerprint")
        ContentSignature = require("bookorbit/document/content_signature")
        path = os.tmpname()
    end)

    after_each(function() os.remove(path) end)

    local function signature(entries, options)
        zip_file.write(path, entries, options)
        return ContentSignature.of(path)
    end

    local CHAPTERS = {
        { name = "mimetype", crc = 1, size = 20 },
        { name = "META-INF/container.xml", crc = 2, size = 99999 },
        { name = "OEBPS/a.xhtml", crc = 0xABC, size = 100 },
        { name = "OEBPS/B.HTML", crc = 0xFFFFFFFF, size = 4000 },
        { name = "OEBPS/c.htm", crc = 0x10, size = 100 },
        { name = "OEBPS/content.opf", crc = 5, size = 5000 },
        { name = "OEBPS/nav.xml", crc = 6, size = 1 },
        { name = "OEBPS/cover.jpg", crc = 7, size = 90000 },
    }
    local EXPECTED = { "ffffffff-fa0", "00000010-64", "00000abc-64", "00000006-1" }

    it("lists the largest texts first, ties by crc, in lower-case hex, without META-INF", function()
        assert.same(EXPECTED, signature(CHAPTERS))
    end)

    it("is found behind a comment, behind bytes before the archive, and in zip64", function()
        assert.same(EXPECTED, signature(CHAPTERS, { comment = "made by PK\5\6 somebody" }))
        assert.same(EXPECTED, signature(CHAPTERS, { prefix = "#!/bin/sh\n" }))
        assert.same(EXPECTED, signature(CHAPTERS, { zip64 = true }))
    end)

    it("reads sizes beyond 32 bits", function()
        local entries = { { name = "a.html", crc = 1, size = 0x123456789A, zip64 = true }, CHAPTERS[3], CHAPTERS[4] }
        assert.equal("00000001-123456789a", signature(entries)[1])
    end)

    it("names no more than 16 texts, and nothing below 3", function()
        local many = {}
        for i = 1, 20 do
            many[i] = { name = i .. ".xhtml", crc = i, size = i }
        end
        local found = signature(many)
        assert.equal(16, #found)
        assert.equal("00000014-14", found[1])
        assert.is_nil(signature({ CHAPTERS[3], CHAPTERS[4], CHAPTERS[6] }))
    end)

    it("is absent for what is no zip, an empty file, and a missing one", function()
        local file = assert(io.open(path, "wb"))
        file:write(("no zip at all "):rep(100))
        file:close()
        assert.is_nil(ContentSignature.of(path))
        assert(io.open(path, "wb")):close()
        assert.is_nil(ContentSignature.of(path))
        assert.is_nil(ContentSignature.of(path .. ".missing"))
        assert.is_nil(Fingerprint.of(path .. ".missing"))
    end)

    it("comes with size and time of the file, so that a replaced file is noticed", function()
        local file = assert(io.open(path, "wb"))
        file:write("one")
        file:close()
        local identity = Fingerprint.of(path)
        assert.equal(3, identity.size)
        assert.is_number(identity.mtime)
        assert.equal("f97c5d29941bfb1b2fdab0874906ab82", identity.hash)
        assert.is_nil(identity.contentSignature)
    end)

    it("equals KOReader's for every real book", function()
        if not shared.folder then
            print("# no ../shared beside the repository: real books are not read")
            return
        end
        local books = shared.books()
        for _, book in ipairs(books) do
            assert.equal(book.koreader_partial_md5, Fingerprint.of(book.path).hash, book.file)
        end
        print(("# fingerprints of %d real books"):format(#books))
        local util = require("util")
        local partial_md5 = util.partialMD5
        util.partialMD5 = nil -- as in KOReaders before 2023.10
        for i = 1, #books, 10 do
            assert.equal(books[i].koreader_partial_md5, Fingerprint.of(books[i].path).hash, books[i].file)
        end
        util.partialMD5 = partial_md5
        assert.is_true(#books > 100)
    end)

    it("tells real copies with edited metadata by their texts, and survives every broken file", function()
        if not shared.folder then return end
        local books = shared.folder .. "/corpus/books/"
        local converted = ContentSignature.of(books .. "calibre-conv-wodehouse-epub2.epub")
        assert.equal(16, #converted)
        assert.same(converted, ContentSignature.of(books .. "calibre-metaedit-wodehouse-epub2.epub"))
        assert.are_not.same(converted, ContentSignature.of(books .. "se-wodehouse-love-among-the-chickens.epub"))
        local count = 0
        for _, broken in ipairs(shared.files("corpus/broken")) do
            if not broken:find("NOTES.tsv", 1, true) then
                local found = ContentSignature.of(broken)
                assert.is_true(found == nil or (#found >= 3 and #found <= 16), broken)
                count = count + 1
            end
        end
        print(("# content signatures of %d broken files"):format(count))
    end)
end)
