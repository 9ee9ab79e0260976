import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { emptyDocument } from "../corpus/samples.js";
import { median } from "./median.js";

/** The time from the start of a process to its first converted document. */
export interface LoadResult {
  readonly kernelBytes: number;
  readonly kernelGzipBytes: number;
  /** Milliseconds for each step in a new process: medians. */
  readonly importPackages: number;
  readonly createTranscoder: number;
  readonly firstDocument: number;
  /** Milliseconds of a process that prints the help of the command; a median. */
  readonly help: number;
}

const PROCESSES = 11;

/** Starts new processes from the built packages, and measures their time. */
export function measureLoad(): LoadResult {
  const kernel = readFileSync(join(packages, "transcode/build/kernel.wasm"));
  const samples = Array.from({ length: PROCESSES }, timeProcess);
  return {
    kernelBytes: kernel.length,
    kernelGzipBytes: gzipSync(kernel, { level: 9 }).length,
    importPackages: median(samples.map(([time]) => time)),
    createTranscoder: median(samples.map(([, time]) => time)),
    firstDocument: median(samples.map(([, , time]) => time)),
    help: median(Array.from({ length: PROCESSES }, timeHelp)),
  };
}

const packages = join(import.meta.dirname, "../../..");

function timeHelp(): number {
  const start = performance.now();
  execFileSync(process.execPath, [join(packages, "cli/dist/main.js"), "--help"]);
  return performance.now() - start;
}

type Sample = readonly [number, number, number];

function timeProcess(): Sample {
  const address = (name: string): string =>
    JSON.stringify(pathToFileURL(join(packages, name, "dist/index.js")).href);
  const script = `
    const json = new TextEncoder().encode(${JSON.stringify(JSON.stringify(emptyDocument.value))});
    const start = performance.now();
    const { ${emptyDocument.schemaName}: schema } = await import(${address("core")});
    const { createTranscoder } = await import(${address("transcode")});
    const imported = performance.now();
    const transcoder = createTranscoder(schema);
    const created = performance.now();
    transcoder.toBinary(json);
    const done = performance.now();
    console.log(JSON.stringify([imported - start, created - imported, done - created]));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
  return JSON.parse(output.toString()) as Sample;
}
