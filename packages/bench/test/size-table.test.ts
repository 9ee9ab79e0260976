import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFolder } from "../src/sizes/documents.js";
import { measureEach, measureTogether } from "../src/sizes/measure.js";
import { staleRows, updateTable } from "../src/sizes/section.js";
import { formatRow } from "../src/sizes/table.js";

const documents = readFolder(join(import.meta.dirname, "../../../samples"));
const row = formatRow({ name: "samples", sizes: measureEach(documents) });

describe("the size table", () => {
  it("counts what is payload and what is not", () => {
    const each = measureEach(documents);
    const together = measureTogether(documents);
    expect(each.documents).toBe(documents.length);
    expect(each.documents).toBeGreaterThan(10);
    expect(each.payload).toBeLessThan(each.binary);
    expect(together.payload).toBe(each.payload);
    expect(together.json).toBe(each.json + each.documents);
    expect(together.binary).toBeGreaterThan(each.binary);
  });

  it("keeps rows that could not be measured", () => {
    const other = row.replace("samples", "elsewhere");
    const written = updateTable(updateTable("", [row, other]), [row]);
    expect(written).toContain(row);
    expect(written).toContain(other);
    expect(updateTable(written, [row])).toBe(written);
  });

  it("is stale if a size is another, except for some bytes of a compressor", () => {
    const written = updateTable("", [row]);
    expect(staleRows(written, [row])).toEqual([]);
    const cells = row.split("|");
    const changed = (index: number, cell: string): string[] => [
      cells.map((each, place) => (place === index ? ` ${cell} ` : each)).join("|"),
    ];
    expect(staleRows(written, changed(3, "1"))).toHaveLength(1);
    expect(staleRows(written, changed(5, "9 (1)"))).toHaveLength(1);
    const { jsonGzip } = measureEach(documents);
    expect(staleRows(written, changed(5, `${jsonGzip + 5} (53)`))).toEqual([]);
    expect(staleRows("", [row])).toEqual([row]);
  });
});
