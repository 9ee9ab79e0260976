import { createTranscoder } from "@stepwire/transcode";
import { pageFixture, smallFixture } from "../fixtures/fixtures.js";
import { median } from "./median.js";

/** What a byte of JSON costs, in nanoseconds, for an input of a size. */
export interface GrowthRow {
  readonly input: string;
  /** The bytes of JSON in one run. */
  readonly bytes: number;
  readonly toBinary: number;
  readonly toJson: number;
}

const KILOBYTE = 1_000;
const documentSizes = [1, 10, 100, 1_000, 10_000, 100_000].map((size) => size * KILOBYTE);
const documentCounts = [1, 100, 10_000, 1_000_000];
const CHUNK_BYTES = 1024 * 1024;
const MAXIMUM_BYTES = 256 * 1024 * 1024;

/** Time per byte for one document that grows, and for small ones that become many. */
export function measureGrowth(quick: boolean): readonly GrowthRow[] {
  const largest = quick ? 1_000_000 : Number.POSITIVE_INFINITY;
  return [
    ...documentSizes.filter((size) => size <= largest).map(measureDocument),
    ...documentCounts.filter((count) => count * KILOBYTE <= largest).map(measureLines),
  ];
}

/** A list of as many steps as fit into the size. */
function measureDocument(size: number): GrowthRow {
  const { schema, head, tail } = pageFixture;
  const step = JSON.stringify(smallFixture.value);
  const count = Math.max(1, Math.round((size - head.length - tail.length) / (step.length + 1)));
  const json = Buffer.from(`${head}${Array<string>(count).fill(step).join(",")}${tail}`);
  const transcoder = createTranscoder(schema, { maxBytes: MAXIMUM_BYTES });
  const binary = transcoder.toBinary(json);
  if (!Buffer.from(transcoder.toJson(binary)).equals(json)) {
    throw new Error(`a document of ${size} bytes does not come back`);
  }
  return {
    input: `one document of ${formatSize(size)}`,
    bytes: json.length,
    toBinary: timePerByte(json.length, () => transcoder.toBinary(json)),
    toJson: timePerByte(json.length, () => transcoder.toJson(binary)),
  };
}

/** Lines of JSON, in chunks as a file is read. */
function measureLines(count: number): GrowthRow {
  const line = `${JSON.stringify(smallFixture.value)}\n`;
  const perChunk = Math.min(count, Math.ceil(CHUNK_BYTES / line.length));
  const chunk = Buffer.from(line.repeat(perChunk));
  const transcoder = createTranscoder(smallFixture.schema);
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
  return {
    input: `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"} of JSON`,
    bytes,
    toBinary: timePerByte(bytes, () => repeat(() => transcoder.packLines(chunk))),
    toJson: timePerByte(bytes, () => repeat(() => transcoder.unpackLines(output))),
  };
}

const SHORTEST_MILLISECONDS = 20;
const ROUNDS = 5;

/** The median of some rounds, in nanoseconds for each byte. */
function timePerByte(bytes: number, work: () => unknown): number {
  let runs = 1;
  while (time(work, runs) < SHORTEST_MILLISECONDS) {
    runs *= 2;
  }
  const times = Array.from({ length: ROUNDS }, () => time(work, runs));
  return (median(times) * 1_000_000) / runs / bytes;
}

function time(work: () => unknown, runs: number): number {
  const start = performance.now();
  for (let run = 0; run < runs; run++) {
    work();
  }
  return performance.now() - start;
}

function formatSize(size: number): string {
  return size < 1_000_000 ? `${size / 1_000} KB` : `${size / 1_000_000} MB`;
}
