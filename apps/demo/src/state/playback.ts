import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { TextRange } from "@stepwire/json";
import type { StepSnapshot, StreamFrame, StreamOverview } from "../model/stream.js";
import { Cancelled } from "./engine.js";
import { engine, isTranscript, tab, text } from "./store.js";

/** The transcript that is played. */
export const overview: Signal<StreamOverview | undefined> = signal(undefined);
/** The current state of the stream; event -1 is before the first event. */
export const frame: Signal<StreamFrame> = signal({ event: -1, steps: [] });
/** The steps as they were before the last event, to show what it changed. */
export const lastSteps: Signal<readonly StepSnapshot[]> = signal([]);
export const isPlaying: Signal<boolean> = signal(false);
/** Number of events per second. */
export const speed: Signal<number> = signal(8);

/** The range of the last played event in the transcript. */
export const currentEvent: ReadonlySignal<TextRange | undefined> = computed(() =>
  tab.value === "stream" ? overview.value?.events[frame.value.event]?.range : undefined,
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

/** Continues playing, from the start if the end was reached. */
export async function play(): Promise<void> {
  if (isPlaying.peek()) {
    return;
  }
  isPlaying.value = true;
  if (frame.peek().event >= lastEvent()) {
    await seek(-1);
  }
  while (isPlaying.peek() && frame.peek().event < lastEvent()) {
    await seek(frame.peek().event + 1);
    await new Promise((resolve) => setTimeout(resolve, 1000 / speed.peek()));
  }
  isPlaying.value = false;
}

/** Pauses at the current event. */
export function pause(): void {
  isPlaying.value = false;
}

function lastEvent(): number {
  return (overview.peek()?.events.length ?? 0) - 1;
}

/** Opens the transcript of the editor whenever the tab with the stream is shown. */
export function startPlayback(): void {
  effect(() => {
    const transcript = tab.value === "stream" && isTranscript.value ? text.value : undefined;
    pause();
    if (transcript !== undefined) {
      void open(transcript);
    }
  });
}

async function open(transcript: string): Promise<void> {
  try {
    const opened = await engine.request({ kind: "open-stream", text: transcript });
    overview.value = opened;
    frame.value = { event: -1, steps: [] };
  } catch (reason) {
    if (!(reason instanceof Cancelled)) {
      throw reason;
    }
  }
}
