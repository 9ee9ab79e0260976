import type { Difference, TextRange } from "@stepwire/json";
import type { Mode, ResidueEntry, Violation } from "@stepwire/openai-json";

export type { Mode, ResidueEntry, Violation } from "@stepwire/openai-json";

/** How a text is converted. */
export interface ConvertOptions {
  readonly mode: Mode;
  /** The form of the text; detected if it is absent. */
  readonly form?: InputForm | undefined;
  /** The name of the type of each document; detected if it is absent. */
  readonly type?: string | undefined;
}

/** The form of the input: one JSON document, one on each line, or server-sent events. */
export type InputForm = "json" | "lines" | "events";

/** The type of a document. */
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
  /** Offset of the first byte after the part. */
  readonly end: number;
}

/** The kind of a field's bytes, which determines their colour. */
export type FieldKind =
  | "message"
  | "string"
  | "number"
  | "boolean"
  | "enum"
  | "bytes"
  | "unknown"
  /** The size before a document, if there are several. */
  | "size";

/** One field of the binary form, with the JSON values that it represents. */
export interface BinaryField {
  readonly path: string;
  readonly depth: number;
  readonly fieldNumber: number;
  readonly wireType: string;
  /** The type by the words of the schema: `string`, `int64`, a message. */
  readonly type: string;
  readonly kind: FieldKind;
  /** Whether it belongs to the residue. */
  readonly isResidue: boolean;
  readonly tag: ByteRange;
  readonly length?: ByteRange;
  readonly value: ByteRange;
  /** The value in words. */
  readonly text: string;
  /** Which document of several it belongs to, from 0. */
  readonly document: number;
  /** The JSON values that the field represents, as JSON Pointers. */
  readonly pointers: readonly string[];
  /** The `type` or `event` that the tag of the field represents. */
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

/** The result of converting a text to binary and back. */
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
  /** The text after the round trip, or its start. */
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
  /** Size of the strings alone. */
  readonly strings: number;
}
