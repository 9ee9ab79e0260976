import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fromSource, projectRoot } from "@stepwire/testing";
import { beforeAll, describe, expect, it } from "vitest";

/*
 * Measures how the cost of the command grows with its input. Each input has its own process. The cost
 * of a process with almost no input is subtracted.
 */

/** A module that makes a process report its resource usage when it exits. */
const usage = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));',
)}`;

const FACTOR = 10;
const LARGEST_RATIO = 12;
/** Differences below these are noise: in milliseconds, and in kilobytes. */
const LEAST_TIME = 80;
const LEAST_MEMORY = 32 * 1024;
const ATTEMPTS = 3;
/** Maximum memory for an input: some blocks, in kilobytes, and some bytes for each byte of input. */
const LARGEST_BLOCKS = 160 * 1024;
const HELD_FOR_A_BYTE = 30;

interface Usage {
  /** Processor time in milliseconds. */
  readonly time: number;
  /** Largest memory in kilobytes. */
  readonly memory: number;
}

const step = (members: string): string => `{"id":"s","object":"thread.run.step",${members}}\n`;

const sseEvent =
  'event: thread.run.step.delta\ndata: {"id":"s","object":"thread.run.step.delta","delta":{},"a":[1,2,3]}\n\n';

/** Lines, events, or one document, for standard input. */
const inputs: readonly {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly size: number;
  readonly input: (size: number) => string;
}[] = [
  {
    name: "pack, documents",
    parameters: ["pack", "--jobs=1"],
    size: 20_000,
    input: (size) => step('"a":[1,2,3]').repeat(size),
  },
  {
    name: "pack, refused lines that are skipped",
    parameters: ["pack", "--on-error=skip", "--jobs=1"],
    size: 10_000,
    input: (size) => '{"id":\n'.repeat(size),
  },
  {
    name: "pack, events of a transcript",
    parameters: ["pack"],
    size: 20_000,
    input: (size) => sseEvent.repeat(size),
  },
  {
    name: "pack, refused events that are skipped",
    parameters: ["pack", "--on-error=skip", "--mode=preserve"],
    size: 5000,
    input: (size) => "event: thread.run.step.delta\ndata: {}\n\n".repeat(size),
  },
  {
    name: "pack, an event of many lines, with lenient framing",
    parameters: ["pack", "--framing=lenient"],
    size: 20_000,
    input: (size) => `data: {}\n${"data: {\n".repeat(size)}\n`,
  },
  {
    name: "roundtrip, one transcript",
    parameters: ["roundtrip", "-"],
    size: 10_000,
    input: (size) => sseEvent.repeat(size),
  },
  {
    name: "encode, one document",
    parameters: ["encode"],
    size: 20_000,
    input: (size) => step(`"a":[${'{"x":1},'.repeat(size)}1]`),
  },
  {
    name: "encode, faults far from each other",
    parameters: ["encode", "--mode=strict"],
    // Each fault is reported with its line and column, up to 1,000 faults.
    size: 100,
    input: (size) =>
      step(
        Array.from({ length: size }, (_, index) => `"m${index}":"${"x".repeat(10_000)}"`).join(","),
      ),
  },
  {
    name: "encode, a fault at the end of many lines",
    parameters: ["encode"],
    size: 100_000,
    input: (size) => `{"id":"s",${'"a":1,\n'.repeat(size)}"b"}`,
  },
];

/** Runs the command. Returns its resource usage. */
async function run(parameters: readonly string[], input: string): Promise<Usage> {
  const main = join(projectRoot, "packages/cli/src/main.ts");
  const child = spawn(process.execPath, [...fromSource, "--import", usage, main, ...parameters], {
    stdio: ["pipe", "ignore", "ignore", "pipe"],
  });
  const report: Buffer[] = [];
  child.stdio[3]?.on("data", (chunk: Buffer) => report.push(chunk));
  // It may end before it has read everything.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  await once(child, "close");
  const used: NodeJS.ResourceUsage = JSON.parse(Buffer.concat(report).toString());
  return { time: (used.userCPUTime + used.systemCPUTime) / 1000, memory: used.maxRSS };
}

describe("ten times the input costs the command at most twelve times as much", () => {
  let idle: Usage = { time: 0, memory: 0 };

  beforeAll(async () => {
    idle = await run(["encode"], step('"a":1'));
  }, 60_000);

  it.each(inputs)("$name", { timeout: 120_000 }, async ({ parameters, size, input }) => {
    let ratios = { time: 0, memory: 0 };
    let held = 0;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const few = await run(parameters, input(size));
      const many = await run(parameters, input(size * FACTOR));
      held = many.memory - idle.memory;
      ratios = {
        time: (many.time - idle.time) / Math.max(LEAST_TIME, few.time - idle.time),
        memory: (many.memory - idle.memory) / Math.max(LEAST_MEMORY, few.memory - idle.memory),
      };
      if (Math.max(ratios.time, ratios.memory) <= LARGEST_RATIO) {
        break;
      }
    }
    const bytes = input(size * FACTOR).length;
    expect(held).toBeLessThanOrEqual(LARGEST_BLOCKS + (HELD_FOR_A_BYTE * bytes) / 1024);
    expect(Math.max(ratios.time, ratios.memory), JSON.stringify(ratios)).toBeLessThanOrEqual(
      LARGEST_RATIO,
    );
  });
});
