import {
  type DescMessage,
  equals,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { WasmAccumulator } from "@stepwire/testing";
import { expect } from "vitest";
import {
  AccumulationError,
  type Accumulator,
  type AccumulatorOptions,
  compileAccumulationPlan,
  createAccumulator as createReference,
  type Ending,
} from "../src/index.js";

/** Objects are compared after each of so many events, and then after each 64th. */
const COMPARED = 20;

/**
 * Creates an accumulator that also applies each event to stepwire-accumulate.wasm, and requires the
 * same result: the objects' bytes, the size, the end of the stream, or the refusal.
 */
export function createAccumulator<
  Event extends DescMessage,
  Objects extends DescMessage = DescMessage,
>(eventSchema: Event, options?: AccumulatorOptions<Objects>): Accumulator<Event, Objects>;
export function createAccumulator<Event extends DescMessage>(
  eventSchema: Event,
  options: AccumulatorOptions = {},
): Accumulator<Event> {
  const reference = createReference(eventSchema, options);
  const hasNone = options.objects?.length === 0;
  return hasNone ? reference : new BothEngines(eventSchema, reference, options);
}

class BothEngines<Event extends DescMessage> implements Accumulator<Event> {
  readonly #eventSchema: Event;
  readonly #reference: Accumulator<Event>;
  readonly #wasm: WasmAccumulator;
  #count = 0;
  #isComparable = true;
  #wasRefused = false;

  constructor(eventSchema: Event, reference: Accumulator<Event>, options: AccumulatorOptions) {
    this.#eventSchema = eventSchema;
    this.#reference = reference;
    const { typeName } = eventSchema;
    const isBuiltIn = typeName.startsWith("stepwire.");
    this.#wasm = new WasmAccumulator(
      isBuiltIn ? undefined : compileAccumulationPlan([eventSchema]),
    );
    expect(this.#wasm.select(typeName, options)).toBe(true);
  }

  get ended(): Ending | undefined {
    return this.#reference.ended;
  }

  get size(): number {
    return this.#reference.size;
  }

  get schemas(): readonly DescMessage[] {
    return this.#reference.schemas;
  }

  get<Desc extends DescMessage>(schema: Desc, id: string): MessageShape<Desc> | undefined {
    const object = this.#reference.get(schema, id);
    const number = this.#wasm.find(schema.typeName, id);
    expect(number > 0).toBe(object !== undefined);
    return object;
  }

  objects<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    const objects = this.#reference.objects(schema);
    const numbers = this.#wasm.numbers.filter(
      (number) => this.#wasm.typeOf(number) === schema.typeName,
    );
    expect(numbers.length).toBe(objects.length);
    for (const [index, number] of numbers.entries()) {
      const object = objects[index];
      if (object !== undefined) {
        this.#compare(schema, object, number);
      }
    }
    return objects;
  }

  delete(schema: DescMessage, id: string): boolean {
    const number = this.#wasm.find(schema.typeName, id);
    expect(this.#wasm.remove(number)).toBe(number > 0);
    const isDeleted = this.#reference.delete(schema, id);
    expect(number > 0).toBe(isDeleted);
    return isDeleted;
  }

  apply(event: MessageShape<Event>): MessageShape<DescMessage> | undefined {
    const binary = toBinary(this.#eventSchema, event);
    const result = this.#wasm.apply(binary);
    let changed: MessageShape<DescMessage> | undefined;
    try {
      changed = this.#reference.apply(event);
    } catch (error) {
      if (error instanceof AccumulationError) {
        this.#wasRefused = true;
        const { code, objectType, objectId, pointer, expected, found } = error;
        expect(result).toEqual({
          code,
          objectType,
          objectId,
          pointer: pointer.toWellFormed(),
          expected: expected.toWellFormed(),
          found: found.toWellFormed(),
        });
      }
      throw error;
    }
    if (typeof result === "object") {
      expect.unreachable(`refused: ${JSON.stringify(result)}`);
    }
    expect(this.#wasm.ended).toBe(this.#reference.ended);
    expect(result > 0).toBe(changed !== undefined);
    // The reference engine takes a map of strings with an entry of this name for a message.
    this.#isComparable &&= !Buffer.from(binary).includes("$typeName");
    if (this.#isComparable) {
      expect(this.#wasm.size).toBe(this.#reference.size);
    }
    const schema = this.schemas.find(({ typeName }) => typeName === changed?.$typeName);
    this.#count++;
    if (schema !== undefined && changed !== undefined) {
      expect(this.#wasm.typeOf(result)).toBe(schema.typeName);
      if (this.#count < COMPARED || this.#count % 64 === 0 || this.ended !== undefined) {
        this.#compare(schema, changed, result);
      }
    }
    return changed;
  }

  #compare(schema: DescMessage, object: MessageShape<DescMessage>, number: number): void {
    const binary = this.#wasm.snapshot(number);
    const expected = toBinary(schema, object);
    if (Buffer.compare(binary, expected) !== 0) {
      const decoded = fromBinary(schema, binary);
      if (this.#wasRefused && equals(schema, decoded, object)) {
        // What the reference engine restores after a refusal may be in another order.
        return;
      }
      expect(stringifyOpenAI(schema, decoded)).toBe(stringifyOpenAI(schema, object));
      expect(Buffer.from(binary).toString("latin1")).toBe(Buffer.from(expected).toString("latin1"));
    }
  }
}
