import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { createRandom } from "../corpus/random.js";
import { documentSet } from "../corpus/sets.js";
import { median } from "./median.js";

/** The time and memory to compress a large file of JSON lines. */
export interface PackRow {
  readonly name: string;
  /** Megabytes (10⁶) of JSON a second. */
  readonly speed: number;
  /** The size of the result divided by the size of the JSON. */
  readonly ratio: number;
  /** The largest memory of the process, in megabytes. */
  readonly memory: number;
}

const MEMORY = "/dev/shm";
const command = join(import.meta.dirname, "../../../cli/dist/main.js");

const packers: readonly { name: string; command: (input: string, output: string) => string[] }[] = [
  ...[1, 2].map((jobs) => ({
    name: `stepwire pack, ${jobs === 1 ? "one core" : `${jobs} cores`}`,
    command: (input: string, output: string) => [
      process.execPath,
      command,
      "pack",
      input,
      `--jobs=${jobs}`,
      "-o",
      output,
    ],
  })),
  {
    name: "gzip -1",
    command: (input, output) => ["sh", "-c", 'gzip -1 -c "$1" > "$2"', "sh", input, output],
  },
  {
    name: "zstd -1",
    command: (input, output) => ["zstd", "-1", "--quiet", "--force", input, "-o", output],
  },
];

/**
 * Packs the same file with each; the median of some runs, one after the other. First
 * comes a file of a tenth of the size, which tells whether memory grows with it.
 */
export async function measurePack(bytes: number, rounds: number): Promise<readonly PackRow[]> {
  // Uses a file system in memory if there is one, because the disk is not measured.
  const parent = existsSync(MEMORY) ? MEMORY : tmpdir();
  const folder = mkdtempSync(join(parent, "stepwire-bench-"));
  try {
    const [small, large] = [join(folder, "small.jsonl"), join(folder, "large.jsonl")];
    await writeLines(small, bytes / 10);
    await writeLines(large, bytes);
    const contenders = [
      ...packers.slice(0, 1).map((packer) => ({ ...packer, input: small })),
      ...packers.map((packer) => ({ ...packer, input: large })),
    ];
    const runs = contenders.map((): Run[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, { command: build, input }] of contenders.entries()) {
        runs[index]?.push(timeProcess(build(input, join(folder, "output"))));
      }
    }
    return contenders.map(({ name, input }, index) => {
      const { size } = statSync(input);
      const label = input === small ? `${name}, of ${Math.round(size / 1e6)} MB` : name;
      return summarize(label, size, runs[index] ?? []);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes lines with different identifiers, because no two run steps have the same. */
async function writeLines(file: string, bytes: number): Promise<void> {
  const lines = documentSet("steps, wire order")
    .create()
    .map((text) => `${text}\n`);
  const random = createRandom(1);
  const stream = createWriteStream(file);
  for (let written = 0; written < bytes; ) {
    const block = lines
      .map((line) => line.replace(/(?<=_)[A-Za-z0-9]{24}/g, () => createIdentifier(random)))
      .join("");
    written += block.length;
    if (!stream.write(block)) {
      await once(stream, "drain");
    }
  }
  stream.end();
  await finished(stream);
}

function createIdentifier(random: (bound: number) => number): string {
  const part = (): string =>
    random(36 ** 6)
      .toString(36)
      .padStart(6, "0");
  return part() + part() + part() + part();
}

interface Run {
  readonly seconds: number;
  readonly memory: number;
  readonly size: number;
}

/** Measures other programs with GNU time, which also reports their memory. */
function timeProcess(parameters: readonly string[]): Run {
  const start = performance.now();
  const { status, stderr } = spawnSync("/usr/bin/time", ["-f", "%M", ...parameters], {
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1_000;
  const kilobytes = Number(stderr.trim().split("\n").at(-1));
  if (status !== 0 || Number.isNaN(kilobytes)) {
    throw new Error(`${parameters[0]} failed: ${stderr}`);
  }
  return {
    seconds,
    memory: (kilobytes * 1_024) / 1e6,
    size: statSync(parameters.at(-1) ?? "").size,
  };
}

function summarize(name: string, size: number, runs: readonly Run[]): PackRow {
  return {
    name,
    speed: size / 1e6 / median(runs.map(({ seconds }) => seconds)),
    ratio: median(runs.map((run) => run.size)) / size,
    memory: Math.max(...runs.map(({ memory }) => memory)),
  };
}
