import { type Signal, signal } from "@preact/signals";
import { formatJson } from "@stepwire/json";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { conversion, shownText } from "../state/store.js";
import { CodeView } from "./code-view.js";
import { diffLines } from "./diff.js";
import type { TextLine } from "./lines.js";

const showsDiff: Signal<boolean> = signal(true);

/** The text after the round trip, next to the original. */
export function Back(): JSX.Element {
  const current = conversion.value;
  const given = shownText.value;
  const whole = current?.excerpt === undefined;
  const diff = useMemo(
    () =>
      current === undefined || !whole ? undefined : compare(given, current.back, current.form),
    [given, current, whole],
  );
  if (current === undefined || current.outcome === "refused") {
    return <p class="empty">Nothing comes back.</p>;
  }
  const changes = diff?.filter(({ change }) => change !== undefined).length ?? 0;
  const isShown = showsDiff.value && changes > 0;
  return (
    <>
      <Differences />
      <p class="note">
        {changes > 0 ? (
          <>
            Equal in every value, spelled differently in {changes} lines: the canonical form has its
            own order of members and spelling of numbers.{" "}
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
        ) : whole ? (
          "White space aside, the same to the letter."
        ) : (
          "The start of what comes back; all of it was compared."
        )}
      </p>
      {isShown && diff !== undefined ? (
        <CodeView label="JSON that comes back, compared" lines={diff} />
      ) : (
        <CodeView label="JSON that comes back" text={current.back} />
      )}
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

function compare(given: string, back: string, form: string): TextLine[] | undefined {
  const before = form === "json" ? formatJson(given) : given.trimEnd();
  let start = 0;
  return diffLines(before, form === "json" ? back : back.trimEnd())?.map(({ kind, text }) => {
    const line = { start, text, change: kind === "same" ? undefined : kind };
    start += text.length + 1;
    return line;
  });
}
