import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ByteEngine, describeEngine } from "@stepwire/testing";
import { OpenAIJsonError, parseOpenAI, stringifyOpenAI } from "../src/index.js";

const encoder = new TextEncoder();

/** The reference engine, from bytes to bytes. */
const engine: ByteEngine = {
  name: "openai-json",
  toBinary: (schema, json, options) => toBinary(schema, parseOpenAI(schema, json, options)),
  toJson: (schema, binary, options) => {
    let message: ReturnType<typeof fromBinary>;
    try {
      message = fromBinary(schema, binary);
    } catch (reason) {
      throw OpenAIJsonError.from(reason);
    }
    return encoder.encode(stringifyOpenAI(schema, message, { maxDepth: options.maxDepth }));
  },
  violationsOf: (error) => (error instanceof OpenAIJsonError ? error.violations : undefined),
};

/** protobuf-es reads these without a word, as some other message. */
const misread = [
  "an unknown varint of 11 bytes",
  "a length beyond 32 bits",
  "a string passes the end of its message",
  "a message passes the end of the one around it",
  "a varint passes the end of its list",
  "a double passes the end of its list",
  "a value passes the end of its entry",
  "an unknown field passes the end of its message",
  "an unknown varint passes the end of its message",
  "a string passes the end of a piece of its message, and the next piece has the rest",
  "a residue passes the end of its message and takes in another, which is invalid",
  "an element passes the end of a piece of its Value, and the next piece has the rest",
  "a string as a varint",
  "a boolean as a string",
  "a double as a string",
  "a message as a varint",
  "a list of messages as varints",
  "a map as a varint",
  "the key of a map as a varint",
  "the value of a map as a string",
  "the residue as a varint",
  "a text of the residue as a varint",
  "a Value as a varint",
];

describeEngine(engine, { failures: misread.map((name) => `malformed binary > ${name}`) });
