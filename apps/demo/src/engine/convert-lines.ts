import { compareJson } from "@stepwire/json";
import type { PlacedDifference } from "../model/conversion.js";
import type { Converted, ConverterOptions, Report, SourceText } from "./converted.js";
import { splitLines } from "./documents.js";
import { inChunks } from "./line-chunks.js";
import { documentSchema } from "./schema.js";
import { spansOf } from "./spans.js";
import { transcoderFor } from "./transcoders.js";

/**
 * Converts a document on each line to an archive, as `stepwire pack` does, and back.
 *
 * @throws {RefusedInput} if one is refused.
 */
export async function convertLines(
  { text, bytes }: SourceText,
  { mode, schema = documentSchema }: ConverterOptions,
  report: Report,
): Promise<Converted> {
  const transcoder = await transcoderFor(schema, mode);
  const packed = inChunks(transcoder, "packLines", bytes, "Converting to binary", report);
  const unpacked = inChunks(transcoder, "unpackLines", packed.output, "Converting back", report);
  const back = new TextDecoder().decode(unpacked.output);
  return {
    schema,
    binary: packed.output,
    spans: spansOf(packed.output),
    back,
    differences: compareLines(text, back, report),
    milliseconds: { toBinary: packed.milliseconds, toJson: unpacked.milliseconds },
  };
}

function compareLines(text: string, back: string, report: Report): PlacedDifference[] {
  const differences: PlacedDifference[] = [];
  const found = splitLines(back);
  let document = 0;
  for (const line of splitLines(text)) {
    const other = found.next().value;
    for (const difference of compareJson(line.text, other ? other.text : "null")) {
      differences.push({ document, ...difference });
    }
    document++;
    if (document % 1000 === 0) {
      report({ stage: "Comparing", done: line.start, total: text.length });
    }
  }
  return differences;
}
