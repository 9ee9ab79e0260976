import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { TextRange } from "@stepwire/json";
import type { StepSnapshot, StreamFrame, StreamOverview } from "../model/stream.js";
import { Cancelled } from "./engine.js";
import { sampleTranscript } from "./samples.js";
import { engine, isTranscript, opened, tab, text } from "./store.js";

/** The transcript that is played. */
export const overview: Signal<StreamOverview | undefined> = signal(undefined);
/** The current state of the stream; event -1 is before the first event. */
export const frame: Signal<StreamFrame> = signal({ event: -1, steps: [] });
/** The steps as they were before the last event, to show what it changed. */
export const lastSteps: Signal<readonly StepSnapshot[]> = signal([]);
export const isPlaying: Signal<boolean> = signal(false);
/** Number of events per second. */
export const speed: Signal<number> = signal(8);

/** The range of the last played event in the editor. */
export const currentEvent: ReadonlySignal<TextRange | undefined> = computed(() =>
  tab.value === "stream" && isTranscript.value
    ? overview.value?.events[frame.value.event]?.range
    : undefined,
);

/** Number of bytes that were played so far. */
export interface Played {
  readonly eventBytes: number;
  readonly binaryBytes: number;
}

const totals: ReadonlySignal<readonly Played[]> = computed(() => {
  let played: Played = { eventBytes: 0, binaryBytes: 0 };
  return (overview.value?.events ?? []).map(({ eventBytes, binaryBytes }) => {
    played = {
      eventBytes: played.eventBytes + eventBytes,
      binaryBytes: played.binaryBytes + binaryBytes,
    };
    return played;
  });
});

/** The two counters. */
export const played: ReadonlySignal<Played> = computed(
  () => totals.value[frame.value.event] ?? { eventBytes: 0, binaryBytes: 0 },
);

/** Where the counters will end. */
export const wholePlayed: ReadonlySignal<Played> = computed(
  () => totals.value.at(-1) ?? { eventBytes: 0, binaryBytes: 0 },
);

/** Goes to an event. */
export async function seek(event: number): Promise<void> {
  try {
    const reached = await engine.request({ kind: "seek", event });
    lastSteps.value = reached.event === frame.peek().event + 1 ? frame.peek().steps : reached.steps;
    frame.value = reached;
  } catch (reason) {
    isPlaying.value = false;
    if (!(reason instanceof Cancelled)) {
      throw reason;
    }
  }
}

/** Counts the runs of `play`, so that a run that was paused does not continue beside the next one. */
let run = 0;

/** Continues playing, from the start if the end was reached. */
export async function play(): Promise<void> {
  if (isPlaying.peek()) {
    return;
  }
  const own = ++run;
  const isCurrent = (): boolean => own === run && isPlaying.peek();
  isPlaying.value = true;
  if (frame.peek().event >= lastEvent()) {
    await seek(-1);
  }
  while (isCurrent() && frame.peek().event < lastEvent()) {
    await seek(frame.peek().event + 1);
    await new Promise((resolve) => setTimeout(resolve, 1000 / speed.peek()));
  }
  if (own === run) {
    isPlaying.value = false;
  }
}

/** Pauses at the current event. */
export function pause(): void {
  isPlaying.value = false;
}

function lastEvent(): number {
  return (overview.peek()?.events.length ?? 0) - 1;
}

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Opens the transcript whenever the tab with the stream is shown: that of the editor, or a sample.
 * It plays at once, unless the reader edits it or prefers reduced motion.
 */
export function startPlayback(): void {
  let last: unknown;
  effect(() => {
    const isShown = tab.value === "stream";
    const source = isTranscript.value ? opened.value : sampleTranscript;
    const transcript = isTranscript.value ? text.value : sampleTranscript?.text;
    pause();
    if (!isShown || transcript === undefined) {
      last = undefined;
      return;
    }
    const isEdited = source === last;
    last = source;
    void open(transcript, !isEdited && !reducedMotion.matches);
  });
}

let openings = 0;

async function open(transcript: string, plays: boolean): Promise<void> {
  const own = ++openings;
  try {
    const result = await engine.request({ kind: "open-stream", text: transcript });
    if (own !== openings) {
      return;
    }
    overview.value = result;
    frame.value = { event: -1, steps: [] };
    if (plays && tab.peek() === "stream") {
      void play();
    }
  } catch (reason) {
    if (!(reason instanceof Cancelled)) {
      throw reason;
    }
  }
}
