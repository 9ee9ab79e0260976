import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode, PlacedDifference, PlacedViolation } from "../model/conversion.js";
import type { Progress } from "../model/protocol.js";

/** One message within the binary. */
export interface MessageSpan {
  /** Offset of the size before the message; without a size, offset of the message. */
  readonly sizeStart: number;
  readonly start: number;
  readonly end: number;
}

/** The result of converting a text. */
export interface Converted {
  readonly schema: DescMessage;
  readonly binary: Uint8Array<ArrayBuffer>;
  readonly spans: readonly MessageSpan[];
  /** The text after the round trip, in the form of the input. */
  readonly back: string;
  readonly differences: readonly PlacedDifference[];
  readonly milliseconds: { readonly toBinary: number; readonly toJson: number };
}

/** A text to convert, as text and as bytes. */
export interface SourceText {
  readonly text: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it is small enough for the editor. */
  readonly isSmall: boolean;
}

/** How the documents of a text are converted. */
export interface ConverterOptions {
  readonly mode: Mode;
  /** The type of each document; detected if it is absent. */
  readonly schema?: DescMessage | undefined;
}

/** Receives the progress of the work. */
export type Report = (progress: Progress) => void;

/** Documents were refused. */
export class RefusedInput extends Error {
  readonly violations: readonly PlacedViolation[];

  constructor(violations: readonly PlacedViolation[]) {
    super(`${violations.length} violations`);
    this.name = "RefusedInput";
    this.violations = violations;
  }
}
