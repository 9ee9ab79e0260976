import type { DescMessage } from "@bufbuild/protobuf";
import { compilePlan } from "./accumulation-plan.js";
import * as layout from "./layout.js";

/** Differs between layouts. */
const LAYOUT_HASH = hashOf(
  Object.entries(layout)
    .map(([name, value]) => `${name}=${value};`)
    .sort()
    .join(""),
);

/**
 * Compiles the plan of stepwire-accumulate.wasm for these event messages. A host can write it to the
 * module in place of the plan of Stepwire's schema; see docs/accumulate-abi.md.
 *
 * @throws {MappingError} if options of the schema are missing, wrong or not supported.
 */
export function compileAccumulationPlan(
  eventSchemas: readonly DescMessage[],
): Uint8Array<ArrayBuffer> {
  return compilePlan(eventSchemas, LAYOUT_HASH);
}

/** Returns 32 bits of a hash (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}
