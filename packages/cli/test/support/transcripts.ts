import { join } from "node:path";
import { createFolder, jsonEqual } from "@stepwire/testing";
import { stepwire } from "./stepwire.js";

/** Returns an event as text of a transcript. */
export interface TranscriptEvent {
  readonly name: string;
  readonly id?: string;
  /** Absent if the event has no line `data:`. */
  readonly data?: string;
}

/**
 * Reads a transcript in the plainest way, for comparisons: whole, line by line.
 *
 * @param lenient whether events need no blank lines between them.
 */
export function readTranscript(text: string, lenient = false): TranscriptEvent[] {
  const events: TranscriptEvent[] = [];
  let event: PartialEvent = {};
  const finish = (): void => {
    if (event.name !== undefined || event.data !== undefined) {
      events.push({ ...event, name: event.name ?? "" });
    }
    event = {};
  };
  for (const line of `${text.replace(/^\uFEFF/, "")}\n`.split(/\r\n|\r|\n/)) {
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === "" || (lenient && beginsEvent(field, event))) {
      finish();
    }
    if (field === "event") {
      event.name = value;
    } else if (field === "data") {
      event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    } else if (field === "id") {
      event.id = value;
    }
  }
  return events;
}

interface PartialEvent {
  name?: string;
  id?: string;
  data?: string;
}

/** Returns whether a line begins a new event, in a stream without blank lines. */
function beginsEvent(field: string, { name, data }: PartialEvent): boolean {
  return field === "event"
    ? name !== undefined || data !== undefined
    : field === "data" && name === undefined && isObject(data);
}

/** Returns whether a payload so far is a JSON object on one line. */
function isObject(data = ""): boolean {
  try {
    return data.startsWith("{") && !data.includes("\n") && JSON.parse(data) !== null;
  } catch {
    return false;
  }
}

/** Returns where two transcripts differ: the first such events. Payloads are compared as JSON. */
export function differenceOf(
  before: readonly TranscriptEvent[],
  after: readonly TranscriptEvent[],
): unknown {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [before[index], after[index]];
    const isSame =
      one?.name === other?.name && one?.id === other?.id && isSameData(one?.data, other?.data);
    if (!isSame) {
      return { index, one, other };
    }
  }
  return undefined;
}

function isSameData(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && isSameJson(one, other));
}

function isSameJson(one: string, other: string): boolean {
  try {
    return jsonEqual(one, other);
  } catch {
    return false;
  }
}

/** Packs a transcript and unpacks it again, both by files. Returns the archive and the result. */
export async function packAndUnpack(
  transcript: string | Uint8Array,
  parameters: readonly string[] = [],
): Promise<{ readonly archive: string; readonly text: string; readonly directory: string }> {
  const directory = createFolder({ "in.sse": transcript });
  await succeed(["pack", "in.sse", "-o", "out.pb", ...parameters], directory);
  const types = parameters.filter((each) => !/^--(?:framing|to)/.test(each));
  const text = await succeed(["unpack", "out.pb", "--to", "sse", ...types], directory);
  return { archive: join(directory, "out.pb"), text, directory };
}

/** Runs the command and returns its output. */
export async function succeed(
  parameters: readonly string[],
  directory: string,
  stdin: string | Uint8Array = "",
): Promise<string> {
  const { exitCode, stdout, stderr } = await stepwire(parameters, { directory, stdin });
  if (exitCode !== 0 || stderr !== "") {
    throw new Error(`stepwire ${parameters.join(" ")}: ${exitCode}\n${stderr}`);
  }
  return stdout.toString();
}
