import type { Difference, TextRange } from "@stepwire/json";
import type { Mode, ResidueEntry, Violation } from "@stepwire/openai-json";

export type { Mode, ResidueEntry, Violation } from "@stepwire/openai-json";

/** What was given: one JSON document, one on each line, or server-sent events. */
export type InputForm = "json" | "lines" | "events";

/** What a single document is, by the schema of all documents. */
export interface DocumentType {
  /** The name that it has on the command line, such as `document` for any object. */
  readonly name: string;
  /** The name in words. */
  readonly label: string;
  /** The name of the message, within its package. */
  readonly message: string;
  /** The Protobuf package of the message. */
  readonly package: string;
  /** The `.proto` file of the message, without the extension. */
  readonly file: string;
}

/** All modes, the strictest first. */
export const modes: readonly Mode[] = ["strict", "preserve", "archive"];

/** A part of the bytes. */
export interface ByteRange {
  readonly start: number;
  /** The first byte after the part. */
  readonly end: number;
}

/** What the bytes of a field are, for the eye. */
export type FieldKind =
  | "message"
  | "string"
  | "number"
  | "boolean"
  | "enum"
  | "bytes"
  | "unknown"
  /** The size that stands before each document of several. */
  | "size";

/** One field of the binary, with the JSON that it stands for. */
export interface BinaryField {
  readonly path: string;
  readonly depth: number;
  readonly fieldNumber: number;
  readonly wireType: string;
  /** The type by the words of the schema: `string`, `int64`, a message. */
  readonly type: string;
  readonly kind: FieldKind;
  /** Whether it belongs to what the document has beyond the schema. */
  readonly isResidue: boolean;
  readonly tag: ByteRange;
  readonly length?: ByteRange;
  readonly value: ByteRange;
  /** The value in words. */
  readonly text: string;
  /** Which document of several it belongs to, from 0. */
  readonly document: number;
  /** The JSON values that the field stands for, as JSON Pointers. */
  readonly pointers: readonly string[];
  /** The `type` or `event` that the field's tag alone stands for. */
  readonly tagPointer?: string;
}

/** A JSON value within the text, in the document that it belongs to. */
export interface TextPlace extends TextRange {
  readonly document: number;
  readonly pointer: string;
  readonly name?: TextRange;
}

/** A violation with the part of the text that it is about. */
export interface PlacedViolation extends Violation {
  readonly document: number;
  readonly range?: TextRange;
}

/** Residue of one document of possibly several. */
export interface PlacedResidue extends ResidueEntry {
  readonly document: number;
}

/** How a conversion ended. */
export type Outcome = "equal" | "different" | "refused";

/** What became of a text. */
export interface Conversion {
  readonly outcome: Outcome;
  readonly form: InputForm;
  readonly mode: Mode;
  readonly type: DocumentType;
  /** The type that any document is, of whatever kind. */
  readonly documentType: DocumentType;
  /** How many documents there are. */
  readonly documents: number;
  /** The bytes of the text as it was given, and without white space. */
  readonly textBytes: number;
  readonly jsonBytes: number;
  readonly binaryBytes: number;
  /** The first bytes, as many as are shown. */
  readonly binary: Uint8Array<ArrayBuffer>;
  /** All bytes, as a file. */
  readonly file: Blob;
  readonly fields: readonly BinaryField[];
  readonly places: readonly TextPlace[];
  /** What came back, or the start of it. */
  readonly back: string;
  readonly differences: readonly PlacedDifference[];
  readonly residue: readonly PlacedResidue[];
  readonly violations: Readonly<Partial<Record<Mode, readonly PlacedViolation[]>>>;
  readonly milliseconds: { readonly toBinary: number; readonly toJson: number };
}

/** A difference in one document of possibly several. */
export interface PlacedDifference extends Difference {
  readonly document: number;
}

/** Bytes of one document in several forms. */
export interface Sizes {
  readonly json: number;
  readonly binary: number;
  readonly jsonGzip: number;
  readonly binaryGzip: number;
  readonly jsonZstd: number;
  readonly binaryZstd: number;
  /** What the strings alone weigh. */
  readonly strings: number;
}
