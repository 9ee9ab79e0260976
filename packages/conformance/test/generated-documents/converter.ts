import { type DescMessage, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { compareJson } from "@stepwire/json";
import {
  checkText,
  type Mode,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  type Violation,
} from "@stepwire/openai-json";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Converts documents of a message type with both engines, which must agree. */
export class Converter {
  readonly #schema: DescMessage;
  readonly #transcoders: ReadonlyMap<Mode, Transcoder>;

  constructor(schema: DescMessage) {
    this.#schema = schema;
    const modes = ["strict", "archive"] as const;
    this.#transcoders = new Map(modes.map((mode) => [mode, createTranscoder(schema, { mode })]));
  }

  /** The documents that the kernel did not convert itself. */
  get fallbacks(): number {
    return [...this.#transcoders.values()].reduce((sum, { fallbacks }) => sum + fallbacks, 0);
  }

  /** Returns what is wrong when a document becomes binary and JSON again; nothing if all is well. */
  problems(text: string): string[] {
    return [...this.#lossProblems(text), ...this.#strictProblems(text)];
  }

  /** Returns what `strict` refuses. */
  refusals(text: string): readonly Violation[] {
    return checkText(this.#schema, text, { mode: "strict" });
  }

  #lossProblems(text: string): string[] {
    const transcoder = this.#transcoder("archive");
    const binary = transcoder.toBinary(Buffer.from(text));
    const message = parseOpenAI(this.#schema, text, { mode: "archive" });
    const again = decoder.decode(transcoder.toJson(binary));
    const written = stringifyOpenAI(this.#schema, fromBinary(this.#schema, binary));
    return [
      ...(this.#isSame(binary, toBinary(this.#schema, message)) ? [] : ["the binaries differ"]),
      ...compareJson(text, again).map(({ pointer }) => `the kernel does not give back ${pointer}`),
      ...compareJson(text, written).map(
        ({ pointer }) => `the reference engine does not give back ${pointer}`,
      ),
    ];
  }

  /** The entries of maps have no order, so binaries with maps may differ. */
  #isSame(one: Uint8Array, other: Uint8Array): boolean {
    return (
      Buffer.compare(one, other) === 0 ||
      (one.length === other.length &&
        equals(this.#schema, fromBinary(this.#schema, one), fromBinary(this.#schema, other)))
    );
  }

  #strictProblems(text: string): string[] {
    const ours = attempt(() => this.#transcoder("strict").toBinary(Buffer.from(text)));
    const theirs = attempt(() =>
      toBinary(this.#schema, parseOpenAI(this.#schema, Buffer.from(text), { mode: "strict" })),
    );
    const agree =
      ours instanceof Uint8Array && theirs instanceof Uint8Array
        ? this.#isSame(ours, theirs)
        : String(ours) === String(theirs);
    return agree ? [] : [`strict differs: the kernel ${show(ours)}, reference ${show(theirs)}`];
  }

  #transcoder(mode: Mode): Transcoder {
    const transcoder = this.#transcoders.get(mode);
    if (transcoder === undefined) {
      throw new Error(`no transcoder for ${mode}`);
    }
    return transcoder;
  }
}

function attempt(convert: () => Uint8Array): Uint8Array | OpenAIJsonError {
  try {
    return convert();
  } catch (error) {
    if (error instanceof OpenAIJsonError) {
      return error;
    }
    throw error;
  }
}

function show(result: Uint8Array | OpenAIJsonError): string {
  return result instanceof OpenAIJsonError ? result.message : "accepts";
}
