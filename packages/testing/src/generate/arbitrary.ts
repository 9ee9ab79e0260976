import type { DescMessage } from "@bufbuild/protobuf";
import { type Arbitrary, integer, nat, noShrink, tuple } from "fast-check";
import { DocumentGenerator, type DocumentOptions, type GeneratedDocument } from "./document.js";

/** The largest document that is tried. A failing one is tried with fewer and fewer values. */
const LARGEST = 60;

/** Documents of a message type, for properties of fast-check. */
export function documentArbitrary(
  schema: DescMessage,
  options?: DocumentOptions,
): Arbitrary<GeneratedDocument> {
  const generator = new DocumentGenerator(schema, options);
  const seeds = noShrink(integer({ min: 0, max: 0x7fffffff }));
  return tuple(seeds, nat(LARGEST)).map(([seed, size]) => generator.generate(seed, size));
}
