import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type {
  AnnotatedContent,
  AnnotatedMessage,
  AnnotatedScalar,
  Annotation,
  AnnotationProblem,
  ByteRange,
} from "./annotation.js";
import {
  entryShapes,
  type FieldShape,
  type FieldType,
  isArray,
  messageShapes,
  typeWireType,
} from "./field-shape.js";
import { elementPath, fieldPath, type Level, type Place } from "./path.js";
import { decodeText, readEnum, readScalar, scalarWireType } from "./scalar.js";
import { type Tag, WireError, WireReader } from "./wire-reader.js";

/** The same limit as in the Protobuf libraries. */
const MAXIMUM_DEPTH = 100;

/**
 * Describes each byte of a binary message: which field it belongs to, and what it means. If the bytes
 * are malformed inside a nested message, reading continues after that message.
 */
export function annotate(schema: DescMessage, bytes: Uint8Array): AnnotatedMessage {
  const annotations: Annotation[] = [];
  const problems: AnnotationProblem[] = [];
  walk(schema, bytes, {
    annotation: (annotation) => annotations.push(annotation),
    problem: (problem) => problems.push(problem),
    keepsValues: true,
  });
  return { annotations, problems };
}

/**
 * Describes a binary message like `annotate`, but passes each annotation and problem to a visitor and
 * keeps none of them. The values of a packed field are omitted: only their number is correct.
 */
export function visitAnnotations(
  schema: DescMessage,
  bytes: Uint8Array,
  visitor: AnnotationVisitor,
): void {
  walk(schema, bytes, { ...visitor, keepsValues: false });
}

/** Returns the first problem that `annotate` finds; undefined if the bytes are a message. */
export function findProblem(schema: DescMessage, bytes: Uint8Array): AnnotationProblem | undefined {
  let first: AnnotationProblem | undefined;
  visitAnnotations(schema, bytes, {
    problem: (problem) => {
      first ??= problem;
    },
  });
  return first;
}

function walk(schema: DescMessage, bytes: Uint8Array, sink: Sink): void {
  new Annotator(bytes, sink).message(
    schema,
    { start: 0, end: bytes.length },
    { depth: 0, path: "" },
  );
}

/** Receives the annotations and problems of a message, in the order of `annotate`. */
export interface AnnotationVisitor {
  readonly annotation?: (annotation: Annotation) => void;
  readonly problem?: (problem: AnnotationProblem) => void;
}

interface Sink extends AnnotationVisitor {
  /** Whether the values of packed fields are needed. */
  readonly keepsValues: boolean;
}

/** A field whose value is read next. */
interface Head {
  readonly tag: Tag;
  readonly tagRange: ByteRange;
  readonly shape: FieldShape | undefined;
}

class Annotator {
  readonly #bytes: Uint8Array;
  readonly #sink: Sink;
  #problems = 0;

  constructor(bytes: Uint8Array, sink: Sink) {
    this.#bytes = bytes;
    this.#sink = sink;
  }

  message(desc: DescMessage, range: ByteRange, place: Place): void {
    const nameless = isArray(desc) && place.path !== "";
    this.#fields(range, { ...place, find: messageShapes(desc), nameless, counts: new Map() });
  }

