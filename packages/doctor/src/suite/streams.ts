import type { Probe } from "../probe.js";
import { addToEachObject, edit, type ProbeValue, writeProbe } from "./edit.js";
import { type Family, type FamilyEvent, toProbeRequest } from "./family.js";
import { bigInteger, bigIntegers, loneSurrogate, oddNumbers, unknownMembers } from "./values.js";

const LONG_TEXT = 1 << 20;
const MANY = 300;

interface Case {
  readonly name: string;
  readonly why: string;
  readonly compares?: string;
  readonly mayRefuse?: boolean;
  readonly chunks: readonly Uint8Array[];
  readonly complete?: Uint8Array;
  readonly isCut?: boolean;
  readonly ignoresEnd?: boolean;
  readonly isLive?: boolean;
  readonly ignoresNames?: boolean;
}

/** Returns the probes that are a stream of server-sent events. */
export function streamProbes(name: string, family: Family): Probe[] {
  return [...payloadCases(family), ...framingCases(family), ...endCases(family)].map((each) => ({
    mayRefuse: false,
    isCut: false,
    ignoresEnd: false,
    isLive: false,
    ignoresIds: true,
    ...each,
    family: name,
    form: "stream",
    request: toProbeRequest(family.requests.stream),
  }));
}

/** Returns the text of an event. */
function frame({ event, data }: FamilyEvent): string {
  const payload = typeof data === "string" ? data : writeProbe(data);
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${payload}\n\n`;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** Returns each event as a chunk of its own. */
function chunked(events: readonly FamilyEvent[]): Uint8Array[] {
  return events.map((event) => bytes(frame(event)));
}

/** Returns the events of a family with its end. */
function whole({ events, end }: Family): FamilyEvent[] {
  return [...events, ...(end === undefined ? [] : [end])];
}

/** Returns the whole stream with other payloads of its delta. */
function withDelta(
  family: Family,
  ...changes: readonly (readonly (readonly [string, ProbeValue])[])[]
): FamilyEvent[] {
  const { event } = family.delta;
  const delta = family.events[event] ?? family.unknownEvent;
  return whole(family).flatMap((each, index) =>
    index === event
      ? changes.map((change) => ({ ...delta, data: edit(delta.data, change) }))
      : [each],
  );
}

function payloadCases(family: Family): Case[] {
  const { delta, unknownEvent, failureEvent } = family;
  const text = (value: ProbeValue): readonly (readonly [string, ProbeValue])[] => [
    [delta.text, value],
  ];
  const half = family.events.slice(0, delta.event + 1);
  return [
    {
      name: "plain",
      why: "A stream as it is sent every day; what is lost here is lost always.",
      chunks: chunked(whole(family)),
    },
    {
      name: "unknown-members",
      why: "Vendors and new versions add members at every level of an event.",
      chunks: chunked(
        whole(family).map((each) => ({
          ...each,
          data:
            typeof each.data === "string" ? each.data : addToEachObject(each.data, unknownMembers),
        })),
      ),
    },
    {
      name: "unknown-event",
      why: "New types of events come with new models; some clients end the stream at the first one.",
      chunks: chunked([...half, unknownEvent, ...whole(family).slice(delta.event + 1)]),
    },
    {
      name: "odd-enums",
      why: "New constants come with new models, long before new libraries.",
      chunks: chunked(withDelta(family, Object.entries(delta.odd))),
    },
    {
      name: "unknown-tools",
      why: "A call of a tool that a library does not know is still part of the answer.",
      chunks: chunked(withDelta(family, Object.entries(delta.tools))),
    },
    {
      name: "empty",
      why: "An empty list or text in a delta says that something begins.",
      chunks: chunked(withDelta(family, Object.entries(delta.empty))),
    },
    {
      name: "integers",
      why: "Numbers beyond 2^53 are rounded where numbers are doubles.",
      chunks: chunked(
        withDelta(family, [
          ...delta.integers.map((pointer): [string, ProbeValue] => [pointer, bigInteger]),
          ["/x_probe", bigIntegers],
        ]),
      ),
    },
    {
      name: "numbers",
      why: "1e400 becomes infinity, -0 becomes 0, and long decimals are rounded where numbers are doubles.",
      chunks: chunked(withDelta(family, [["/x_probe", oddNumbers]])),
    },
    {
      name: "lone-surrogate",
      why: "Servers cut a text between tokens, and so within a character: half comes in one event, half in the next.",
      chunks: chunked(withDelta(family, text(loneSurrogate), text("tail"))),
    },
    {
      name: "long-event",
      why: "An event of 1 MiB, such as a picture, passes through buffers with limits.",
      chunks: chunked(withDelta(family, text("rye ".repeat(LONG_TEXT / 4)))),
    },
    {
      name: "many-events",
      why: "Events that come together may be merged, dropped or swapped.",
      chunks: [
        bytes(
          withDelta(family, ...Array.from({ length: MANY }, (_, index) => text(`token ${index} `)))
            .map(frame)
            .join(""),
        ),
      ],
    },
    {
      name: "equal-events",
      why: "Two equal events in a row are two tokens, not one sent twice.",
      chunks: chunked(withDelta(family, text("ha"), text("ha"), text("ha"))),
    },
    {
      name: "failure",
      why: "A server that fails in the middle says why in an event; a client that gets only the end takes the rest for an answer.",
      compares: "all events; the end after the error is not compared",
      ignoresEnd: true,
      chunks: chunked([...half, failureEvent]),
    },
  ];
}

function framingCases(family: Family): Case[] {
  const events = whole(family);
  const text = events.map(frame).join("");
  const [first, ...rest] = events;
  const spoken = withDelta(family, [[family.delta.text, "é 🍞 ライ麦 "]])
    .map(frame)
    .join("");
  return [
    {
      name: "comments",
      why: "Servers and proxies send comments so that idle connections stay open.",
      compares: "the events; not the comments themselves",
      chunks: events.flatMap((event) => [bytes(": keep-alive\n\n"), bytes(`:\n${frame(event)}`)]),
    },
    {
      name: "crlf",
      why: "Lines may end with CRLF, also in the middle of a chunk.",
      chunks: byThirds(text.replaceAll("\n", "\r\n")),
    },
    { name: "cr", why: "Lines may end with CR.", chunks: byThirds(text.replaceAll("\n", "\r")) },
    {
      name: "byte-order-mark",
      why: "A stream may begin with a byte order mark, which is no part of the first event.",
      chunks: [bytes(`\ufeff${text}`)],
    },
    {
      name: "cut-characters",
      why: "Chunks end anywhere, also within a character of UTF-8.",
      chunks: eachByteBeyondAscii(spoken),
    },
    {
      name: "data-lines",
      why: "A payload may have several lines, each with its own data:.",
      chunks: events.map(({ event, data }) =>
        bytes(
          `${event === undefined ? "" : `event: ${event}\n`}${dataLines(data)
            .map((line) => `data: ${line}\n`)
            .join("")}\n`,
        ),
      ),
    },
    {
      name: "no-space",
      why: "The space after the colon is optional.",
      chunks: [bytes(text.replaceAll(/^(data|event): /gm, "$1:"))],
    },
    {
      name: "data-before-name",
      why: "The lines of an event may have any order.",
      chunks: events.map(({ event, data }) => {
        const payload = frame({ data }).trimEnd();
        return bytes(`${payload}\n${event === undefined ? "" : `event: ${event}\n`}\n`);
      }),
    },
    {
      name: "ids",
      why: "A client resumes a stream after the last id: that it has; retry: says when.",
      compares:
        "the events, and whether each has an id:, which may be another, because a proxy may resume streams itself; not the line retry:",
      chunks: [
        bytes(`retry: 3000\nid: probe-0\n${first === undefined ? "" : frame(first)}`),
        ...rest.map((event, index) => bytes(`id: probe-${index + 1}\n${frame(event)}`)),
      ],
    },
    {
      name: "live",
      why: "Tokens must arrive when they are sent, not when the next one is.",
      compares: "whether each event arrived before the next one was sent",
      isLive: true,
      chunks: chunked(events),
    },
  ];
}

function endCases(family: Family): Case[] {
  const { events, end, delta } = family;
  const half = chunked(events.slice(0, delta.event + 1));
  const next = events[delta.event + 1] ?? family.unknownEvent;
  const cases: Case[] = [
    {
      name: "early-end",
      why: "A server that is restarted ends a stream before its last event; nobody may invent the rest.",
      compares: "the events before the end; an error after them is as good",
      mayRefuse: true,
      ignoresEnd: true,
      chunks: half,
    },
    {
      name: "cut-event",
      why: "A connection breaks within an event; the events before it are still the user's.",
      compares: "the events before that one; an error after them is as good",
      mayRefuse: true,
      isCut: true,
      ignoresEnd: true,
      chunks: [...half, bytes(frame(next).slice(0, 40))],
      complete: new Uint8Array(Buffer.concat(half)),
    },
  ];
  if (end === undefined) {
    return [
      ...cases,
      {
        name: "names-missing",
        why: "Some servers leave out the lines event:, because payloads have a type too.",
        compares: "the payloads; not whether names are added",
        ignoresNames: true,
        chunks: chunked(events.map(({ data }) => ({ data }))),
      },
    ];
  }
  return [
    ...cases,
    {
      name: "end-missing",
      why: "Some servers end a stream without [DONE]; all events before it are still there.",
      compares: "the events; not whether an end is added",
      ignoresEnd: true,
      chunks: chunked(events),
    },
    {
      name: "end-doubled",
      why: "A proxy behind another one may send [DONE] twice.",
      compares: "the events; not how often [DONE] comes",
      ignoresEnd: true,
      chunks: chunked([...events, end, end]),
    },
  ];
}

/** Returns a text in three chunks of about the same size. */
function byThirds(text: string): Uint8Array[] {
  const all = bytes(text);
  const third = Math.ceil(all.length / 3);
  return [all.subarray(0, third), all.subarray(third, 2 * third), all.subarray(2 * third)];
}

/** Returns a text in chunks that end after each byte that is not ASCII. */
function eachByteBeyondAscii(text: string): Uint8Array[] {
  const all = bytes(text);
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const [index, byte] of all.entries()) {
    if (byte >= 0x80) {
      chunks.push(all.subarray(start, index + 1));
      start = index + 1;
    }
  }
  return [...chunks, all.subarray(start)];
}

/** Returns a payload in several lines. */
function dataLines(data: ProbeValue): string[] {
  return typeof data === "string" ? [data] : JSON.stringify(data, undefined, 1).split("\n");
}
