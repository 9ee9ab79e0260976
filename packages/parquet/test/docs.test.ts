import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentSchema } from "@stepwire/core";
import { type ColumnMapping, getTableMapping } from "@stepwire/mapping";
import { projectRoot } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { PART_MARKER } from "../src/layout.js";

const docs = readFileSync(join(projectRoot, "docs/parquet.md"), "utf8");

/** Returns the members that fill a column: those of the same name once, with their messages. */
function describeSources({ sources }: ColumnMapping): string {
  const messagesByPath = new Map<string, string[]>();
  for (const source of sources) {
    const [, message = "", path = ""] = /^.*\.v\d+\.(\w+)\.(.*)$/.exec(source) ?? [];
    messagesByPath.set(path, [...(messagesByPath.get(path) ?? []), message]);
  }
  return [...messagesByPath]
    .map(([path, messages]) => `\`${path}\` of ${[...new Set(messages)].join(", ")}`)
    .join("; ");
}

describe("docs/parquet.md", () => {
  it("lists the columns of the schema", () => {
    const { columns } = getTableMapping(DocumentSchema);
    const rows = columns.map((column) => {
      const type = column.isList ? `list of ${column.type}s` : column.type;
      return `| \`${column.name}\` | ${type} | ${describeSources(column)} |`;
    });
    const table = [
      "| column | type | from |",
      "|---|---|---|",
      "| `document` | binary | the document, never null |",
      ...rows,
    ];
    const [, section = ""] = /<!-- columns -->\n([\s\S]*?)<!-- \/columns -->/.exec(docs) ?? [];
    expect(section.trimEnd().split("\n")).toEqual(table);
  });

  it("has the marker of a part", () => {
    const hex = [...PART_MARKER].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    expect(docs).toContain(`\`${hex}\``);
  });
});
