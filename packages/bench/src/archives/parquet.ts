import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { fastFolder, type PackRow, type Run, summarize, timeProcess } from "../speed/pack.js";
import { writeThreads } from "./corpus-file.js";

const stepwire = join(import.meta.dirname, "../../../cli/dist/main.js");

/** A program that makes one file of another one. */
interface Step {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  /** Whether the table has the size of the output, compared with the JSON. */
  readonly isArchive: boolean;
  readonly command: readonly string[];
}

/** Packs and unpacks the same file with each program, some rounds, one after the other. */
export async function measureParquet(bytes: number, rounds: number): Promise<readonly PackRow[]> {
  const folder = mkdtempSync(join(fastFolder(), "stepwire-bench-"));
  try {
    const [lines, archive, back, compressed, expanded] = [
      "lines.jsonl",
      "archive.parquet",
      "back.jsonl",
      "lines.jsonl.zst",
      "expanded.jsonl",
    ].map((name) => join(folder, name)) as [string, string, string, string, string];
    await writeThreads(lines, bytes);
    const node = [process.execPath, stepwire];
    const packs = [1, 2].map(
      (jobs): Step => ({
        name: `stepwire pack, ${cores(jobs)}`,
        input: lines,
        output: archive,
        isArchive: true,
        command: [...node, "pack", lines, `--jobs=${jobs}`, "-o", archive],
      }),
    );
    const unpacks = [1, 2].map(
      (jobs): Step => ({
        name: `stepwire unpack, ${cores(jobs)}`,
        input: archive,
        output: back,
        isArchive: false,
        command: [...node, "unpack", archive, `--jobs=${jobs}`, "-o", back],
      }),
    );
    const zstd = ["zstd", "--quiet", "--force"];
    const compressions = [1, 2].map(
      (jobs): Step => ({
        name: `zstd -3, ${cores(jobs)}`,
        input: lines,
        output: compressed,
        isArchive: true,
        command: [...zstd, "-3", `-T${jobs}`, lines, "-o", compressed],
      }),
    );
    const expansion: Step = {
      name: "zstd -d",
      input: compressed,
      output: expanded,
      isArchive: false,
      command: [...zstd, "-d", compressed, "-o", expanded],
    };
    const steps = [...packs, ...unpacks, ...compressions, expansion];
    const runs = steps.map((): Run[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, { command, output, isArchive }] of steps.entries()) {
        rmSync(output, { force: true });
        runs[index]?.push(timeProcess(command, isArchive ? output : undefined));
      }
    }
    await expectEqualLines(lines, back);
    const { size } = statSync(lines);
    return steps.map(({ name }, index) => summarize(name, size, runs[index] ?? []));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cores(count: number): string {
  return count === 1 ? "one core" : `${count} cores`;
}

/** @throws {Error} if the values of the lines are not equal. */
async function expectEqualLines(one: string, other: string): Promise<void> {
  const others = createInterface({ input: createReadStream(other) })[Symbol.asyncIterator]();
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(one) })) {
    number++;
    const { value } = await others.next();
    if (line !== value && !isDeepStrictEqual(JSON.parse(line), JSON.parse(String(value)))) {
      throw new Error(`line ${number} did not come back`);
    }
  }
  if ((await others.next()).done !== true) {
    throw new Error(`more than ${number} lines came back`);
  }
}
