import { compareStreams } from "./compare-streams.js";
import { type CompareBounds, compareTexts, DEFAULT_BOUNDS } from "./compare-values.js";
import { type RecordedEvent, readEvents } from "./events.js";
import { type Finding, FindingList } from "./finding.js";
import { type Probe, probeBytes } from "./probe.js";
import { decodeText } from "./text.js";

/** A request that reached the upstream. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** The beginning of an answer over HTTP. */
export interface AnswerHead {
  readonly status: number;
  /** Without parameters, such as `application/json`; empty if there is none. */
  readonly mediaType: string;
}

/** What a target made of a probe. */
export interface Answer {
  /** All bytes that came back. */
  readonly output: Uint8Array;
  /** Why the target gave up, such as "HTTP 502" or "exit code 1"; undefined if it did not. */
  readonly refusal?: string | undefined;
  /** Whether it gave up by saying nothing, so that the client had to end it. */
  readonly isHung?: boolean;
  /** The requests that reached the upstream; absent if the target has none. */
  readonly requests?: readonly ReceivedRequest[];
  /** With which status and media type a server answered; absent if it did not. */
  readonly head?: AnswerHead | undefined;
  /** What the target said of its refusal, cut short; it may have values. */
  readonly complaint?: string | undefined;
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
  const judgeForm = judges[probe.form];
  return new FindingList<Finding>(bounds.maxFindings).add(
    ...judgeForm(probe, answer, bounds),
    ...judgeHead(probe, answer),
    ...judgeArrivals(probe, answer),
  ).found;
}

const judges = { document: judgeDocument, stream: judgeStream, request: judgeRequest } as const;

/** Returns whether a request is that of a probe. The upstream may have another base path. */
function isAskedFor(
  { request }: Probe,
  { method, path }: Pick<ReceivedRequest, "method" | "path">,
): boolean {
  return request === undefined || (method === request.method && path.endsWith(request.path));
}

/** Returns the request of a probe that reached the upstream; else another one that did. */
function arrivedRequest(probe: Probe, { requests = [] }: Answer): ReceivedRequest | undefined {
  return requests.find((request) => isAskedFor(probe, request)) ?? requests[0];
}

/** Compares how the upstream was asked. */
function judgeArrivals(probe: Probe, answer: Answer): Finding[] {
  const arrived = arrivedRequest(probe, answer);
  if (arrived === undefined || probe.request === undefined) {
    return [];
  }
  const { method, path } = probe.request;
  const about = { side: "request", pointer: "" } as const;
  if (!isAskedFor(probe, arrived)) {
    const what = `${method} ${path} became ${arrived.method} ${shortened(arrived.path)}`;
    return [{ ...about, kind: "changed", what }];
  }
  const count = answer.requests?.filter((request) => isAskedFor(probe, request)).length ?? 0;
  // An upstream that fails may be asked again.
  return count > 1 && !probe.mayRefuse
    ? [{ ...about, kind: "doubled", what: `the upstream was asked ${count} times` }]
    : [];
}

/** Compares the status and the media type. */
function judgeHead({ form }: Probe, { head, refusal }: Answer): Finding[] {
  if (head === undefined || refusal !== undefined) {
    return [];
  }
  const expected = form === "stream" ? "text/event-stream" : "application/json";
  const about = { kind: "changed", side: "response", pointer: "" } as const;
  const mediaType = head.mediaType === "" ? "none" : shortened(head.mediaType);
  return [
    ...(head.status === OK ? [] : [{ ...about, what: `HTTP ${OK} became HTTP ${head.status}` }]),
    ...(head.mediaType === expected
      ? []
      : [{ ...about, what: `the media type ${expected} became ${mediaType}` }]),
  ];
}

const OK = 200;
const LONGEST_NAME = 100;

function shortened(text: string): string {
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, LONGEST_NAME)}…`;
}

function judgeDocument(probe: Probe, answer: Answer, bounds: CompareBounds): Finding[] {
  if (answer.refusal !== undefined) {
    return refusalOf(probe, answer, answer.refusal);
  }
  const differences = compareTexts(
    decodeText(probe.complete ?? probeBytes(probe)),
    decodeText(answer.output),
    bounds,
  );
  return differences.map((difference) => ({ ...difference, side: "response" }));
}

function judgeRequest(probe: Probe, answer: Answer, bounds: CompareBounds): Finding[] {
  const { body = "" } = probe.request ?? {};
  const arrived = arrivedRequest(probe, answer);
  if (arrived === undefined) {
    const what = answer.refusal ?? "it did not reach the upstream";
    return [{ kind: "refused", side: "request", pointer: "", what, ...complaintOf(answer) }];
  }
  return compareTexts(body, decodeText(arrived.body), bounds).map((difference) => ({
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
  const idsUsedTwice = probe.ignoresIds === true ? hideIds(sent, all) : [];
  // Of an event that was cut, there may be a rest.
  const received = probe.isCut ? all.slice(0, Math.max(sent.length, all.length - 1)) : all;
  const { refusal } = answer;
  const refused = refusal === undefined ? [] : refusalOf(probe, answer, refusal, all.length);
  const findings = compareStreams(sent, received, bounds)
    // After a refusal, nothing else can arrive. One that is not reported explains nothing.
    .filter(
      ({ kind, event = 0, pointer }) =>
        refused.length === 0 || kind !== "lost" || pointer !== "" || event < received.length,
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
  return new FindingList<Finding>(bounds.maxFindings).add(
    ...refused,
    ...delayed,
    ...idsUsedTwice,
    ...findings,
  ).found;
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

/**
 * Makes all identifiers equal; leaves out those that were added.
 *
 * @returns the events that have the identifier of another one, if none of those sent has.
 */
function hideIds(sent: RecordedEvent[], received: RecordedEvent[]): Finding[] {
  const shared = sharedIds(sent).length > 0 ? [] : sharedIds(received);
  const hasIds = sent.some(({ id }) => id !== undefined);
  for (const events of [sent, received]) {
    for (const [index, event] of events.entries()) {
      events[index] = { ...event, id: hasIds && event.id !== undefined ? "any" : undefined };
    }
  }
  return hasIds
    ? shared.map((event) => ({
        kind: "changed",
        side: "response",
        event,
        pointer: "/id",
        what: "the line id: is that of another event",
      }))
    : [];
}

function refusalOf({ mayRefuse }: Probe, answer: Answer, what: string, event?: number): Finding[] {
  return mayRefuse && answer.isHung !== true
    ? []
    : [
        {
          kind: "refused",
          side: "response",
          ...(event !== undefined && { event }),
          pointer: "",
          what,
          ...complaintOf(answer),
        },
      ];
}

function complaintOf({ complaint = "" }: Answer): Pick<Finding, "received"> {
  return complaint === "" ? {} : { received: complaint };
}

/** Returns the numbers of the events that have the identifier of another event before them. */
function sharedIds(events: readonly RecordedEvent[]): number[] {
  const payloads = new Map<string, string>();
  return [...events.entries()].flatMap(([index, { id, name, data }]) => {
    if (id === undefined) {
      return [];
    }
    // An event that came twice has its identifier twice.
    const payload = JSON.stringify([name, data]);
    const first = payloads.get(id);
    payloads.set(id, first ?? payload);
    return first === undefined || first === payload ? [] : [index];
  });
}
