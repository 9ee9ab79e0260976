import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentType } from "../src/engine/schema.js";
import { snippets } from "../src/snippets/snippets.js";
import { writeTranscoderCode } from "../src/snippets/transcoder.js";
import { writeMessageCode } from "../src/snippets/typescript.js";
import { typeNamed } from "./support/types.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
// Within the package, so that the code finds the packages that it imports.
const folder = fileURLToPath(new URL("../node_modules/.cache/snippets", import.meta.url));

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const subjects = [
  { form: "json", type: typeNamed("run-step"), documentType, name: "all-tools.json" },
  { form: "json", type: typeNamed("run-step-list"), documentType, name: "list.json" },
  { form: "lines", type: documentType, documentType, name: "deltas.jsonl" },
  { form: "events", type: typeNamed("event"), documentType, name: "stream.sse" },
  { form: "json", type: typeNamed("chat-completion"), documentType, name: "chat/answer.json" },
  { form: "events", type: typeNamed("chat-event"), documentType, name: "chat/stream.sse" },
] as const;

it.each(
  subjects.flatMap((subject) =>
    [writeMessageCode, writeTranscoderCode].map((write) => ({ ...subject, write })),
  ),
)("shows code that works: $write.name, $name", ({ write, ...subject }) => {
  const file = join(folder, `${write.name}-${subject.name.replace("/", "-")}.mjs`);
  writeFileSync(file, write({ ...subject, mode: "archive" }));
  const resolver = join(root, "scripts/source-resolver.ts");
  const output = execFileSync(
    process.execPath,
    ["--conditions=@stepwire/source", "--import", resolver, file],
    { cwd: join(root, "samples"), encoding: "utf8" },
  );
  expect(output).not.toBe("");
});

it("says what to install: the packages that the code imports", () => {
  const transcript = {
    form: "events",
    type: typeNamed("event"),
    documentType,
    mode: "archive",
  } as const;
  const lines = snippets.map(({ write, install }) =>
    install(write({ ...transcript, name: "a.sse" })),
  );
  expect(lines).toEqual([
    "npm install @bufbuild/protobuf @stepwire/accumulate @stepwire/core @stepwire/openai-sse",
    "npm install @stepwire/core @stepwire/transcode @bufbuild/protobuf",
    "npm install --global @stepwire/cli",
    "go get github.com/stepwire/stepwire-go",
    "pip install stepwire",
    "cargo add stepwire",
    'implementation("io.github.stepwire:stepwire:+")',
  ]);
});

it("shows commands for each form, with the name of the file as a shell takes it", () => {
  const command = snippets.find(({ id }) => id === "command");
  expect(
    command?.write({
      form: "json",
      type: documentType,
      documentType,
      mode: "strict",
      name: "it's.json",
    }),
  ).toBe(
    `stepwire encode --mode strict 'it'\\''s.json' > 'it'\\''s'.binpb
stepwire inspect --type document 'it'\\''s'.binpb
stepwire decode --type document 'it'\\''s'.binpb
stepwire roundtrip --mode strict 'it'\\''s.json'
`,
  );
  const transcript = { form: "events", type: typeNamed("event"), documentType } as const;
  expect(command?.write({ ...transcript, mode: "preserve", name: "run.sse" })).toBe(
    `stepwire pack --mode preserve run.sse -o run.archive
stepwire unpack run.archive --to sse
stepwire roundtrip run.sse
`,
  );
});
