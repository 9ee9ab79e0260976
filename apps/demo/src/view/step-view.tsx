import type { JSX } from "preact";
import type { StepBlock, StepPart, StepSnapshot } from "../model/stream.js";

interface StepViewProps {
  readonly step: StepSnapshot;
  /** The step as it was before the last event. */
  readonly before: StepSnapshot | undefined;
}

/** The current state of a step, with the additions of the last event marked. */
export function StepView({ step, before }: StepViewProps): JSX.Element {
  const { id, status, parts, usage } = step;
  return (
    <article class="step">
      <header>
        <h3>{id}</h3>
        {status !== "" && <span class={`status status-${status}`}>{status}</span>}
        {usage !== undefined && <span class="note">{usage}</span>}
      </header>
      {parts.map((part, position) => (
        <PartView key={part.id || position} part={part} before={before?.parts[position]} />
      ))}
    </article>
  );
}

interface PartViewProps {
  readonly part: StepPart;
  readonly before: StepPart | undefined;
}

function PartView({ part, before }: PartViewProps): JSX.Element {
  return (
    <section class="part" aria-label={part.title}>
      <h4>
        {part.title} <span class="note">{part.id}</span>
      </h4>
      {part.blocks.map((block, position) => (
        <BlockView key={position} block={block} before={before?.blocks[position]} />
      ))}
    </section>
  );
}

interface BlockViewProps {
  readonly block: StepBlock;
  readonly before: StepBlock | undefined;
}

function BlockView({ block: { label, text }, before }: BlockViewProps): JSX.Element {
  const old = before?.text ?? "";
  const kept = text.startsWith(old) ? old.length : 0;
  return (
    <div class="block">
      <span class="block-label">{label}</span>
      <pre>
        {text.slice(0, kept)}
        {kept < text.length && <span class="added">{text.slice(kept)}</span>}
      </pre>
    </div>
  );
}
