import { isMessage } from "@bufbuild/protobuf";
import type { StreamEvent } from "@stepwire/core";
import {
  type RunStep,
  type RunStepDelta,
  type RunStepDeltaFields,
  RunStepDeltaFieldsSchema,
  RunStepSchema,
} from "@stepwire/core";
import { type Fields, fieldsOf, getMessageMapping, type ObjectMapping } from "@stepwire/mapping";
import { blankMessage } from "./blank.js";
import { MergeContext } from "./context.js";
import { Draft } from "./draft.js";
import { endOfStream } from "./end-of-stream.js";
import { AccumulationError } from "./error.js";
import { freezeDeep, sizeOf } from "./fields.js";
import { requireSameIdentity } from "./identity.js";
import { type AccumulatorOptions, type Limits, resolveLimits } from "./limits.js";
import { writeMember } from "./member.js";
import { compileMerge } from "./merge.js";
import { transaction } from "./persistent-map.js";

interface Entry {
  readonly step: RunStep;
  readonly size: number;
  readonly ended: boolean;
}

/**
 * Adds the events of a stream up to run steps, by the rules of
 * docs/accumulation.md.
 *
 * A snapshot never changes: each event that changes a step makes a new one, which
 * shares with the last one, and with the event, whatever is the same. All that a
 * snapshot holds is therefore frozen, in the messages of the events too. What a
 * snapshot has many of, such as unknown members, is built when it is first read, so
 * that a delta costs what it says and not what was accumulated.
 */
export class RunStepAccumulator {
  readonly #limits: Limits;
  readonly #entries = new Map<string, Entry>();
  #size = 0;
  #ended: "done" | "error" | undefined;

  constructor(options: AccumulatorOptions = {}) {
    this.#limits = resolveLimits(options);
  }

  /**
   * How the stream ended: with the event `done` or `error`, or with an event without a
   * name whose payload is `[DONE]` or `{"error": ...}`; undefined while none came.
   */
  get ended(): "done" | "error" | undefined {
    return this.#ended;
  }

  /** How much all steps hold, in the unit of `maxSize`. */
  get size(): number {
    return this.#size;
  }

  /** The step as it is by now; undefined if no event was about it. */
  step(id: string): RunStep | undefined {
    return this.#entries.get(id)?.step;
  }

  /** All steps as they are by now, in the order of their first events. */
  steps(): RunStep[] {
    return Array.from(this.#entries.values(), ({ step }) => step);
  }

  /** Forgets a step, to make room for others. False if there was none. */
  delete(id: string): boolean {
    this.#size -= this.#entries.get(id)?.size ?? 0;
    return this.#entries.delete(id);
  }

  /**
   * Adds an event. Gives the new snapshot of the step that it is about; undefined
   * if it is about none.
   *
   * @throws {AccumulationError} if the event does not fit; nothing has changed then.
   */
  apply(event: StreamEvent): RunStep | undefined {
    const ending = endOfStream(event);
    if (ending !== undefined) {
      this.#ended = ending;
      return undefined;
    }
    const arm = event.event;
    switch (arm.case) {
      case "runStepCreated":
      case "runStepInProgress":
        return this.#replace(arm.value, false);
      case "runStepCompleted":
      case "runStepFailed":
      case "runStepCancelled":
      case "runStepExpired":
        return this.#replace(arm.value, true);
      case "runStepDelta":
        return this.applyDelta(arm.value);
      default:
        return undefined;
    }
  }

  /**
   * Adds a delta and returns the new snapshot of its step. After the event that ended
   * the step, a delta may only add what is absent, null or empty.
   *
   * @throws {AccumulationError} if the delta does not fit; nothing has changed then.
   */
  applyDelta({ id, delta }: RunStepDelta): RunStep {
    this.#requireId(id);
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#requireRoom(id);
    }
    const before = entry?.step ?? blankStep(id);
    const ended = entry?.ended ?? false;
    const context = new MergeContext(this.#limits, id, this.#size, ended);
    if (entry === undefined) {
      context.grow(sizeOf(before));
    }
    const step =
      delta === undefined ? before : transaction(() => mergeDelta(before, delta, context));
    const size = (entry?.size ?? 0) + context.size - this.#size;
    this.#entries.set(id, { step, size, ended });
    this.#size = context.size;
    return step;
  }

  #replace(step: RunStep, ended: boolean): RunStep {
    const { id } = step;
    this.#requireId(id);
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#requireRoom(id);
    }
    const size = sizeOf(step);
    const context = new MergeContext(this.#limits, id, this.#size);
    context.grow(size - (entry?.size ?? 0));
    if (entry !== undefined && !ended) {
      requireSameIdentity(RunStepDeltaFieldsSchema, RunStepSchema, entry.step, step, context);
    }
    this.#entries.set(id, { step: freezeDeep(step), size, ended });
    this.#size = context.size;
    return step;
  }

  #requireId(id: string): void {
    if (id === "") {
      throw new AccumulationError({
        code: "missing_id",
        stepId: "",
        pointer: "",
        expected: "the identifier of the step",
        found: "none",
      });
    }
  }

  #requireRoom(id: string): void {
    const { maxSteps } = this.#limits;
    if (this.#entries.size >= maxSteps) {
      throw new AccumulationError({
        code: "too_many_steps",
        stepId: id,
        pointer: "",
        expected: `at most ${maxSteps} steps`,
        found: "one more",
      });
    }
  }
}

function mergeDelta(before: RunStep, delta: RunStepDeltaFields, context: MergeContext): RunStep {
  const merge = compileMerge(RunStepDeltaFieldsSchema, RunStepSchema);
  return asStep(merge(fieldsOf(before), delta, context));
}

/** A step of which nothing but the identifier is known. */
function blankStep(id: string): RunStep {
  const mapping = stepMapping();
  const member = mapping.memberByName.get("id");
  const draft = new Draft(blankMessage(RunStepSchema), mapping);
  if (member?.kind === "field") {
    writeMember(member, { kind: "value", value: id }, draft);
  }
  return asStep(draft.seal());
}

function stepMapping(): ObjectMapping {
  const mapping = getMessageMapping(RunStepSchema);
  if (mapping.kind !== "object") {
    throw new TypeError("a run step is a JSON object");
  }
  return mapping;
}

/** The step that fields are which were made by the descriptor of `RunStep`. */
function asStep(fields: Fields): RunStep {
  if (!isMessage(fields, RunStepSchema)) {
    throw new TypeError("not a run step");
  }
  return fields;
}
