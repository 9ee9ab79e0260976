import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../library/command.ts";
import { type Conversion, readConversion } from "../library/conversion/conversion.ts";
import { templates } from "../library/conversion/files.ts";

async function readSchema(): Promise<Conversion> {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-"));
  try {
    const file = join(folder, "conversion.binpb");
    const built = await run(["buf", "build", "-o", file]);
    expect(built).toMatchObject({ succeeded: true });
    return readConversion(readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const texts = (language: keyof typeof templates, conversion: Conversion): string =>
  Object.values(templates[language])
    .map((template) => template(conversion))
    .join("");

it("reads names, numbers and comments from the schema, and what each mode refuses", async () => {
  const { modes, violations, results, refusals } = await readSchema();
  // The values of docs/kernel-abi.md.
  expect(modes.values.map(({ name, refused }) => [name, refused])).toEqual([
    ["strict", 0x3f80],
    ["preserve", 0x0180],
    ["archive", 0],
  ]);
  expect(violations.values.map(({ number }) => number)).toEqual(
    Array.from({ length: 15 }, (_, index) => index + 1),
  );
  expect(violations.values[0]).toEqual({
    name: "not_json",
    number: 1,
    comment: ["The text is not JSON, or not UTF-8."],
  });
  expect(results.values.map(({ name, number }) => [name, number])).toContainEqual([
    "out_of_memory",
    17,
  ]);
  // The codes of docs/accumulate-abi.md.
  expect(refusals.values.map(({ number }) => number)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  expect(refusals.values[0]?.name).toBe("missing_id");
});

const small: Conversion = {
  modes: {
    comment: ["What is refused.", "", "More."],
    values: [
      { name: "lenient", number: 1, comment: ["Refuses little."], refused: 0 },
      { name: "preserve", number: 2, comment: ["Refuses some."], refused: 0x80 },
    ],
  },
  violations: {
    comment: ["Why."],
    values: [{ name: "bad_json", number: 7, comment: ["It is bad."] }],
  },
  results: { comment: ["Else."], values: [{ name: "no_room", number: 30, comment: ["Full."] }] },
  refusals: { comment: ["Not."], values: [{ name: "no_id", number: 3, comment: ["None."] }] },
};

it.each<[keyof typeof templates, string[]]>([
  [
    "go",
    [
      '\t// It is bad.\n\tBadJSON Code = "bad_json"\n',
      "\t7: BadJSON,\n",
      "\t// Refuses some.\n\t// It is the default.\n\tPreserve Mode = iota\n",
      '\tLenient:  {"lenient", 0x0000},\n',
      "\t// Full.\n\tresultNoRoom = 30\n",
      '\t// None.\n\tAccumulationNoID AccumulationCode = "no_id"\n',
      "\t3: AccumulationNoID,\n",
    ],
  ],
  [
    "java",
    [
      "  /** It is bad. */\n  BAD_JSON(7);\n",
      "/**\n * What is refused.\n *\n * <p>More.\n */\npublic enum Mode {\n",
      "  LENIENT(0x0000),\n  /** Refuses some. */\n  PRESERVE(0x0080);\n",
      "  static final int NO_ROOM = 30;\n",
      "/** Not. */\npublic enum AccumulationCode {\n  /** None. */\n  NO_ID(3);\n",
    ],
  ],
  [
    "python",
    [
      '    # It is bad.\n    "bad_json",\n]\n"""Why."""\n',
      '    7: "bad_json",\n',
      '    "preserve": 0x0080,\n',
      'NO_ROOM = 30\n"""Full."""\n',
      'ACCUMULATION_CODES: dict[int, AccumulationCode] = {\n    3: "no_id",\n}\n',
    ],
  ],
  [
    "rust",
    [
      "    /// It is bad.\n    BadJson = 7,\n",
      '            Self::BadJson => "bad_json",\n',
      "    #[default]\n    Preserve,\n",
      "            Self::Preserve => 0x0080,\n",
      "pub(crate) const NO_ROOM: u32 = 30;\n",
      "pub enum AccumulationCode {\n    /// None.\n    NoId = 3,\n}\n",
    ],
  ],
])("writes them for %s", (language, expected) => {
  const text = texts(language, small);
  for (const part of expected) {
    expect(text).toContain(part);
  }
});
