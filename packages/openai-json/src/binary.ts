import type { DescMessage, Message } from "@bufbuild/protobuf";
import { openMessage, readThrough } from "./binary/lazy.js";
import { explainMessage } from "./document.js";
import { EncoderCompiler } from "./encode/compiler.js";
import { discardTarget } from "./encode/discard-target.js";
import { OpenAIJsonError } from "./error.js";
import type { EncodeOptions } from "./options.js";
import type { Violation } from "./violation.js";

const encoders = new EncoderCompiler(discardTarget);

/**
 * Returns all that keeps a binary message from being JSON text; nothing is thrown.
 * Beside the bytes it takes little memory, however large the message would be.
 */
export function checkBinary(
  schema: DescMessage,
  binary: Uint8Array,
  options: EncodeOptions = {},
): readonly Violation[] {
  let message: Message;
  try {
    message = openMessage(schema, binary);
    readThrough(schema, message);
  } catch (reason) {
    return OpenAIJsonError.from(reason).violations;
  }
  return explainMessage(schema, message, options, encoders);
}