  #fields(range: ByteRange, level: Level): void {
    if (level.depth > MAXIMUM_DEPTH) {
      this.#report(
        range.start,
        level.path,
        `more than ${MAXIMUM_DEPTH} messages within each other`,
      );
      return;
    }
    const reader = new WireReader(this.#bytes, range.start, range.end);
    while (reader.left > 0) {
      let path = level.path;
      try {
        const tag = reader.tag();
        const head = {
          tag,
          tagRange: { start: tag.offset, end: reader.offset },
          shape: level.find(tag.fieldNumber),
        };
        path = fieldPath(level, head.shape, tag.fieldNumber);
        this.#field(reader, level, head);
      } catch (error) {
        if (!(error instanceof WireError)) {
          throw error;
        }
        this.#report(error.offset, path, error.message);
        return;
      }
    }
  }

  #field(reader: WireReader, level: Level, head: Head): void {
    if (head.tag.wireType === "LEN") {
      this.#lengthDelimited(reader, level, head);
      return;
    }
    const start = reader.offset;
    const content = readContent(reader, head);
    this.#push(level, head, { start, end: reader.offset }, content);
  }

  #lengthDelimited(reader: WireReader, level: Level, head: Head): void {
    const lengthStart = reader.offset;
    const size = reader.varint();
    const length = { start: lengthStart, end: reader.offset };
    const whole = size <= BigInt(reader.left);
    const value = {
      start: reader.offset,
      end: reader.offset + (whole ? Number(size) : reader.left),
    };
    reader.offset = value.end;
    const problems = this.#problems;
    const path = this.#content(level, head, length, value, whole);
    if (!whole && this.#problems === problems) {
      const left = value.end - value.start;
      this.#report(lengthStart, path, `a length of ${size} where ${left} bytes are left`);
    }
  }

  /** Adds the annotation of a field with a length, and those of its content. Returns its path. */
  #content(level: Level, head: Head, length: ByteRange, value: ByteRange, whole: boolean): string {
    const { shape } = head;
    const type = shape?.type;
    if (type?.kind === "message") {
      const path = this.#push(level, head, value, { kind: "message", desc: type.desc }, { length });
      this.message(type.desc, value, { depth: level.depth + 1, path });
      return path;
    }
    if (type?.kind === "entry") {
      const key = this.#key(type, value);
      const path = this.#push(level, head, value, { kind: "entry" }, { length, key });
      this.#fields(value, {
        depth: level.depth + 1,
        path,
        find: entryShapes(type),
        nameless: false,
        counts: new Map(),
      });
      return path;
    }
    const content = this.#leaf(level, head, value, whole);
    return this.#push(level, head, value, content, { length });
  }

  #leaf(level: Level, { tag, shape }: Head, value: ByteRange, whole: boolean): AnnotatedContent {
    if (shape === undefined) {
      return { kind: "unknown" };
    }
    const expected = typeWireType(shape.type);
    try {
      if (expected === "LEN") {
        return this.#textOrBytes(shape.type, value, whole);
      }
      return shape.repeated ? this.#packed(shape.type, value) : { kind: "unknown", expected };
    } catch (error) {
      if (!(error instanceof WireError)) {
        throw error;
      }
      this.#report(error.offset, fieldPath(level, shape, tag.fieldNumber), error.message);
      return { kind: "bytes" };
    }
  }

  #textOrBytes(type: FieldType, { start, end }: ByteRange, whole: boolean): AnnotatedScalar {
    if (isString(type)) {
      return { kind: "string", value: decodeText(this.#bytes.subarray(start, end), start, whole) };
    }
    return { kind: "bytes" };
  }

  #packed(type: FieldType, { start, end }: ByteRange): AnnotatedContent {
    const reader = new WireReader(this.#bytes, start, end);
    const values: AnnotatedScalar[] = [];
    for (let count = 0; reader.left > 0; count++) {
      const value = readNumber(reader, type);
      if (this.#sink.keepsValues) {
        values.push(value);
      } else {
        values.length = count + 1;
      }
    }
    return { kind: "packed", values };
  }

  /** Returns the key of a map entry, as written in a path. */
  #key(type: FieldType & { kind: "entry" }, { start, end }: ByteRange): string {
    const reader = new WireReader(this.#bytes, start, end);
    try {
      while (reader.left > 0) {
        const tag = reader.tag();
        if (tag.fieldNumber === 1 && tag.wireType === scalarWireType(type.key)) {
          return this.#keyText(reader, type);
        }
        reader.skip(tag);
      }
    } catch (error) {
      if (!(error instanceof WireError)) {
        throw error;
      }
      // The problem is reported when the entry is read.
      return "?";
    }
    return isString({ kind: "scalar", scalar: type.key }) ? '""' : "0";
  }

  #keyText(reader: WireReader, { key }: FieldType & { kind: "entry" }): string {
    const type: FieldType = { kind: "scalar", scalar: key };
    if (!isString(type)) {
      const scalar = readNumber(reader, type);
      return "value" in scalar ? String(scalar.value) : "?";
    }
    const size = reader.varint();
    const end = reader.offset + Math.min(Number(size), reader.left);
    return JSON.stringify(
      decodeText(this.#bytes.subarray(reader.offset, end), reader.offset, false),
    );
  }

  #push(
    level: Level,
    { tag, tagRange, shape }: Head,
    value: ByteRange,
    content: AnnotatedContent,
    more: { length?: ByteRange; key?: string } = {},
  ): string {
    const path = elementPath(level, tag, shape, content, more.key);
    this.#sink.annotation?.({
      path,
      depth: level.depth,
      fieldNumber: tag.fieldNumber,
      wireType: tag.wireType,
      ...(shape?.field && { field: shape.field }),
      tag: tagRange,
      ...(more.length && { length: more.length }),
      value,
      content,
    });
    return path;
  }

  #report(offset: number, path: string, message: string): void {
    this.#problems++;
    this.#sink.problem?.({ offset, path, message });
  }
}

function isString(type: FieldType): boolean {
  return type.kind === "scalar" && type.scalar === ScalarType.STRING;
}

/** Reads a value that has no length. */
function readContent(reader: WireReader, { tag, shape }: Head): AnnotatedContent {
  const expected = shape && typeWireType(shape.type);
  if (shape === undefined || expected !== tag.wireType) {
    reader.skip(tag);
    return { kind: "unknown", ...(expected !== undefined && { expected }) };
  }
  return readNumber(reader, shape.type);
}

function readNumber(reader: WireReader, type: FieldType): AnnotatedScalar {
  if (type.kind === "enum") {
    return readEnum(reader, type.desc);
  }
  if (type.kind === "scalar") {
    return readScalar(reader, type.scalar);
  }
  throw new TypeError(`a ${type.kind} is no number`);
}
