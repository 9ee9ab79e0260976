import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { findJsonPlaces, formatJson, minifyJson } from "@stepwire/json";
import { inspectResidue, OpenAIJsonError } from "@stepwire/openai-json";
import {
  type BinaryField,
  type ConvertOptions,
  type DocumentType,
  type InputForm,
  type Mode,
  modes,
  type PlacedResidue,
  type PlacedViolation,
  type TextPlace,
} from "../model/conversion.js";
import {
  EDITABLE_LENGTH,
  EXCERPT_LENGTH,
  EXPLAINED_BYTES,
  EXPLAINED_EXCERPT_BYTES,
} from "../model/limits.js";
import type { FileConversion } from "../model/protocol.js";
import { convertDocument } from "./convert-document.js";
import { convertEvents } from "./convert-events.js";
import { convertLines } from "./convert-lines.js";
import {
  type Converted,
  type ConverterOptions,
  RefusedInput,
  type Report,
  type SourceText,
} from "./converted.js";
import { detectForm, splitLines } from "./documents.js";
import { eventSchemaOf } from "./event-schema.js";
import { describeFields } from "./fields.js";
import { framePlaces, locateFrames } from "./frames.js";
import {
  describeMessage,
  describeType,
  documentSchema,
  documentType,
  schemaNamed,
  schemaWithin,
} from "./schema.js";
import { transcoderFor } from "./transcoders.js";
import { findViolations, locateViolations } from "./violations.js";

const converters: Readonly<
  Record<
    InputForm,
    (source: SourceText, options: ConverterOptions, report: Report) => Promise<Converted>
  >
> = { json: convertDocument, lines: convertLines, events: convertEvents };

/** The data of the last conversion, which is measured later. */
export interface KeptConversion {
  readonly json: Uint8Array<ArrayBuffer>;
  readonly converted: Converted;
}

/** The result of a conversion: one part for the page, the other for the worker. */
export interface ConversionResult {
  readonly conversion: FileConversion;
  readonly kept?: KeptConversion;
}

/** Converts a text to binary and back, and explains everything about it. */
export async function convert(
  source: SourceText,
  { mode, form: chosenForm, type }: ConvertOptions,
  report: Report,
): Promise<ConversionResult> {
  const { text, bytes, isSmall } = source;
  const form = chosenForm ?? detectForm(text);
  const schema = type === undefined ? undefined : schemaNamed(type);
  const shown = isSmall ? text : excerptOf(text, form);
  const places = findPlaces(shown, form);
  const violations = isSmall ? await violationsByMode(text, form, schema, places) : {};
  const common = {
    form,
    mode,
    documentType,
    places,
    textBytes: bytes.length,
    violations,
    ...(isSmall ? {} : { excerpt: shown }),
  };
  try {
    const converted = await converters[form](source, { mode, schema }, report);
    const json = new TextEncoder().encode(form === "events" ? text : minifyJson(text));
    return {
      conversion: { ...common, ...describe(converted, form, isSmall), jsonBytes: json.length },
      kept: { json, converted },
    };
  } catch (reason) {
    if (!(reason instanceof RefusedInput)) {
      throw reason;
    }
    const own = { [mode]: locateViolations(reason.violations, places) };
    return {
      conversion: {
        ...nothing,
        ...common,
        type: await typeOfRefused(source, form, schema),
        violations: isSmall ? violations : own,
      },
    };
  }
}

/** Returns the type that a refused document has all the same; that of any object if it has none. */
async function typeOfRefused(
  { text, bytes, isSmall }: SourceText,
  form: InputForm,
  chosen: DescMessage | undefined,
): Promise<DocumentType> {
  if (chosen !== undefined || form === "events") {
    return describeType(chosen ?? (await eventSchemaOf(text)));
  }
  if (form === "lines" || !isSmall) {
    return documentType;
  }
  try {
    const detector = await transcoderFor(documentSchema, "archive");
    return describeType(schemaWithin(detector.toBinary(bytes)));
  } catch (reason) {
    if (reason instanceof OpenAIJsonError) {
      return documentType;
    }
    throw reason;
  }
}

/** The start of a text, indented if it is JSON, because that may be one long line. */
function excerptOf(text: string, form: InputForm): string {
  const start = text.slice(0, EXCERPT_LENGTH);
  return form === "json" ? formatJson(start) : start;
}

