import { createTranscoder } from "@stepwire/transcode";
import { adversarialShapes } from "../corpus/adversarial.js";
import { page } from "../corpus/samples.js";
import { documentSet } from "../corpus/sets.js";
import { checkDocuments } from "./set-check.js";

/** What a byte of JSON costs, in nanoseconds, for an input of a size. */
export interface GrowthRow {
  readonly input: string;
  /** The bytes of JSON in one run. */
  readonly bytes: number;
  readonly toBinary: number;
  /** The same into a buffer of the caller, which is used again. */
  readonly toBinaryInto: number;
  readonly toJson: number;
  readonly toJsonInto: number;
}

/** What a byte of JSON costs in documents of one shape, in nanoseconds, by the number of parts. */
export interface AdversarialRow {
  readonly shape: string;
  readonly parts: readonly number[];
  readonly toBinary: readonly number[];
  readonly toJson: readonly number[];
}

const KILOBYTE = 1_000;
const partCounts = [1_000, 10_000, 100_000, 1_000_000];
const documentSizes = [1, 10, 100, 1_000, 10_000, 100_000].map((size) => size * KILOBYTE);
const documentCounts = [1, 100, 10_000, 1_000_000];
const CHUNK_BYTES = 1024 * 1024;
const MAXIMUM_BYTES = 256 * 1024 * 1024;

/** Lines of JSON that are measured, and the steps of a page. */
const steps = documentSet("steps, wire order");

/** Time per byte for one document that grows, and for small ones that become many. */
export function measureGrowth(quick: boolean): readonly GrowthRow[] {
  const largest = quick ? 1_000_000 : Number.POSITIVE_INFINITY;
  return [
    ...documentSizes.filter((size) => size <= largest).map(measureDocument),
    ...documentCounts.filter((count) => count * KILOBYTE <= largest).map(measureLines),
  ];
}

/** Time per byte for documents that make much work, and become larger. */
export function measureAdversarial(quick: boolean): readonly AdversarialRow[] {
  const parts = quick ? partCounts.slice(0, -1) : partCounts;
  return adversarialShapes.map(({ name, schema, document }) => {
    const transcoder = createTranscoder(schema, { maxBytes: MAXIMUM_BYTES });
    const measured = parts.map((count) => {
      const json = Buffer.from(document(count));
      const [binary = new Uint8Array()] = checkDocuments(transcoder, [json]);
      return {
        toBinary: timePerByte(json.length, () => transcoder.toBinary(json)),
        toJson: timePerByte(json.length, () => transcoder.toJson(binary)),
      };
    });
    return {
      shape: name,
      parts,
      toBinary: measured.map(({ toBinary }) => toBinary),
      toJson: measured.map(({ toJson }) => toJson),
    };
  });
}

/** A list of as many distinct steps as fit into the size; beyond 1,000, they repeat. */
function measureDocument(size: number): GrowthRow {
  const { schema, head, tail } = page;
  const json = Buffer.from(
    `${head}${takeSteps(size - head.length - tail.length).join(",")}${tail}`,
  );
  const transcoder = createTranscoder(schema, { maxBytes: MAXIMUM_BYTES });
  const binary = transcoder.toBinary(json);
  if (!Buffer.from(transcoder.toJson(binary)).equals(json)) {
    throw new Error(`a document of ${size} bytes does not come back`);
  }
  const target = new Uint8Array(json.length);
  return {
    input: `one document of ${formatSize(size)}`,
    bytes: json.length,
    toBinary: timePerByte(json.length, () => transcoder.toBinary(json)),
    toBinaryInto: timePerByte(json.length, () => transcoder.toBinaryInto(json, target)),
    toJson: timePerByte(json.length, () => transcoder.toJson(binary)),
    toJsonInto: timePerByte(json.length, () => transcoder.toJsonInto(binary, target)),
  };
}

/** Returns at least one step, and as many as have the size. */
function takeSteps(size: number): readonly string[] {
  const texts = steps.create();
  const taken: string[] = [];
  for (let taking = 0, index = 0; taking < size; index++) {
    const text = texts[index % texts.length] ?? "";
    if (taken.length > 0 && taking + text.length > size) {
      break;
    }
    taken.push(text);
    taking += text.length + 1;
  }
  return taken;
}

/** Lines of JSON, in chunks as a file is read. */
function measureLines(count: number): GrowthRow {
  const lines = takeSteps(CHUNK_BYTES).slice(0, count);
  const perChunk = lines.length;
  const chunk = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const transcoder = createTranscoder(steps.schema);
  const { output } = transcoder.packLines(chunk);
  if (!Buffer.from(transcoder.unpackLines(output).output).equals(chunk)) {
    throw new Error(`${count} lines do not come back`);
  }
  const chunks = Math.round(count / perChunk);
  const bytes = chunks * chunk.length;
  const repeat = (work: () => void): void => {
    for (let index = 0; index < chunks; index++) {
      work();
    }
  };
  const measure = (work: () => void): number => timePerByte(bytes, () => repeat(work));
  const into = new Uint8Array(chunk.length);
  return {
    input: `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"} of JSON`,
    bytes,
    toBinary: measure(() => transcoder.packLines(chunk)),
    toBinaryInto: measure(() => transcoder.packLines(chunk, { into })),
    toJson: measure(() => transcoder.unpackLines(output)),
    toJsonInto: measure(() => transcoder.unpackLines(output, { into })),
  };
}

const SHORTEST_MILLISECONDS = 20;
const ROUNDS = 5;

/** The least of some rounds, in nanoseconds of a processor for each byte. */
function timePerByte(bytes: number, work: () => unknown): number {
  let runs = 1;
  while (time(work, runs) < SHORTEST_MILLISECONDS) {
    runs *= 2;
  }
  const times = Array.from({ length: ROUNDS }, () => time(work, runs));
  return (Math.min(...times) * 1_000_000) / runs / bytes;
}

/** The milliseconds for which the process has a processor, with those of its other threads. */
function time(work: () => unknown, runs: number): number {
  const start = process.cpuUsage();
  for (let run = 0; run < runs; run++) {
    work();
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function formatSize(size: number): string {
  return size < 1_000_000 ? `${size / 1_000} KB` : `${size / 1_000_000} MB`;
}
