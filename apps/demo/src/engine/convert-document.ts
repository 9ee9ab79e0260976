import { compareJson } from "@stepwire/json";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { timed, timedOnce } from "./clock.js";
import {
  type Converted,
  type ConverterOptions,
  RefusedInput,
  type Report,
  type SourceText,
} from "./converted.js";
import { documentSchema, schemaWithin } from "./schema.js";
import { transcoderFor } from "./transcoders.js";

/**
 * Converts one JSON document and back.
 *
 * @throws {RefusedInput} if it is refused.
 */
export async function convertDocument(
  { text, bytes, isSmall }: SourceText,
  { mode, schema: chosen }: ConverterOptions,
  report: Report,
): Promise<Converted> {
  const clock = isSmall ? timed : timedOnce;
  const total = bytes.length;
  const first = chosen ?? documentSchema;
  const detector = await transcoderFor(first, mode);
  report({ stage: "Converting to binary", done: 0, total });
  const document = refusing(() => detector.toBinary(bytes));
  const schema = chosen ?? schemaWithin(document);
  const transcoder = await transcoderFor(schema, mode);
  const toBinary = clock(() =>
    schema === first && !isSmall ? document : transcoder.toBinary(bytes),
  );
  const binary = toBinary.result;
  report({ stage: "Converting back", done: 0, total });
  const toJson = clock(() => transcoder.toJson(binary));
  const back = new TextDecoder().decode(toJson.result);
  const differences = compareJson(text, back, {
    onProgress: (done) => report({ stage: "Comparing", done, total: text.length }),
  });
  return {
    schema,
    binary,
    spans: [{ sizeStart: 0, start: 0, end: binary.length }],
    back,
    differences: differences.map((difference) => ({ document: 0, ...difference })),
    milliseconds: { toBinary: toBinary.milliseconds, toJson: toJson.milliseconds },
  };
}

function refusing(toBinary: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    return toBinary();
  } catch (reason) {
    throw reason instanceof OpenAIJsonError
      ? new RefusedInput(reason.violations.map((violation) => ({ document: 0, ...violation })))
      : reason;
  }
}
