import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../../apps/demo/test/support/chromium.ts";
import { root } from "../../library/command.ts";
import { Clone, type CloneCommand, type Ended } from "./clone.ts";
import { documentedCommands } from "./documented.ts";

/** How a script is tested, or which other script runs it. */
type Trial =
  | {
      /** Parameters appended to `pnpm --silent <script>` to make it short. */
      readonly parameters?: readonly string[];
      readonly until?: RegExp;
      /** Expected output. */
      readonly prints?: RegExp;
      /** Expected new or changed files in the work tree. */
      readonly writes?: readonly string[];
      /** What it may change in the work tree, as `git status --porcelain` writes it. */
      readonly mayChange?: RegExp;
      /** What is missing for it on this machine; it is skipped then, visibly. */
      readonly lacks?: string | undefined;
      /** Whether it is only tried with CLONE_TESTS=all, because it takes long. */
      readonly isLong?: true;
    }
  /** The job of CI that runs it in a fresh clone, by itself or by a script that calls it. */
  | { readonly job: string };

const triesAll = process.env["CLONE_TESTS"] === "all";

const languages: Trial = { job: "test:language-packages" };

/** Every script of package.json. Add new scripts here. */
const trials: Readonly<Record<string, Trial>> = {
  bench: { parameters: ["load"], prints: /first document/, isLong: true },
  "bench:gateway": { parameters: ["--quick"], until: /streams at once/, isLong: true },
  build: {
    parameters: ["--filter=@stepwire/cli"],
    writes: ["packages/cli/dist/main.js", "packages/transcode/build/stepwire.wasm"],
    isLong: true,
  },
  "build:kernel": { writes: ["packages/transcode/src/built/kernel.ts"] },
  "build:wasm": { writes: ["packages/transcode/build/stepwire-scalar.wasm"], isLong: true },
  "bundle-sizes": { prints: /imported/, isLong: true },
  converters: { parameters: ["--help"], prints: /openapi-proto/ },
  demo: { prints: /34 documents/ },
  "demo:gateway": { prints: /Now yours/ },
  "demo:web": { until: /http:\/\/localhost:\d+/ },
  "demo:web:screenshots": {
    writes: ["docs/images/dark.png"],
    // Another Chromium draws other pictures.
    mayChange: /^( M docs\/images\/[\w-]+\.png\n)+$/,
    lacks: findChromium() === undefined ? "Chromium" : undefined,
    isLong: true,
  },
  "doctor-table": { parameters: ["--help"], prints: /LiteLLM/ },
  format: { isLong: true },
  fuzz: { parameters: ["sse", "--cases", "20"], prints: /20 inputs, 0 finds/, isLong: true },
  gateway: { parameters: ["--help"], prints: /ingress/ },
  generate: { writes: ["packages/transcode/src/built/kernel.ts"], isLong: true },
  "generate:go": languages,
  "generate:java": languages,
  "generate:python": languages,
  "generate:rust": languages,
  "import:responses": { parameters: ["--check"] },
  lint: { isLong: true },
  kafka: { parameters: ["--help"], prints: /registry/ },
  nats: { parameters: ["--help"], prints: /--cluster/ },
  "package:go": languages,
  "package:java": languages,
  "package:python": languages,
  "package:rust": languages,
  prepare: { writes: ["packages/transcode/assembly/generated/codes.ts"], isLong: true },
  readme: { parameters: ["--check"] },
  "release:check": { job: "release:check" },
  "release:version": { job: "release:check" },
  // The schema may have grown since the last release.
  "schema:release": { mayChange: /^ M proto\/released\.binpb\n$/ },
  "corpus-results": { parameters: ["--help"], prints: /corpus-results <folder>/ },
  "set-version": { prints: /^version \d/ },
  site: { parameters: ["--help"], prints: /--port/ },
  "site:build": { job: "test:site" },
  "size-table": { parameters: ["--check"], isLong: true },
  stepwire: { parameters: ["roundtrip", "samples"], prints: /34 documents/ },
  test: { job: ".ci/run" },
  "test:aborted": { job: "test:aborted" },
  "test:brokers": { job: "test:brokers" },
  "test:large-files": { job: "test:large-files" },
  "test:handlers": { job: "test:handlers" },
  "test:integrations": { job: "test:integrations" },
  "test:killed": { job: "test:killed" },
  "test:clone": { job: "test:clone" },
  "test:doctor": { job: "test:doctor" },
  "test:container": { job: "test:container" },
  "test:documents": { job: "test:documents" },
  "test:duckdb": { job: "test:duckdb" },
  "test:language-packages": { job: "test:language-packages" },
  "test:languages-long": { job: "test:languages-long" },
  "test:nats": { job: "test:nats" },
  "test:growth": { job: "test:growth" },
  "test:oracle": { job: "test:oracle" },
  "test:packages": { job: "test:packages" },
  "test:site": { job: "test:site" },
  "test:spark": { job: "test:spark" },
  "test:telemetry": { job: "test:telemetry" },
  "test:tutorials": { job: "test:tutorials" },
  typecheck: { isLong: true },
  vectors: { isLong: true },
};

