import { join } from "node:path";
import { corpusDocuments, createFolder, describeWithCorpus } from "@stepwire/testing";
import { expect, it } from "vitest";
import { stepwire } from "./support/stepwire.js";

/**
 * Documents that are not what they say they are: in this one, `file_search` is `[]`
 * where an object belongs, because PHP has one notation for both.
 */
const notWhole = ["run_step/017-openai-php-three-tools.json"];

interface Row {
  readonly document: string;
  readonly type: string;
  readonly result: string;
  readonly problems?: readonly string[];
}

async function roundtrip(mode: string): Promise<Row[]> {
  const documents = corpusDocuments();
  const directory = createFolder(
    Object.fromEntries(documents.map(({ name, bytes }) => [name.replace("/", "%"), bytes])),
  );
  const { stdout } = await stepwire(["roundtrip", "--mode", mode, "--json", "."], { directory });
  const { documents: rows } = JSON.parse(stdout.toString()) as { documents: Row[] };
  expect(rows).toHaveLength(documents.length);
  return rows.map((row) => ({ ...row, document: row.document.replace("%", "/") }));
}

describeWithCorpus("stepwire roundtrip over the corpus", () => {
  it("gives back every document in mode archive", async () => {
    const rows = await roundtrip("archive");
    expect(rows.filter(({ result }) => result !== "equal")).toEqual([]);
    expect(rows.filter(({ type }) => type === "other")).toEqual([]);
  });

  it("gives back every whole document in mode preserve, and refuses the others", async () => {
    const rows = await roundtrip("preserve");
    const refused = rows.filter(({ result }) => result !== "equal");
    expect(refused.map(({ document }) => document)).toEqual(notWhole);
    expect(refused.flatMap(({ problems = [] }) => problems)).toEqual([
      expect.stringMatching(/\/step_details\/tool_calls\/2\/file_search: wrong_type/),
    ]);
  });

  it("packs all documents as lines and unpacks them again", async () => {
    const lines = corpusDocuments().map(({ bytes }) =>
      JSON.stringify(JSON.parse(Buffer.from(bytes).toString())),
    );
    const directory = createFolder({ "all.jsonl": lines.join("\n") });
    await stepwire(["pack", "all.jsonl", "-o", "all.pb"], { directory });
    const { exitCode, stdout } = await stepwire(["unpack", join(directory, "all.pb")]);
    expect(exitCode).toBe(0);
    const unpacked = stdout.toString().trimEnd().split("\n");
    expect(unpacked.map((line) => JSON.parse(line))).toEqual(lines.map((line) => JSON.parse(line)));
  });
});
