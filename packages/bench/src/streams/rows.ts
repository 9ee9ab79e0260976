import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { type StreamFolder, streamFolders } from "../corpus/streams.js";
import { levels } from "../sizes/measure.js";
import { addSizes, type FormatSizes, measureFormat } from "./format.js";
import { type MeasuredEvent, type MeasuredStream, measureStream } from "./measure.js";

/** Streams of one folder, measured. */
export interface StreamSizes {
  readonly name: string;
  readonly streams: number;
  readonly events: number;
  readonly sse: number;
  /** The archives that `stepwire pack` writes, one for each stream. */
  readonly binary: number;
  readonly sseGzip: number;
  readonly binaryGzip: number;
  readonly sseZstd: number;
  readonly binaryZstd: number;
  readonly verbatim: number;
  readonly residue: number;
  /** On the way between services. */
  readonly format: FormatSizes;
  /** By the name of the events, in descending order of the bytes as server-sent events. */
  readonly types: readonly TypeSizes[];
}

/** All events of one name, measured. */
export interface TypeSizes {
  /** The name; for payloads that are not JSON, a description. */
  readonly name: string;
  readonly events: number;
  readonly sse: number;
  readonly binary: number;
  /** Number of bytes of events of unknown names, and of payloads that are not JSON. */
  readonly verbatim: number;
  /** Number of bytes of the parts of known events that the schema does not describe. */
  readonly residue: number;
}

/**
 * Measures the project's own streams and, if they are there, the recorded streams beside it.
 *
 * @param root the folder of the project.
 * @param folders the streams to measure; by default all.
 * @throws {Error} if an event does not come back equal.
 */
export async function measureStreams(
  root: string,
  folders: readonly StreamFolder[] = streamFolders,
): Promise<StreamSizes[]> {
  const measured: StreamSizes[] = [];
  for (const streams of folders) {
    const folder = join(root, streams.folder);
    if (existsSync(folder)) {
      measured.push(await measureFolder(folder, streams));
    }
  }
  return measured;
}

/** Returns the folders of recorded streams that are not there. */
export function missingFolders(root: string): string[] {
  return streamFolders.map(({ folder }) => folder).filter((each) => !existsSync(join(root, each)));
}

async function measureFolder(
  folder: string,
  { name, schema, namedBy }: StreamFolder,
): Promise<StreamSizes> {
  const streams: MeasuredStream[] = [];
  const formats: FormatSizes[] = [];
  for (const file of readdirSync(folder).sort()) {
    const bytes = readStream(join(folder, file), namedBy);
    if (bytes !== undefined) {
      const stream = await measureStream(schema, file, bytes);
      streams.push(stream);
      formats.push(await measureFormat(schema, stream.events));
    }
  }
  const events = streams.flatMap((stream) => stream.events);
  const sse = streams.map((stream) => stream.sse);
  const archives = streams.map(({ archive }) => archive);
  return {
    name,
    streams: streams.length,
    events: events.length,
    sse: sum(sse),
    binary: sum(archives),
    sseGzip: sum(sse.map(gzip)),
    binaryGzip: sum(archives.map(gzip)),
    sseZstd: sum(sse.map(zstd)),
    binaryZstd: sum(archives.map(zstd)),
    verbatim: add(events, "verbatim"),
    residue: add(events, "residue"),
    format: addSizes(formats),
    types: measureTypes(events),
  };
}

/** Returns the bytes of a stream; one payload a line becomes one event a payload. */
function readStream(file: string, namedBy: string | undefined): Uint8Array | undefined {
  if (file.endsWith(".sse")) {
    return readFileSync(file);
  }
  if (namedBy === undefined || !file.endsWith(".jsonl")) {
    return undefined;
  }
  const lines = readFileSync(file, "utf8").split("\n");
  const payloads = lines.filter((line) => line !== "");
  const events = payloads.map((payload) => `${nameLine(payload, namedBy)}data: ${payload}\n\n`);
  return Buffer.from(events.join(""));
}

function nameLine(payload: string, member: string): string {
  const { [member]: name }: Record<string, unknown> = member === "" ? {} : JSON.parse(payload);
  return name === undefined ? "" : `event: ${name}\n`;
}

/** The name of the row for events whose payload is not JSON. */
export const NOT_JSON = "payloads that are not JSON";
const NO_NAME = "events without a name";

function measureTypes(events: readonly MeasuredEvent[]): TypeSizes[] {
  const groups = Map.groupBy(events, ({ name, isText }) =>
    isText ? NOT_JSON : name === "" ? NO_NAME : name,
  );
  const types = [...groups].map(([name, group]) => ({
    name,
    events: group.length,
    sse: sum(group.map(({ sse }) => sse)),
    binary: sum(group.map(({ binary }) => binary)),
    verbatim: add(group, "verbatim"),
    residue: add(group, "residue"),
  }));
  return types.sort((one, other) => other.sse - one.sse);
}

function add(events: readonly MeasuredEvent[], part: "verbatim" | "residue"): number {
  return events.reduce((total, event) => total + event[part], 0);
}

function sum(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, { length }) => total + length, 0);
}

function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: levels.gzip });
}

function zstd(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: levels.zstd },
  });
}
