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
 * Returns the violations that prevent the conversion of a binary message to JSON text. It does not
 * throw. Its memory does not grow with the size of the message.
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
