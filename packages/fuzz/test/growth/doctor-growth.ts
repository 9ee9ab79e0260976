import {
  compareFiles,
  compareStreams,
  compareTexts,
  fileProbe,
  judge,
  probeBytes,
  readEvents,
} from "@stepwire/doctor";
import { splitUntypedEvents } from "@stepwire/openai-sse/internal";
import type { Growth } from "./measure.js";

const OWN = "@stepwire/doctor";

function list(size: number, element: (index: number) => unknown): unknown[] {
  return Array.from({ length: size }, (_, index) => element(index));
}

/** Two documents, by what grows. */
const documents: Readonly<Record<string, (size: number) => readonly [unknown, unknown]>> = {
  "members that differ": (size) => [
    Object.fromEntries(list(size, (index) => [`m${index}`, index]) as [string, unknown][]),
    Object.fromEntries(list(size, (index) => [`m${index}`, -index]) as [string, unknown][]),
  ],
  "elements of which one is lost": (size) => [
    list(size, (index) => ({ index })),
    list(size - 1, (index) => ({ index: index < 5 ? index : index + 1 })),
  ],
  "elements in another order": (size) => [
    list(size, (index) => ({ index })),
    list(size, (index) => ({ index })).reverse(),
  ],
};

/** Two streams, by what grows. */
const streams: Readonly<Record<string, (size: number) => readonly [string, string]>> = {
  "events of which one is lost": (size) => {
    const events = list(size, (index) => `data: {"index":${index}}\n\n`);
    return [events.join(""), events.toSpliced(5, 1).join("")];
  },
  "equal events of which half are lost": (size) => {
    const event = 'event: a\ndata: {"index":1}\n\n';
    return [event.repeat(size), event.repeat(Math.ceil(size / 2))];
  },
};

/** From this size on, lists have more changes than are aligned. */
const MANY = 2000;

/** Growth tests for the comparisons of the doctor. */
export const doctorGrowth: readonly Growth[] = [
  ...Object.entries(documents).map(
    ([shape, make]): Growth => ({
      of: [`${OWN}:compareTexts`, `${OWN}:compareFiles`, `${OWN}:judge`],
      shape,
      prepare: (size) => {
        const [before, after] = make(size).map((value) => JSON.stringify(value));
        const bytes = Buffer.from(before ?? "");
        return () => [
          compareTexts(before ?? "", after ?? ""),
          compareFiles("json", bytes, Buffer.from(after ?? "")),
          judge(fileProbe("a", "json", bytes), { output: Buffer.from(after ?? "") }),
        ];
      },
    }),
  ),
  ...Object.entries(streams).map(
    ([shape, make]): Growth => ({
      of: [
        ...["compareStreams", "readEvents", "fileProbe", "probeBytes"].map(
          (name) => `${OWN}:${name}`,
        ),
        "@stepwire/openai-sse/internal:splitUntypedEvents",
      ],
      shape,
      least: MANY,
      prepare: (size) => {
        const [before, after] = make(size).map((text) => Buffer.from(text));
        const probe = fileProbe("a", "sse", before ?? Buffer.of());
        return () => [
          splitUntypedEvents(before ?? Buffer.of()),
          compareStreams(readEvents(probeBytes(probe)), readEvents(after ?? Buffer.of())),
        ];
      },
    }),
  ),
];
