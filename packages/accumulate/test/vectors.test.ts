import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WasmAccumulator } from "@stepwire/testing";
import { describe, expect, it } from "vitest";

/** A case of the vectors; packages/conformance/vectors/README.md describes them. */
interface Vector {
  readonly name: string;
  readonly schema: string;
  readonly options?: Readonly<Record<string, unknown>> & { readonly objects?: readonly string[] };
  readonly events: readonly string[];
  readonly results: readonly (Readonly<Record<string, string>> | null)[];
  readonly objects: readonly {
    readonly type: string;
    readonly id: string;
    readonly binary: string;
  }[];
  readonly ended?: string;
}

const folder = join(import.meta.dirname, "../../conformance/vectors/accumulation");

const vectors = globSync("*.json", { cwd: folder })
  .sort()
  .flatMap((file): Vector[] => JSON.parse(readFileSync(join(folder, file), "utf8")).cases);

function accumulatorOf({ schema, options = {} }: Vector): WasmAccumulator {
  const wasm = new WasmAccumulator();
  const { objects, ...limits } = options;
  expect(wasm.select(schema, limits)).toBe(true);
  for (const name of objects ?? []) {
    expect(wasm.keep(name)).toBe(true);
  }
  return wasm;
}

/** The objects, in the order of the vectors. */
function objectsOf(wasm: WasmAccumulator): unknown[] {
  const objects = wasm.numbers.map((number) => ({
    type: wasm.typeOf(number),
    id: wasm.idOf(number),
    binary: Buffer.from(wasm.snapshot(number)).toString("hex"),
  }));
  return wasm.types.flatMap((type) => objects.filter((object) => object.type === type));
}

function expected({ objects }: Vector): unknown[] {
  return objects.map(({ type, id, binary }) => ({ type, id, binary }));
}

describe("stepwire-accumulate.wasm", () => {
  it("has vectors", () => {
    expect(vectors.length).toBeGreaterThan(40);
  });

  it.each(vectors)("does what the vector says: $name", (vector) => {
    const wasm = accumulatorOf(vector);
    const results = vector.events.map((event) => {
      const result = wasm.apply(Buffer.from(event, "hex"));
      if (typeof result === "object") {
        const { code, objectType, objectId, pointer } = result;
        return { type: objectType, id: objectId, code, pointer };
      }
      return result === 0 ? null : { type: wasm.typeOf(result), id: wasm.idOf(result) };
    });
    expect(results).toEqual(vector.results);
    expect(objectsOf(wasm)).toEqual(expected(vector));
    expect(wasm.ended).toBe(vector.ended);
  });

  it.each(vectors)("does the same with all events at once: $name", (vector) => {
    const wasm = accumulatorOf(vector);
    const messages = vector.events.map((event) => Buffer.from(event, "hex"));
    let rest: Uint8Array = Buffer.concat(messages.flatMap((each) => [sizeOf(each), each]));
    const refused: string[] = [];
    for (let first = true; first || rest.length > 0; first = false) {
      const { code, consumed, refusedEnd } = wasm.applyAll(rest);
      if (code !== "") {
        refused.push(code);
      }
      rest = rest.subarray(code === "" ? consumed : refusedEnd);
    }
    expect(refused).toEqual(vector.results.flatMap((result) => result?.["code"] ?? []));
    expect(objectsOf(wasm)).toEqual(expected(vector));
    expect(wasm.ended).toBe(vector.ended);
  });
});

/** Returns the size of a message as a varint. */
function sizeOf({ length }: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes.push((rest % 0x80) | 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}
