import type { DescMessage } from "@bufbuild/protobuf";
import { documentCount, printedSeed } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { Differential } from "./differential.js";

/**
 * Compares the engines over generated documents of some message types.
 *
 * The documents are always the same, so that a change fails only for its own faults. Other seeds
 * and more documents are for long runs; what these find becomes a case.
 *
 * @param share - How many documents of each type to generate for each document of a property
 * test.
 */
export function describeDifferential(schemas: readonly DescMessage[], share: number): void {
  const seed = printedSeed(1);
  const count = Math.ceil(documentCount() * share);
  const cases = schemas.map((schema) => ({ schema, count, name: schema.typeName }));
  describe("both engines give the same", () => {
    test.each(cases)("$count documents of $name", { timeout: 600_000 }, ({ schema }) => {
      const differential = new Differential(schema);
      for (let index = 0; index < count; index++) {
        const each = seed + index;
        try {
          differential.run(each);
        } catch (cause) {
          throw new Error(`the document of seed ${each}`, { cause });
        }
      }
      expect(differential.fallbacks).toBe(0);
    });
  });
}
