import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRegistry } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import { getMessageMapping, readDescriptorSet } from "../../../packages/mapping/src/index.ts";
import { buildProtos } from "../../../packages/testing/src/index.ts";
import { root } from "../../library/command.ts";
import { runSnippet } from "../../library/demo-output.ts";
import { missingTool, pythonTool } from "../../library/tools.ts";
import { blocksOf } from "./snippets/accounts.ts";
import { programs } from "./snippets/programs.ts";
import { fileHeader, pieces } from "./snippets/schemas.ts";

const timeout = 120_000;

/** Returns the content of a block of a page. */
function blockOf(page: string, languages: readonly string[], index: number): string {
  const markdown = readFileSync(join(root, page), "utf8");
  const block = blocksOf(markdown).filter(({ language }) => languages.includes(language))[index];
  if (block === undefined) {
    throw new Error(`${page} has no block ${index} of ${languages.join(" or ")}`);
  }
  return block.content;
}

/** A package whose folder has all others among its dependencies. */
const host = join(root, "packages/fuzz");

describe("issue 19: snippets that no other test runs", { timeout }, () => {
  test.each(programs)("TypeScript: $page, block $index", async (program) => {
    const { page, index, before, after = "", prints } = program;
    const block = blockOf(page, ["ts"], index);
    expect(await runSnippet(`${before}\n${block}\n${after}\n`, host)).toMatch(prints);
  });

  test.each(pieces)("schema: $page, block $index", ({ page, index, complete }) => {
    const block = blockOf(page, ["proto", "protobuf"], index);
    const text = `${fileHeader}\n${complete(block)}`;
    const files = readDescriptorSet(buildProtos({ "snippet/v1/snippet.proto": text }));
    const own = files.find(({ name }) => name === "snippet/v1/snippet");
    const registry = createRegistry(...files);
    const mapped = (own?.messages ?? []).filter(
      ({ name }) => !/Request$|Response$|^OtherEvent$/u.test(name),
    );
    expect(mapped.length).toBeGreaterThan(0);
    for (const { typeName } of mapped) {
      const schema = registry.getMessage(typeName);
      expect(schema && getMessageMapping(schema).schemaName).toBeTruthy();
    }
  });
});

/** Schemas that have what the configs of the page name. */
const openapi = `openapi: 3.1.0
components:
  schemas:
    Kettle:
      type: object
      required: [id]
      properties:
        id: { type: string }
        litres: { type: number }
        cover: { $ref: "#/components/schemas/Lid" }
        internal: { type: string }
    Lid:
      type: object
      properties:
        color: { type: string }
    KettleEvent:
      type: object
      properties:
        kettle: { $ref: "#/components/schemas/Kettle" }
    KettleBoiled:
      type: object
      required: [type, kettle]
      properties:
        type: { type: string, const: kettle.boiled }
        kettle: { $ref: "#/components/schemas/Kettle" }
    KettleCooled:
      type: object
      required: [type]
      properties:
        type: { type: string, const: kettle.cooled }
    KettleStreamEvent:
      oneOf:
        - $ref: "#/components/schemas/KettleBoiled"
        - $ref: "#/components/schemas/KettleCooled"
`;

