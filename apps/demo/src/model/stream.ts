import type { TextRange } from "@stepwire/json";

/** One event of a transcript, as the list of events shows it. */
export interface PlayedEvent {
  readonly name: string;
  readonly eventBytes: number;
  readonly binaryBytes: number;
  /** What the event adds, in a few words. */
  readonly summary: string;
  /** Its range in the transcript. */
  readonly range: TextRange;
}

/** A transcript that is ready to be played. */
export interface StreamOverview {
  readonly events: readonly PlayedEvent[];
  /** Why the transcript ends before its text does. */
  readonly problem?: string;
}

/** The state of a stream after an event. */
export interface StreamFrame {
  readonly event: number;
  /** In the order of their first events. */
  readonly steps: readonly StepSnapshot[];
}

/** An object of a stream, such as a run step, in its current state. */
export interface StepSnapshot {
  readonly id: string;
  readonly status: string;
  readonly parts: readonly StepPart[];
  /** What it used, once it is known. */
  readonly usage?: string;
}

/** A message, a tool call or another object within the object. */
export interface StepPart {
  readonly title: string;
  readonly id: string;
  readonly blocks: readonly StepBlock[];
}

/** A text within a part. */
export interface StepBlock {
  readonly label: string;
  readonly text: string;
}