const nothing = {
  outcome: "refused",
  type: documentType,
  documents: 0,
  jsonBytes: 0,
  binaryBytes: 0,
  binary: new Uint8Array(),
  file: new Blob(),
  fields: [],
  back: "",
  differences: [],
  residue: [],
  milliseconds: { toBinary: 0, toJson: 0 },
} as const satisfies Partial<FileConversion>;

function describe(converted: Converted, form: InputForm, isSmall: boolean) {
  const { schema, binary, spans, back, differences, milliseconds } = converted;
  const explained = isSmall ? EXPLAINED_BYTES : EXPLAINED_EXCERPT_BYTES;
  return {
    outcome: differences.length === 0 ? ("equal" as const) : ("different" as const),
    type: form === "json" ? describeMessage(schema, binary) : describeType(schema),
    documents: spans.length,
    binaryBytes: binary.length,
    binary: binary.slice(0, explained),
    file: new Blob([binary], { type: "application/x-protobuf" }),
    fields: fieldsOf(converted, explained),
    back: readable(isSmall ? back : back.slice(0, EXCERPT_LENGTH), form),
    differences,
    residue: isSmall ? residueOf(converted) : [],
    milliseconds,
  };
}

function readable(back: string, form: InputForm): string {
  return form === "json" ? formatJson(back) : back;
}

function fieldsOf(converted: Converted, explained: number): BinaryField[] {
  const { schema, binary, spans } = converted;
  const fields: BinaryField[] = [];
  for (const [document, { sizeStart, start, end }] of spans.entries()) {
    if (start >= explained) {
      break;
    }
    if (sizeStart < start) {
      fields.push(sizeField(document, sizeStart, start, end, schema));
    }
    const bytes = binary.subarray(start, Math.min(end, explained));
    for (const field of describeFields(schema, bytes, start, document)) {
      fields.push(field);
    }
  }
  return fields;
}

function sizeField(
  document: number,
  sizeStart: number,
  start: number,
  end: number,
  { name }: DescMessage,
): BinaryField {
  return {
    path: `${name} ${document + 1}`,
    depth: 0,
    fieldNumber: 0,
    wireType: "VARINT",
    type: name,
    kind: "size",
    isResidue: false,
    tag: { start: sizeStart, end: sizeStart },
    length: { start: sizeStart, end: start },
    value: { start, end },
    text: `${end - start} bytes`,
    document,
    pointers: [""],
  };
}

function residueOf({ schema, binary, spans }: Converted): PlacedResidue[] {
  return spans.flatMap(({ start, end }, document) => {
    const message = fromBinary(schema, binary.subarray(start, end));
    return inspectResidue(schema, message).map((entry) => ({ document, ...entry }));
  });
}

function findPlaces(text: string, form: InputForm): TextPlace[] {
  switch (form) {
    case "json":
      return findJsonPlaces(text).map((place) => ({ document: 0, ...place }));
    case "lines":
      return Array.from(splitLines(text)).flatMap(({ start, text: line }, document) =>
        findJsonPlaces(line).map((place) => ({
          document,
          pointer: place.pointer,
          start: place.start + start,
          end: place.end + start,
          ...(place.name && {
            name: { start: place.name.start + start, end: place.name.end + start },
          }),
        })),
      );
    case "events":
      return Array.from(locateFrames(text)).flatMap((frame, document) =>
        framePlaces(text, frame, document),
      );
  }
}

/** Returns the violations in each mode. A text that `strict` accepts has none in the other modes. */
export async function violationsByMode(
  text: string,
  form: InputForm,
  schema?: DescMessage,
  places: readonly TextPlace[] = findPlaces(text, form),
): Promise<Record<Mode, readonly PlacedViolation[]>> {
  const found: Record<Mode, readonly PlacedViolation[]> = { strict: [], preserve: [], archive: [] };
  for (const mode of modes) {
    found[mode] = locateViolations(await findViolations(text, { form, mode, schema }), places);
    if (found[mode].length === 0) {
      break;
    }
  }
  return found;
}

/** Whether a text is small enough for the editor. */
export function isEditable(text: string): boolean {
  return text.length <= EDITABLE_LENGTH;
}
