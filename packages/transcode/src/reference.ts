import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ResultCode, ViolationCode } from "@stepwire/mapping/internal";
import {
  checkBinary,
  checkText,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  type Violation,
} from "@stepwire/openai-json";
import { findProblem } from "@stepwire/wire";
import type { ResolvedOptions } from "./options.js";

/**
 * The reference engine as fallback: it writes the error messages, and converts documents that the
 * kernel refused by mistake or for lack of memory.
 */
export class Reference {
  readonly #schema: DescMessage;
  readonly #options: ResolvedOptions;

  constructor(schema: DescMessage, options: ResolvedOptions) {
    this.#schema = schema;
    this.#options = options;
  }

  /** @throws {OpenAIJsonError} with every violation. */
  toBinary(json: Uint8Array): Uint8Array<ArrayBuffer> {
    // Checks the text first: the message object can take many times the memory of its text.
    const violations = checkText(this.#schema, json, this.#options);
    if (violations.length > 0) {
      throw new OpenAIJsonError(violations);
    }
    const message = parseOpenAI(this.#schema, json, this.#options);
    return toBinary(this.#schema, message);
  }

  /**
   * @param code Why the kernel stopped.
   * @param offset Where it stopped.
   * @throws {OpenAIJsonError} with every violation.
   */
  toJson(binary: Uint8Array, code: number, offset: number): Uint8Array<ArrayBuffer> {
    const { maxDepth, maxViolations } = this.#options;
    this.checkSize(binary.length);
    // Checks the bytes first: the message object can take many times their memory.
    const violations = checkBinary(this.#schema, binary, { maxDepth, maxViolations });
    const [first] = violations;
    if (first?.code === "malformed_binary") {
      throw code === ViolationCode.MALFORMED_BINARY
        ? refusal("malformed_binary", "a valid message", first.found, offset)
        : new OpenAIJsonError(violations);
    }
    if (code === ViolationCode.MALFORMED_BINARY) {
      // protobuf-es does not check the wire types of records against those of the fields.
      throw refusal("malformed_binary", "a valid message", "a record of another type", offset);
    }
    if (code === ResultCode.UNKNOWN_FIELD) {
      throw refusal("malformed_binary", "fields of the schema", "another field", offset);
    }
    if (first !== undefined) {
      throw new OpenAIJsonError(violations);
    }
    this.#checkEnds(binary);
    const message = fromBinary(this.#schema, binary);
    const json = stringifyOpenAI(this.#schema, message, { maxDepth, maxViolations });
    return new TextEncoder().encode(json);
  }

  /**
   * Refuses a message above `maxBytes`. Only the size has to be available.
   *
   * @param size In bytes; infinite if it is not a varint.
   * @throws {OpenAIJsonError} if it is too large, or not a size.
   */
  checkSize(size: number): void {
    const { maxBytes } = this.#options;
    if (!Number.isFinite(size)) {
      throw refusal("malformed_binary", "the size of a message", NO_SIZE);
    }
    if (size > maxBytes) {
      throw refusal("too_large", `at most ${maxBytes} bytes`, `${size} bytes`);
    }
  }

  /**
   * Checks that no field passes the end of its message. protobuf-es allows that and then reads
   * different fields than the kernel, which may have stopped earlier for another reason.
   */
  #checkEnds(binary: Uint8Array): void {
    const problem = findProblem(this.#schema, binary);
    if (problem !== undefined) {
      throw refusal("malformed_binary", "a valid message", problem.message, problem.offset);
    }
  }
}

const NO_SIZE = "a varint that is cut off or longer than 10 bytes";

function refusal(
  code: Violation["code"],
  expected: string,
  found: string,
  offset?: number,
): OpenAIJsonError {
  const place = offset === undefined ? {} : { offset };
  return new OpenAIJsonError([{ code, pointer: "", path: "", expected, found, ...place }]);
}