const folders = ["packages", "apps", "docs", ".github"].map((folder) => `${folder}/**/*.{md,yml}`);
const documents = globSync(["*.md", ...folders], {
  cwd: root,
  exclude: ["**/node_modules/**", "**/.venv/**", "**/target/**"],
}).map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

describe("what is documented", () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { scripts } = manifest as { readonly scripts: Readonly<Record<string, string>> };

  it("issue 11.12: every script is tried here or by another test", () => {
    expect(Object.keys(trials).sort()).toEqual(Object.keys(scripts).sort());
  });

  it("issue 16: every script that is not tried here has a job in CI", () => {
    const workflow = readFileSync(join(root, ".github/workflows/ci.yml"), "utf8");
    const jobs = new Set([...workflow.matchAll(/^ +- (?:run: )?(\S+)$/gm)].map(([, job]) => job));
    const missing = Object.values(trials).flatMap((trial) =>
      "job" in trial && !jobs.has(trial.job) ? [trial.job] : [],
    );
    expect(missing).toEqual([]);
  });

  it("issue 11.12: every command in the docs is a script, or a tool", () => {
    // The first is a command of pnpm itself.
    const known = ["install", ...Object.keys(scripts), "changeset", "vitest"];
    const unknown = documents.flatMap(({ path, text }) =>
      documentedCommands(text)
        .filter(({ name }) => !known.includes(name))
        .map(({ line }) => `${path}: ${line}`),
    );
    expect(unknown).toEqual([]);
  });

  it("issue 11.12: no command in the docs has -s, with which pnpm is not silent", () => {
    const commands = documents.flatMap(({ text }) => documentedCommands(text));
    expect(commands.length).toBeGreaterThan(40);
    expect(commands.filter(({ line }) => / -s\b/.test(line))).toEqual([]);
  });
});

/** Long, because the machine may be busy. */
const timeout = 180_000;

