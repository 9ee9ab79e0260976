import type { DescMessage } from "@bufbuild/protobuf";
import { parentPointer, type TextRange } from "@stepwire/json";
import { OpenAIJsonError, parseOpenAI, type Violation } from "@stepwire/openai-json";
import { decodeEvents, EventStreamError } from "@stepwire/openai-sse";
import type { InputForm, Mode, PlacedViolation, TextPlace } from "../model/conversion.js";
import { splitLines } from "./documents.js";
import { eventSchemaOf } from "./event-schema.js";
import { type FramePlace, locateFrames, textPositions } from "./frames.js";
import { documentSchema } from "./schema.js";
import { MAXIMUM_BYTES } from "./transcoders.js";

const MOST_VIOLATIONS = 500;

/** How the documents of a text are checked. */
export interface FindOptions {
  readonly form: InputForm;
  readonly mode: Mode;
  /** The type of each document; detected if it is absent. */
  readonly schema?: DescMessage | undefined;
}

/** Everything that a mode refuses of a text, in all of its documents. */
export async function findViolations(
  text: string,
  { form, mode, schema: chosen }: FindOptions,
): Promise<readonly PlacedViolation[]> {
  const violations: PlacedViolation[] = [];
  if (form === "events") {
    const schema = await eventSchemaOf(text, chosen);
    let document = 0;
    for (const frame of locateFrames(text)) {
      violations.push(...(await checkFrame(schema, text, frame, document, mode)));
      document++;
    }
    return violations;
  }
  const lines = form === "lines" ? splitLines(text) : [{ start: 0, text }];
  let document = 0;
  for (const line of lines) {
    const found = checkDocument(chosen ?? documentSchema, line.text, mode);
    violations.push(
      ...found.map((each) => placed(each, document, (offset) => line.start + offset)),
    );
    document++;
    if (violations.length >= MOST_VIOLATIONS) {
      break;
    }
  }
  return violations;
}

function checkDocument(schema: DescMessage, text: string, mode: Mode): readonly Violation[] {
  try {
    parseOpenAI(schema, text, {
      mode,
      maxBytes: MAXIMUM_BYTES,
      maxViolations: MOST_VIOLATIONS,
    });
    return [];
  } catch (reason) {
    if (reason instanceof OpenAIJsonError) {
      return reason.violations;
    }
    throw reason;
  }
}

/** Each event by itself, because a stream ends at the first that is refused. */
async function checkFrame(
  schema: DescMessage,
  text: string,
  frame: FramePlace,
  document: number,
  mode: Mode,
): Promise<readonly PlacedViolation[]> {
  const bytes = new TextEncoder().encode(`${text.slice(frame.start, frame.end)}\n`);
  const source = new Blob([bytes]).stream();
  try {
    for await (const event of decodeEvents(schema, source, { mode })) {
      void event;
    }
    return [];
  } catch (reason) {
    if (reason instanceof EventStreamError) {
      const inText = textPositions(frame);
      return reason.violations.map((each) => placed(each, document, inText));
    }
    throw reason;
  }
}

function placed(
  violation: Violation,
  document: number,
  inText: (offset: number) => number,
): PlacedViolation {
  const { offset, ...rest } = violation;
  return { ...rest, document, ...(offset === undefined ? {} : { offset: inText(offset) }) };
}

/** The same violations with the part of the text that each is about. */
export function locateViolations(
  violations: readonly PlacedViolation[],
  places: readonly TextPlace[],
): readonly PlacedViolation[] {
  const byPointer = new Map(places.map((place) => [`${place.document}${place.pointer}`, place]));
  // A member that occurs twice has two places with one pointer.
  const byStart = new Map(
    places.map((place) => [`${place.document}@${place.start}${place.pointer}`, place]),
  );
  return violations.map((violation) => {
    const { document, offset } = violation;
    const range = rangeOf(
      violation,
      (pointer) =>
        byStart.get(`${document}@${offset}${pointer}`) ?? byPointer.get(`${document}${pointer}`),
    );
    return range === undefined ? violation : { ...violation, range };
  });
}

const AT_OFFSET: readonly string[] = ["not_json", "too_deep", "duplicate_member", "lone_surrogate"];

function rangeOf(
  { code, pointer, offset }: PlacedViolation,
  find: (pointer: string) => TextPlace | undefined,
): TextRange | undefined {
  const place = find(pointer);
  if (offset !== undefined && AT_OFFSET.includes(code)) {
    const name = place?.name;
    return name !== undefined && code === "duplicate_member" && name.start === offset
      ? name
      : { start: offset, end: offset + 1 };
  }
  if (place !== undefined) {
    return code === "unknown_member" ? (place.name ?? place) : place;
  }
  const parent = find(parentPointer(pointer) ?? "");
  return parent && { start: parent.start, end: parent.start + 1 };
}
