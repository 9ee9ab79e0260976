import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { createRandom } from "../corpus/random.js";
import { documentSet } from "../corpus/sets.js";
import { median } from "./median.js";

/** The time and memory to process a large file of JSON lines. */
export interface PackRow {
  readonly name: string;
  /** Megabytes (10⁶) of JSON a second. */
  readonly speed: number;
  /** The size of the result divided by the size of the JSON; undefined if nothing is written. */
  readonly ratio: number | undefined;
  /** The largest memory of the process, in megabytes. */
  readonly memory: number;
}

const MEMORY = "/dev/shm";
const command = join(import.meta.dirname, "../../../cli/dist/main.js");

/** A program that reads a file. Those that write end with the name of the output. */
interface Contender {
  readonly name: string;
  /** Whether it is measured on the small file as well. */
  readonly isCompared?: boolean;
  readonly writes: boolean;
  readonly command: (input: string, output: string) => string[];
}

const contenders: readonly Contender[] = [
  ...[1, 2].map((jobs) => ({
    name: `stepwire pack, ${jobs === 1 ? "one core" : `${jobs} cores`}`,
    isCompared: jobs === 1,
    writes: true,
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
    writes: true,
    command: (input, output) => ["sh", "-c", 'gzip -1 -c "$1" > "$2"', "sh", input, output],
  },
  {
    name: "zstd -1",
    writes: true,
    command: (input, output) => ["zstd", "-1", "--quiet", "--force", input, "-o", output],
  },
  {
    name: "stepwire roundtrip",
    isCompared: true,
    writes: false,
    command: (input) => [process.execPath, command, "roundtrip", input],
  },
];

/**
 * Processes the same file with each; the median of some runs, one after the other. Some also process
 * a file of a tenth of the size, which tells whether memory grows with it.
 */
export async function measurePack(bytes: number, rounds: number): Promise<readonly PackRow[]> {
  const folder = mkdtempSync(join(fastFolder(), "stepwire-bench-"));
  try {
    const [small, large] = [join(folder, "small.jsonl"), join(folder, "large.jsonl")];
    await writeLines(small, bytes / 10);
    await writeLines(large, bytes);
    const measured = contenders.flatMap((contender) =>
      (contender.isCompared === true ? [small, large] : [large]).map((input) => ({
        ...contender,
        input,
        runs: [] as Run[],
      })),
    );
    const output = join(folder, "output");
    for (let round = 0; round < rounds; round++) {
      for (const { command: build, input, writes, runs } of measured) {
        runs.push(timeProcess(build(input, output), writes ? output : undefined));
      }
    }
    return measured.map(({ name, input, runs }) => {
      const { size } = statSync(input);
      const label = input === small ? `${name}, of ${Math.round(size / 1e6)} MB` : name;
      return summarize(label, size, runs);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns a folder in memory if there is one, because the disk is not measured. */
export function fastFolder(): string {
  return existsSync(MEMORY) ? MEMORY : tmpdir();
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

/** What was measured of a program. */
export interface Run {
  readonly seconds: number;
  readonly memory: number;
  /** The size of the output. */
  readonly size: number | undefined;
}

/** Measures other programs with GNU time, which also reports their memory. */
export function timeProcess(parameters: readonly string[], output: string | undefined): Run {
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
    size: output === undefined ? undefined : statSync(output).size,
  };
}

/** Returns the row of a program that processed so many bytes of JSON several times. */
export function summarize(name: string, size: number, runs: readonly Run[]): PackRow {
  const sizes = runs.flatMap((run) => run.size ?? []);
  return {
    name,
    speed: size / 1e6 / median(runs.map(({ seconds }) => seconds)),
    ratio: sizes.length === 0 ? undefined : median(sizes) / size,
    memory: Math.max(...runs.map(({ memory }) => memory)),
  };
}
