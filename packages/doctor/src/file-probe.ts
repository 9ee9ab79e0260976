import { compareStreams } from "./compare-streams.js";
import { type CompareBounds, DEFAULT_BOUNDS } from "./compare-values.js";
import type { readEvents } from "./events.js";
import type { Finding } from "./finding.js";
import { type Answer, judge } from "./judge.js";
import type { Probe, ProbeRequest } from "./probe.js";
import { decodeText } from "./text.js";

/** The format of a file: a document, a recorded stream, or a document on each line. */
export type FileForm = "json" | "sse" | "jsonl";

/**
 * Returns a probe that sends a file of the user.
 *
 * @param request how a server is asked for it, if that is known.
 */
export function fileProbe(
  name: string,
  form: "json" | "sse",
  bytes: Uint8Array,
  request?: ProbeRequest,
): Probe {
  return {
    name,
    family: "files",
    form: form === "json" ? "document" : "stream",
    why: "A file of yours.",
    chunks: [bytes],
    request,
    mayRefuse: false,
    isCut: false,
    ignoresEnd: false,
    isLive: false,
    ignoresIds: true,
  };
}

/** Compares two files that a program read and wrote, or two recordings of a stream. */
export function compareFiles(
  form: FileForm,
  before: Uint8Array,
  after: Uint8Array,
  bounds: CompareBounds = DEFAULT_BOUNDS,
): Finding[] {
  if (form === "jsonl") {
    return compareStreams(linesOf(before), linesOf(after), bounds).map((difference) => ({
      ...difference,
      pointer: difference.pointer.replace(/^\/data/, ""),
      side: "response",
    }));
  }
  const answer: Answer = { output: after };
  const probe = { ...fileProbe("before", form, before), ignoresIds: false };
  return judge(probe, answer, bounds);
}

/** Returns lines of JSON as events, so that lost and moved lines are found. */
function linesOf(bytes: Uint8Array): ReturnType<typeof readEvents> {
  return decodeText(bytes)
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((data) => ({ name: "", id: undefined, data }));
}
