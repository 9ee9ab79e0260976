import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { PlayedEvent } from "../model/stream.js";
import { openText } from "../state/opening.js";
import {
  frame,
  isPlaying,
  lastSteps,
  overview,
  pause,
  play,
  played,
  seek,
  speed,
  wholePlayed,
} from "../state/playback.js";
import { sampleTranscript } from "../state/samples.js";
import { conversion, isTranscript } from "../state/store.js";
import { StepView } from "./step-view.js";
import { grouped, percent } from "./words.js";

/** Plays a transcript, and shows the objects that its deltas build. */
export function StreamPanel(): JSX.Element {
  return (
    <>
      <section class="card" aria-label="Player">
        {!isTranscript.value && <SampleNote />}
        <Race />
        <Controls />
      </section>
      <div class="stream-parts">
        <EventLog />
        <Steps />
      </div>
    </>
  );
}

/** Says that a sample is played instead of the document. */
function SampleNote(): JSX.Element {
  const form = conversion.value?.form;
  return (
    <div class="sample-note">
      <span>
        This plays a sample:{" "}
        {form === "events"
          ? "the transcript is too large for the editor."
          : "the document is not a transcript of server-sent events."}
      </span>
      <button type="button" onClick={openSample}>
        Open the sample
      </button>
    </div>
  );
}

function openSample(): void {
  if (sampleTranscript !== undefined) {
    openText(sampleTranscript.text, sampleTranscript.name);
  }
}

/** Two counters: the bytes of the events, and those of the same events in binary. */
function Race(): JSX.Element {
  const { eventBytes, binaryBytes } = played.value;
  const whole = Math.max(wholePlayed.value.eventBytes, 1);
  return (
    <div class="race">
      <Counter label="Server-sent events" bytes={eventBytes} whole={whole} className="json" />
      <Counter
        label={`Binary${eventBytes > 0 ? `, ${percent(binaryBytes, eventBytes)}` : ""}`}
        bytes={binaryBytes}
        whole={whole}
        className="binary"
      />
    </div>
  );
}

interface CounterProps {
  readonly label: string;
  readonly bytes: number;
  readonly whole: number;
  readonly className: string;
}

function Counter({ label, bytes, whole, className }: CounterProps): JSX.Element {
  return (
    <div class={`counter counter-${className}`}>
      <span class="counter-label">{label}</span>
      <span class="counter-bytes">
        {grouped(bytes)} <small>bytes</small>
      </span>
      <span class="bar-track" aria-hidden="true">
        <span class={`bar ${className}`} style={{ width: `${(100 * bytes) / whole}%` }} />
      </span>
    </div>
  );
}

function Controls(): JSX.Element {
  const count = overview.value?.events.length ?? 0;
  const event = frame.value.event;
  return (
    <div class="controls">
      <button
        type="button"
        class="primary play"
        onClick={() => (isPlaying.value ? pause() : void play())}
      >
        {isPlaying.value ? "Pause" : "Play"}
      </button>
      <button type="button" disabled={event >= count - 1} onClick={() => void seek(event + 1)}>
        Next event
      </button>
      <label class="slider grow">
        <span>
          Event {event + 1} of {count}
        </span>
        <input
          type="range"
          min={-1}
          max={count - 1}
          value={event}
          onInput={({ currentTarget }) => {
            pause();
            void seek(currentTarget.valueAsNumber);
          }}
        />
      </label>
      <label class="slider">
        <span>{speed.value} events a second</span>
        <input
          type="range"
          min={1}
          max={60}
          value={speed.value}
          onInput={({ currentTarget }) => {
            speed.value = currentTarget.valueAsNumber;
          }}
        />
      </label>
    </div>
  );
}

const SHOWN_EVENTS = 200;

function EventLog(): JSX.Element {
  const events = overview.value?.events ?? [];
  const end = frame.value.event + 1;
  const first = Math.max(0, end - SHOWN_EVENTS);
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [end]);
  return (
    <section class="card events-card" aria-label="Events">
      <header class="card-head">
        <h2>Events</h2>
        <span class="note">SSE / binary bytes</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={list} class="event-log" aria-label="Events that have arrived" tabIndex={0}>
        {end === 0 && <p class="empty">Nothing has arrived yet.</p>}
        <ol>
          {events.slice(first, end).map((event, position) => (
            <EventRow key={first + position} event={event} />
          ))}
        </ol>
      </section>
      {overview.value?.problem && <p class="note alarming-text">{overview.value.problem}</p>}
    </section>
  );
}

function EventRow({ event }: { readonly event: PlayedEvent }): JSX.Element {
  const { name, summary, eventBytes, binaryBytes } = event;
  return (
    <li>
      <span class={`event-name ${name.endsWith(".delta") ? "delta" : "lifecycle"}`}>
        {name.replace(/^thread\.run\.step\./, "")}
      </span>
      <span class="event-summary">{summary.trim().replaceAll("\n", "↵")}</span>
      <span class="event-bytes">
        {grouped(eventBytes)} / <b>{grouped(binaryBytes)}</b>
      </span>
    </li>
  );
}

function Steps(): JSX.Element {
  const { steps, event } = frame.value;
  const before = lastSteps.value;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // Scrolls to the last addition of the event.
    const added = event < 0 ? undefined : list.current?.querySelectorAll(".added");
    const last = added?.[added.length - 1];
    if (last !== undefined && list.current !== null) {
      const { bottom } = last.getBoundingClientRect();
      const frameBottom = list.current.getBoundingClientRect().bottom;
      list.current.scrollTop += Math.max(0, bottom - frameBottom + 24);
    }
  }, [event]);
  return (
    <section class="card steps-card" aria-label="Accumulated objects">
      <header class="card-head">
        <h2>Accumulated {steps.length > 1 ? "objects" : "object"}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={list} class="steps" aria-label="Objects so far" tabIndex={0}>
        {steps.length === 0 && <p class="empty">It grows here.</p>}
        {steps.map((step, position) => (
          <StepView key={step.id} step={step} before={before[position]} />
        ))}
      </section>
    </section>
  );
}
