import type { AccumulationCode, Ending } from "@stepwire/accumulate";

/** A file of vectors for accumulators. vectors/README.md describes it for implementers. */
export interface AccumulationVectorFile {
  readonly topic: string;
  readonly about: string;
  readonly cases: readonly AccumulationVector[];
}

/** Options other than the default. */
export interface AccumulationVectorOptions {
  readonly maxObjects?: number;
  readonly maxElements?: number;
  readonly maxMembers?: number;
  readonly maxIndexGap?: number;
  readonly maxSize?: number;
  readonly maxTextLength?: number;
  readonly setNames?: readonly string[];
  /** The full names of the objects to accumulate. */
  readonly objects?: readonly string[];
}

/** Events, and what an accumulator makes of them. */
export interface AccumulationVector {
  readonly name: string;
  /** The full name of the event message. */
  readonly schema: string;
  readonly options?: AccumulationVectorOptions;
  /** The events in hexadecimal, one after the other. */
  readonly events: readonly string[];
  /** What each event does: the object that it changes, null if there is none, or a refusal. */
  readonly results: readonly (ChangedObject | AccumulationRefusal | null)[];
  /** The objects after all events, in the order of their types and first events. */
  readonly objects: readonly AccumulatedObject[];
  readonly ended?: Ending;
}

/** An object after an event that changed it. */
export interface ChangedObject {
  readonly type: string;
  readonly id: string;
}

/** Why an event was refused. It changed nothing. */
export interface AccumulationRefusal extends ChangedObject {
  readonly code: AccumulationCode;
  readonly pointer: string;
}

export interface AccumulatedObject {
  readonly type: string;
  readonly id: string;
  /** The object in hexadecimal. */
  readonly binary: string;
  /** Its JSON text. */
  readonly json: string;
}
