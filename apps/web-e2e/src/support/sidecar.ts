/** KOReader's settings of Dracula: half read, with one red highlight. */
export function makeSidecar(hash: string): string {
  return `return {
    ["annotations"] = { [1] = { ["chapter"] = "One", ["color"] = "red", ["datetime"] = "2026-02-03 10:00:00", ["drawer"] = "lighten",
      ["page"] = "/body/DocFragment[1]/body/p[1]/text().0", ["pageno"] = 1, ["pos0"] = "/body/DocFragment[1]/body/p[1]/text().0",
      ["pos1"] = "/body/DocFragment[1]/body/p[1]/text().7", ["text"] = "Dracula" } },
    ["doc_props"] = { ["title"] = "Dracula", ["authors"] = "Bram Stoker" },
    ["partial_md5_checksum"] = "${hash}", ["percent_finished"] = 0.5,
    ["summary"] = { ["status"] = "reading", ["modified"] = "2026-02-03" },
  }`;
}
