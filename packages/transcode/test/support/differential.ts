import { type DescMessage, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { OpenAIJsonError, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { DocumentGenerator, jsonEqual, type Mode, Random } from "@stepwire/testing";
import { createTranscoder, type Transcoder } from "../../src/index.js";
import { hasFieldsInOrder, shuffleFields } from "./fields.js";
import { mutate } from "./mutate.js";
import { overwrite } from "./overwrite.js";

const modes: readonly Mode[] = ["strict", "preserve", "archive"];
const levels = ["canonical", "strict", "preserve", "archive", "archive"] as const;
/** The approximate number of values in a document. Most are small, so that there can be many. */
const sizes = [0, 1, 2, 3, 5, 8, 30] as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Compares both engines over documents of a message type: they must give the same message, the
 * same text or the same violations, for generated and for corrupted documents.
 */
export class Differential {
  readonly #schema: DescMessage;
  readonly #generators: readonly DocumentGenerator[];
  readonly #transcoders: ReadonlyMap<Mode, Transcoder>;

  constructor(schema: DescMessage) {
    this.#schema = schema;
    this.#generators = levels.map((rightIn) => new DocumentGenerator(schema, { rightIn }));
    this.#transcoders = new Map(modes.map((mode) => [mode, createTranscoder(schema, { mode })]));
  }

  /** The number of documents that the kernel refused and the reference engine accepted. */
  get fallbacks(): number {
    return [...this.#transcoders.values()].reduce((sum, { fallbacks }) => sum + fallbacks, 0);
  }

  /** @throws what the engines differ in; the same seed gives the same document. */
  run(seed: number): void {
    const random = new Random(seed);
    const mode = random.pick(modes) ?? "archive";
    const generator = this.#generators[seed % this.#generators.length];
    const size = random.pick(sizes);
    const json = encoder.encode(generator?.generate(seed, size).text ?? "");
    const binary = this.#readBoth(json, mode);
    // Each document gets only a part of the other checks, to save time.
    const turn = random.below(6);
    if (binary === undefined || turn === 0) {
      this.#readBoth(mutate(json, random), mode);
    } else if (turn === 1) {
      this.#writeSpoiled(mutate(binary, random));
    } else if (turn === 2) {
      this.#writeShuffled(binary, random);
    } else if (turn === 3 || turn === 4) {
      this.#writeSpoiled(overwriteOften(this.#schema, binary, random));
    } else {
      this.#writeBoth(binary);
    }
  }

  #transcoder(mode: Mode): Transcoder {
    const transcoder = this.#transcoders.get(mode);
    if (transcoder === undefined) {
      throw new Error(`no transcoder for ${mode}`);
    }
    return transcoder;
  }

  /** Reads JSON with both engines. Returns the kernel's message if they accept it. */
  #readBoth(json: Uint8Array, mode: Mode): Uint8Array | undefined {
    const ours = attempt(() => this.#transcoder(mode).toBinary(json));
    const theirs = attempt(() => {
      const message = parseOpenAI(this.#schema, json, { mode });
      return toBinary(this.#schema, message);
    });
    if (ours instanceof Uint8Array && theirs instanceof Uint8Array) {
      if (Buffer.compare(ours, theirs) === 0) {
        return ours;
      }
      demand(ours.length === theirs.length, "as many bytes", json);
      demand(hasFieldsInOrder(this.#schema, ours), "fields in the order of numbers", json);
      // The entries of maps have no order; this includes those of a residue.
      const [one, other] = [fromBinary(this.#schema, ours), fromBinary(this.#schema, theirs)];
      demand(equals(this.#schema, one, other), "the same message", json);
      return ours;
    }
    demand(String(ours) === String(theirs), "the same violations", json);
    return undefined;
  }

  #writeBoth(binary: Uint8Array): void {
    const ours = decoder.decode(this.#transcoder("archive").toJson(binary));
    const theirs = stringifyOpenAI(this.#schema, fromBinary(this.#schema, binary));
    demand(isSameText(ours, theirs), "the same text", binary);
  }

  #writeShuffled(binary: Uint8Array, random: Random): void {
    const shuffled = shuffleFields(this.#schema, binary, random);
    const ours = decoder.decode(this.#transcoder("archive").toJson(shuffled));
    const theirs = stringifyOpenAI(this.#schema, fromBinary(this.#schema, shuffled));
    demand(isSameText(ours, theirs), "the same text of shuffled fields", shuffled);
  }

  /** protobuf-es accepts invalid messages that the kernel may refuse. */
  #writeSpoiled(binary: Uint8Array): void {
    const ours = attempt(() => decoder.decode(this.#transcoder("archive").toJson(binary)));
    const theirs = attempt(() => stringifyOpenAI(this.#schema, readMessage(this.#schema, binary)));
    const isStricter =
      ours instanceof OpenAIJsonError &&
      ours.violations.some(({ code }) => code === "malformed_binary");
    const isSame =
      typeof ours === "string" && typeof theirs === "string"
        ? isSameText(ours, theirs)
        : String(ours) === String(theirs);
    demand(isStricter || isSame, "the same of spoiled binary", binary);
  }
}

/** Returns a message in which a few records are replaced by later ones. */
function overwriteOften(schema: DescMessage, original: Uint8Array, random: Random): Uint8Array {
  let binary = original;
  for (let count = 1 + random.below(3); count > 0; count--) {
    // A corrupted message cannot always be split into records.
    const next = binary;
    binary = attemptAny(() => overwrite(schema, next, random)) ?? next;
  }
  return binary;
}

function attemptAny<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** JavaScript moves names that look like an index to the start of an object. */
function isSameText(one: string, other: string): boolean {
  return one === other || jsonEqual(one, other);
}

function readMessage(schema: DescMessage, binary: Uint8Array): ReturnType<typeof fromBinary> {
  try {
    return fromBinary(schema, binary);
  } catch (error) {
    throw OpenAIJsonError.from(error);
  }
}

function attempt<Result>(work: () => Result): Result | OpenAIJsonError {
  try {
    return work();
  } catch (error) {
    if (error instanceof OpenAIJsonError) {
      return error;
    }
    throw error;
  }
}

function demand(fulfilled: boolean, expected: string, input: Uint8Array): void {
  if (!fulfilled) {
    const shown = Buffer.from(input.subarray(0, 4_000));
    throw new Error(`expected ${expected}: ${JSON.stringify(shown.toString("latin1"))}`);
  }
}