describe("in a clean clone", { timeout }, () => {
  let clone: Clone;

  beforeAll(async () => {
    clone = await Clone.create();
  }, timeout);

  afterAll(() => {
    clone?.remove();
  }, timeout);

  async function succeed(command: CloneCommand): Promise<Ended> {
    const ended = await clone.run(command);
    const wasStopped = command.until?.test(ended.stdout) ?? false;
    if (!wasStopped) {
      expect(ended.exitCode, `${ended.stdout.slice(-2_000)}\n${ended.stderr}`).toBe(0);
    }
    return ended;
  }

  const encode = ["pnpm", "--silent", "stepwire", "encode", "samples/message.json"];

  it("issue 11.12: installs, and compiles the kernel, for the first command", async () => {
    expect(clone.has("node_modules")).toBe(false);
    await succeed({ command: ["pnpm", "stepwire", "roundtrip", "samples"] });
    expect(clone.has("packages/transcode/src/built/kernel.ts")).toBe(true);
  });

  it("issue 11.12: compiles the kernel for two commands that start together", async () => {
    clone.clean();
    const ended = await Promise.all([succeed({ command: encode }), succeed({ command: encode })]);
    expect(ended.map(({ stderr }) => stderr)).toEqual(["", ""]);
    expect(await clone.changes()).toBe("");
  });

  it("issue 16: the lines that the demo prints work in a shell without pnpm", async () => {
    const demo = await succeed({ command: ["pnpm", "--silent", "demo"] });
    const printed = [...demo.stdout.matchAll(/^\$ (.*)$/gm)].map(([, line = ""]) => line);
    const [, tried = ""] = /^Try it with your files: (.*) FILE\.\.\.$/m.exec(demo.stdout) ?? [];
    const lines = [...printed, `${tried} samples/list.json`, "./stepwire --help"];
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).toMatch(/^\.\/stepwire /);
      const environment = { PATH: "/usr/bin:/bin" };
      const { stdout, stderr } = await succeed({ command: ["sh", "-c", line], environment });
      expect(stdout).not.toBe("");
      expect(stderr).toBe("");
    }
    expect(await clone.changes()).toBe("");
  });

  it("issue 11.12: notices that the kernel is stale, and says what does not compile", async () => {
    const path = "packages/transcode/assembly/index.ts";
    const source = readFileSync(join(root, path), "utf8");
    clone.write(path, `${source}\nexport function broken(): Missing {}\n`);
    const broken = await clone.run({ command: encode });
    expect(broken.exitCode).not.toBe(0);
    expect(broken.stderr).toContain("index.ts does not compile");
    clone.write(path, source);
    await succeed({ command: encode });
  });

  // Each of the projects is checked in `pnpm test` too; here nothing was built or generated.
  if (triesAll) {
    it("issue 16: an editor finds no error after installing", {
      timeout: 5 * timeout,
    }, async () => {
      clone.clean();
      // As in a new clone: if pnpm knows that all is installed, it runs no scripts.
      const anew = "--config.optimistic-repeat-install=false";
      await succeed({ command: ["pnpm", "install", "--offline", anew] });
      const configs = globSync("{.,scripts,{apps,packages}/*,packages/*/*}/tsconfig.json", {
        cwd: root,
        exclude: ["**/node_modules/**"],
      });
      expect(configs.length).toBeGreaterThan(18);
      for (const config of configs) {
        await succeed({ command: ["node_modules/.bin/tsc", "--noEmit", "-p", config] });
      }
    });
  }

  describe("each script as the first", () => {
    beforeAll(async () => {
      // From here on, the compiler stub returns the current output.
      await succeed({ command: ["pnpm", "--silent", "build:kernel"] });
      await succeed({ command: ["pnpm", "--silent", "build:wasm"] });
      clone.write("packages/transcode/scripts/compile.ts", await compilerOf(clone));
      await clone.commit();
    }, timeout);

    it.for(
      Object.entries(trials).flatMap(([name, trial]) =>
        "job" in trial || (trial.isLong && !triesAll) ? [] : [{ name, ...trial }],
      ),
    )("issue 11.12: pnpm $name", async (trial, { skip }) => {
      const { name, parameters = [], until, prints, writes = [], mayChange, lacks } = trial;
      skip(lacks !== undefined, `SKIPPED: no ${lacks} for pnpm ${name}`);
      // What a failed trial has left behind.
      await clone.commit();
      clone.clean();
      const command = ["pnpm", "--silent", name, ...parameters];
      const { stdout } = await succeed({ command, ...(until && { until }) });
      expect(stdout).toMatch(prints ?? until ?? /^/);
      expect(writes.filter((path) => !clone.has(path))).toEqual([]);
      const changes = await clone.changes();
      if (mayChange === undefined || changes !== "") {
        expect(changes).toMatch(mayChange ?? /^$/);
      }
    });

    const long = [
      "pnpm vitest run --project conformance test/published.test.ts",
      "pnpm turbo run build --filter=@stepwire/transcode",
    ];
    it.each([
      "pnpm vitest run --project transcode test/line-kernel.test.ts",
      "pnpm --filter=@stepwire/demo build",
      ...(triesAll ? long : []),
    ])("issue 11.12: %s", async (command) => {
      clone.clean();
      await succeed({ command: command.split(" ") });
    });
  });
});

/** Creates a module that replaces the compiler and returns the modules built now. */
async function compilerOf(clone: Clone): Promise<string> {
  const build = join(clone.folder, "node_modules/.cache/compiled");
  await clone.run({ command: ["cp", "-r", "packages/transcode/build", build] });
  return `import { readFileSync } from "node:fs";
import { join } from "node:path";

const build = ${JSON.stringify(build)};

interface Build {
  readonly entry: string;
  readonly simd: boolean;
  readonly memoryBase: number;
}

export function compile({ entry, simd }: Build): Uint8Array {
  const published = simd ? "stepwire.wasm" : "stepwire-scalar.wasm";
  return readFileSync(join(build, entry === "index.ts" ? "kernel.wasm" : published));
}
`;
}