describe("issue 19: snippets with files, commands or Python", { timeout: 300_000 }, () => {
  const importer = "packages/openapi-to-proto/README.md";

  test("the configs of an import, and the call with a lock file", async () => {
    const [config = "", stream = ""] = [0, 1].map((index) => blockOf(importer, ["yaml"], index));
    const folder = createProject({
      "openapi.yaml": openapi,
      "import.yaml": config,
      "stream.yaml": `package: acme.kettle.v1\nroots: [KettleStreamEvent]\n${stream}`,
    });
    const first = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { formatReport, importSchemas } from "@stepwire/openapi-to-proto";
const read = (name) => ({ name, bytes: readFileSync("${folder}/" + name) });
const document = read("openapi.yaml");
const streams = importSchemas({ document, config: read("stream.yaml") });
console.log(JSON.stringify(streams.files).includes("EFFECT_REPLACE"));
const { lock: before } = importSchemas({ document, config: read("import.yaml") });
mkdirSync("${folder}/proto/acme/kettle/v1", { recursive: true });
writeFileSync("${folder}/proto/acme/kettle/v1/import.lock.json", before);
process.chdir("${folder}");`;
    const call = blockOf(importer, ["ts"], 1);
    const printed = await runSnippet(
      `${first}\n${call}\nconsole.log(JSON.stringify(files));`,
      host,
    );
    expect(printed).toMatch(/^true$/mu);
    expect(printed).toMatch(/TeaKettle/u);
  });

  test("your own schema: the command", () => {
    const page = readFileSync(join(root, "docs/your-own-schema.md"), "utf8");
    const [, invoice = ""] = /```proto\n([\s\S]*?)^```/mu.exec(page) ?? [];
    const folder = createProject({
      "proto/acme/v1/invoice.proto": invoice,
      "invoice.json": '{"id":"inv_1","object":"invoice","amount":1200,"paid_at":null}',
      "buf.yaml": `version: v2\nmodules:\n  - path: proto\n  - path: schemas\n`,
    });
    cpSync(join(root, "proto/stepwire/json"), join(folder, "schemas/stepwire/json"), {
      recursive: true,
    });
    runShell(folder, blockOf("docs/your-own-schema.md", ["sh"], 3));
    expect(readFileSync(join(folder, "invoice.bin")).length).toBeGreaterThan(5);
  });

  test("Parquet: the command, and pandas, polars and PyArrow", async () => {
    const samples = ["all-tools.json", "threads/run.json"].map((name) =>
      JSON.stringify(JSON.parse(readFileSync(join(root, "samples", name), "utf8"))),
    );
    const folder = createProject({});
    const lines = `${samples.join("\n")}\n`;
    writeFileSync(join(folder, "2026-01.jsonl.gz"), gzipSync(lines));
    runShell(folder, blockOf("docs/parquet.md", ["sh"], 0));
    const again = readFileSync(join(folder, "2026-01.jsonl"), "utf8").trim().split("\n");
    expect(again.map((line): unknown => JSON.parse(line))).toEqual(
      samples.map((line): unknown => JSON.parse(line)),
    );
    const missing = await missingTool([pythonTool]);
    if (missing !== undefined) {
      console.log(`SKIPPED: pandas, polars and PyArrow of docs/parquet.md: ${missing}`);
      expect(process.env["CI"], `${missing}; CI needs it`).not.toBe("true");
      return;
    }
    const code = blockOf("docs/parquet.md", ["python"], 0);
    const program = `${code}\nprint(len(runs), len(tokens), table.num_rows)\n`;
    renameSync(join(folder, "2026-01.parquet"), join(folder, "archive.parquet"));
    expect(execFileSync(dataFrames(), ["-c", program], { cwd: folder, encoding: "utf8" })).toBe(
      "1 1 2\n",
    );
  });
});

/** Creates a folder with files, which is removed after the test. */
function createProject(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-snippet-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs lines of shell, with `stepwire` from source, also where npx would fetch it. */
function runShell(folder: string, lines: string): void {
  const tools = join(folder, ".tools");
  mkdirSync(tools);
  const stepwire = `"${process.execPath}" "${join(root, "scripts/stepwire.ts")}"`;
  writeFileSync(join(tools, "stepwire"), `#!/bin/sh\nINIT_CWD="$PWD" exec ${stepwire} "$@"\n`);
  writeFileSync(
    join(tools, "npx"),
    '#!/bin/sh\nname=$1\nshift\n[ "$name" = @stepwire/cli ] && name=stepwire\nexec "$name" "$@"\n',
  );
  for (const name of ["stepwire", "npx"]) {
    chmodSync(join(tools, name), 0o755);
  }
  const path = [tools, join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(":");
  execFileSync("sh", ["-ec", lines], {
    cwd: folder,
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Returns a Python with the libraries of the page, which it installs when they are used first. */
function dataFrames(): string {
  const libraries = ["pandas==3.0.3", "polars==2.1.0", "pyarrow==26.0.1"];
  const folder = join(root, "node_modules/.cache/stepwire/data-frames", libraries.join("-"));
  const python = join(folder, "bin/python");
  if (!existsSync(join(folder, "ready"))) {
    const stdio = ["ignore", 2, 2] as const;
    execFileSync("python3", ["-m", "venv", folder], { stdio: [...stdio] });
    const options = ["--quiet", "--disable-pip-version-check"];
    execFileSync(python, ["-m", "pip", "install", ...options, ...libraries], { stdio: [...stdio] });
    writeFileSync(join(folder, "ready"), "");
  }
  return python;
}
