import { describe, expect, it } from "vitest";
import { layOut } from "../../src/terminal/table.js";

describe("layOut", () => {
  it("aligns cells, also of wide characters", () => {
    const lines = layOut(
      [
        { title: "name", align: "left" },
        { title: "n", align: "right" },
      ],
      [
        ["日本", "1"],
        ["abcde", "234"],
      ],
    );
    expect(lines).toEqual(["name     n", "日本     1", "abcde  234"]);
  });

  it("cuts the start of cells that may shrink, but not to nothing", () => {
    const columns = [
      { title: "name", align: "left", shrinks: true },
      { title: "n", align: "right" },
    ] as const;
    const rows = [["folder/with/a/document.json", "1"]];
    expect(layOut(columns, rows, 20)).toEqual(["name               n", "…/a/document.json  1"]);
    expect(layOut(columns, rows, 5)[1]).toBe("…cument.json  1");
  });
});
