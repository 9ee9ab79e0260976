import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { AccumulationError, AccumulatorOptions, Ending } from "@stepwire/accumulate";
import { type RunStep, RunStepSchema, type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { WasmAccumulator } from "@stepwire/testing";
import { demand } from "../run/target.js";

/** Compares stepwire-accumulate.wasm with the reference engine, event by event. */
export class WasmComparison {
  readonly #wasm = new WasmAccumulator();

  constructor(limits: AccumulatorOptions) {
    this.#wasm.select(StreamEventSchema.typeName, { ...limits, objects: [RunStepSchema] });
  }

  /** Applies an event that the reference engine has applied, or has refused. */
  apply(event: StreamEvent, refusal: AccumulationError | undefined): void {
    const result = this.#wasm.apply(toBinary(StreamEventSchema, event));
    const found = typeof result === "object" ? `${result.code} ${result.pointer}` : "applied";
    const expected =
      refusal === undefined ? "applied" : `${refusal.code} ${refusal.pointer.toWellFormed()}`;
    demand(found === expected, "both engines agree", () => `${expected}, but wasm: ${found}`);
  }

  /** Checks the object and the state after an event. */
  check(step: RunStep, ended: Ending | undefined): void {
    const wasm = this.#wasm;
    demand(wasm.ended === ended, "both streams end", () => `${ended}, but wasm: ${wasm.ended}`);
    const binary = wasm.snapshot(wasm.find(RunStepSchema.typeName, step.id));
    const isSame =
      Buffer.compare(binary, toBinary(RunStepSchema, step)) === 0 ||
      // After a refusal, the reference engine may have members in another order.
      equals(RunStepSchema, fromBinary(RunStepSchema, binary), step);
    demand(isSame, "both engines have the same step", () => Buffer.from(binary).toString("hex"));
  }
}
