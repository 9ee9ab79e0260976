import { compareStreams } from "./compare-streams.js";
import { type CompareBounds, compareTexts, DEFAULT_BOUNDS } from "./compare-values.js";
import { type RecordedEvent, readEvents } from "./events.js";
import type { Finding } from "./finding.js";
import { type Probe, probeBytes } from "./probe.js";

/** What a target made of a probe. */
export interface Answer {
  /** All bytes that came back. */
  readonly output: Uint8Array;
  /** Why the target gave up, such as "HTTP 502" or "exit code 1"; undefined if it did not. */
  readonly refusal?: string | undefined;
  /** Whether it gave up by saying nothing, so that the client had to end it. */
  readonly isHung?: boolean;
  /** The body of the request that reached the upstream; undefined if none did. */
  readonly request?: Uint8Array | undefined;
  /** Why the target cannot be asked this; undefined if it can. */
  readonly skipped?: string | undefined;
  /** The numbers of the events that did not arrive before the next one was sent. */
  readonly delayed?: readonly number[];
}

/** Compares what came back with what a probe sent. */
export function judge(
  probe: Probe,
  answer: Answer,
  bounds: CompareBounds = DEFAULT_BOUNDS,
): Finding[] {
  if (probe.form === "request") {
    return judgeRequest(probe, answer, bounds);
  }
  return probe.form === "stream"
    ? judgeStream(probe, answer, bounds)
    : judgeDocument(probe, answer, bounds);
}

function judgeDocument(probe: Probe, answer: Answer, bounds: CompareBounds): Finding[] {
  if (answer.refusal !== undefined) {
    return refusalOf(probe, answer, answer.refusal);
  }
  const differences = compareTexts(
    textOf(probe.complete ?? probeBytes(probe)),
    textOf(answer.output),
    bounds,
  );
  return differences.map((difference) => ({ ...difference, side: "response" }));
}

function judgeRequest(probe: Probe, answer: Answer, bounds: CompareBounds): Finding[] {
  const { body = "" } = probe.request ?? {};
  if (answer.request === undefined) {
    const what = answer.refusal ?? "it did not reach the upstream";
    return [{ kind: "refused", side: "request", pointer: "", what }];
  }
  return compareTexts(body, textOf(answer.request), bounds).map((difference) => ({
    ...difference,
    side: "request",
  }));
}

function judgeStream(probe: Probe, answer: Answer, bounds: CompareBounds): Finding[] {
  const isCompared = ({ data }: RecordedEvent): boolean => !(probe.ignoresEnd && data === "[DONE]");
  const eventsOf = (bytes: Uint8Array): RecordedEvent[] =>
    readEvents(bytes)
      .filter(isCompared)
      .map((event) => (probe.ignoresNames === true ? { ...event, name: "" } : event));
  const sent = eventsOf(probe.complete ?? probeBytes(probe));
  const all = eventsOf(answer.output);
  if (probe.ignoresIds === true) {
    hideIds(sent, all);
  }
  // Of an event that was cut, there may be a rest.
  const received = probe.isCut ? all.slice(0, Math.max(sent.length, all.length - 1)) : all;
  const { refusal } = answer;
  const findings = compareStreams(sent, received, bounds)
    // After a refusal, nothing else can arrive.
    .filter(
      ({ kind, event = 0, pointer }) =>
        refusal === undefined || kind !== "lost" || pointer !== "" || event < received.length,
    )
    // An event that says what went wrong is a refusal too.
    .filter(
      ({ kind, event = 0, pointer }) =>
        !(probe.mayRefuse && kind === "added" && pointer === "" && isFailure(received[event])),
    )
    .map((difference): Finding => ({ ...difference, side: "response" }));
  const delayed = (answer.delayed ?? []).map(
    (event): Finding => ({
      kind: "delayed",
      side: "response",
      event,
      pointer: "",
      what: "did not arrive before the next one was sent",
    }),
  );
  const refused = refusal === undefined ? [] : refusalOf(probe, answer, refusal, all.length);
  return [...findings, ...delayed, ...refused].slice(0, bounds.maxFindings);
}

/** Returns whether an event says that something went wrong. */
function isFailure(event: RecordedEvent | undefined): boolean {
  if (event === undefined || event.name === "error") {
    return event !== undefined;
  }
  try {
    const { error, type } = Object(JSON.parse(event.data ?? ""));
    return (error !== undefined && error !== null) || type === "error";
  } catch {
    return false;
  }
}

/** Makes all identifiers equal; leaves out those that were added. */
function hideIds(sent: RecordedEvent[], received: RecordedEvent[]): void {
  const hasIds = sent.some(({ id }) => id !== undefined);
  for (const events of [sent, received]) {
    for (const [index, event] of events.entries()) {
      events[index] = { ...event, id: hasIds && event.id !== undefined ? "any" : undefined };
    }
  }
}

function refusalOf(
  { mayRefuse }: Probe,
  { isHung = false }: Answer,
  what: string,
  event?: number,
): Finding[] {
  return mayRefuse && !isHung
    ? []
    : [
        {
          kind: "refused",
          side: "response",
          ...(event !== undefined && { event }),
          pointer: "",
          what,
        },
      ];
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
