import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { FileConversion } from "../model/protocol.js";
import { conversion, missing, shownText } from "../state/store.js";
import { CodeView } from "./code-view.js";
import { type Comparison, compareTexts } from "./compare.js";
import type { DiffLine } from "./diff.js";
import type { TextLine } from "./lines.js";
import { absence, counted } from "./words.js";

const showsDiff: Signal<boolean> = signal(true);

/** The text after the round trip, next to the original. */
export function Back(): JSX.Element {
  const current = conversion.value;
  const given = shownText.value;
  const comparison = useMemo(
    () =>
      current === undefined || current.excerpt !== undefined
        ? undefined
        : compareTexts(given, current.back, current.form),
    [given, current],
  );
  const diff = comparison?.kind === "different" ? comparison.lines : undefined;
  const lines = useMemo(() => diff && textLines(diff), [diff]);
  if (current === undefined || current.outcome === "refused") {
    return <p class="empty">Nothing comes back: {absence(missing.value)}</p>;
  }
  return (
    <>
      <Differences />
      <p class="note">
        <Spelling comparison={comparison} current={current} />
      </p>
      {lines !== undefined && showsDiff.value ? (
        <CodeView label="JSON that comes back, compared" lines={lines} />
      ) : (
        <CodeView label="JSON that comes back" text={current.back} />
      )}
    </>
  );
}

interface SpellingProps {
  readonly comparison: Comparison | undefined;
  readonly current: FileConversion;
}

/** Says in a sentence how the text that comes back is spelled. */
function Spelling({ comparison, current }: SpellingProps): JSX.Element {
  switch (comparison?.kind) {
    case undefined:
      return <>The start of what comes back. All of it was compared.</>;
    case "identical":
      return <>Equal to the letter.</>;
    case "spaces":
      return <>Equal except for white space.</>;
    case "different":
      return <Respelled lines={comparison.lines} isEqual={current.outcome === "equal"} />;
  }
}

interface RespelledProps {
  readonly lines: readonly DiffLine[] | undefined;
  readonly isEqual: boolean;
}

function Respelled({ lines, isEqual }: RespelledProps): JSX.Element {
  if (lines === undefined) {
    return <>Too many lines are spelled differently to show each.</>;
  }
  const changes = lines.filter(({ kind }) => kind !== "same").length;
  return (
    <>
      {isEqual ? "Equal in every value, spelled" : "Spelled"} differently in{" "}
      {counted(changes, "line")}: the canonical form has its own order of members and spelling of
      numbers. White space is not compared.{" "}
      <label class="check">
        <input
          type="checkbox"
          checked={showsDiff.value}
          onChange={({ currentTarget }) => {
            showsDiff.value = currentTarget.checked;
          }}
        />{" "}
        Show the differences
      </label>
    </>
  );
}

function Differences(): JSX.Element | null {
  const differences = conversion.value?.differences ?? [];
  if (differences.length === 0) {
    return null;
  }
  return (
    <ul class="entries">
      {differences.map(({ document, pointer, expected, found }) => (
        <li key={`${document}${pointer}`}>
          <code class="path">{pointer || "the document"}</code>
          <span>
            <code>{expected}</code> became <code>{found}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}

function textLines(diff: readonly DiffLine[]): TextLine[] {
  let start = 0;
  return diff.map(({ kind, text }) => {
    const line = { start, text, change: kind === "same" ? undefined : kind };
    start += text.length + 1;
    return line;
  });
}
