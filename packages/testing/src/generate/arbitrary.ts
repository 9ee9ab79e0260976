import type { DescMessage } from "@bufbuild/protobuf";
import { type Arbitrary, integer, nat, noShrink, tuple } from "fast-check";
import { DocumentGenerator, type DocumentOptions, type GeneratedDocument } from "./document.js";

/** Maximum size of a document. fast-check retries a failing one with fewer values. */
const LARGEST = 60;

/** Returns an arbitrary of fast-check for documents of a message type. */
export function documentArbitrary(
  schema: DescMessage,
  options?: DocumentOptions,
): Arbitrary<GeneratedDocument> {
  const generator = new DocumentGenerator(schema, options);
  const seeds = noShrink(integer({ min: 0, max: 0x7fffffff }));
  return tuple(seeds, nat(LARGEST)).map(([seed, size]) => generator.generate(seed, size));
}
