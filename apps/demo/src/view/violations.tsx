import type { JSX } from "preact";
import type { Mode } from "../model/conversion.js";
import { modes } from "../model/conversion.js";
import { hovered, jumpTo } from "../state/links.js";
import { conversion, missing, mode, shownText } from "../state/store.js";
import { lineAndColumn } from "../state/text-place.js";
import { listViolations, type RefusedBy } from "./violation-list.js";
import { absence, counted, modeWords } from "./words.js";

/** What is wrong with the document: the outcome in each mode, and each violation once. */
export function Violations(): JSX.Element {
  if (missing.value !== undefined) {
    return <p class="empty">There is nothing to check: {absence(missing.value)}</p>;
  }
  const violations = conversion.value?.violations ?? {};
  const listed = listViolations(violations);
  return (
    <>
      <ul class="modes" aria-label="Modes">
        {modes.map((each) => (
          <li key={each} class={each === mode.value ? "mode current" : "mode"}>
            <h3>{each}</h3>
            <Count count={violations[each]?.length} />
            <span class="note">{modeWords[each]}</span>
          </li>
        ))}
      </ul>
      {listed.length > 0 && (
        <ul class="entries violations" aria-label="Violations">
          {listed.map((entry, position) => (
            <Entry key={position} entry={entry} />
          ))}
        </ul>
      )}
    </>
  );
}

function Count({ count }: { readonly count: number | undefined }): JSX.Element {
  if (count === undefined) {
    return <span class="badge">not checked</span>;
  }
  return count === 0 ? (
    <span class="badge fine">accepts</span>
  ) : (
    <span class="badge alarming">{counted(count, "violation")}</span>
  );
}

function Entry({
  entry: { violation, modes: refusing },
}: {
  readonly entry: RefusedBy;
}): JSX.Element {
  const { range, pointer, code, expected, found } = violation;
  const place = range && lineAndColumn(shownText.value, range.start);
  return (
    <li
      onPointerEnter={() => {
        hovered.value = range && { in: "text", offset: range.start };
      }}
      onPointerLeave={() => {
        hovered.value = undefined;
      }}
    >
      <span class="entry-head">
        <code class="path">{pointer || "the document"}</code>
        {place !== undefined && range !== undefined && (
          <button type="button" class="jump" onClick={() => jumpTo(range)}>
            line {place.line}, column {place.column}
          </button>
        )}
        <RefusingModes modes={refusing} />
      </span>
      <span>
        <b>{code}</b>: expected {expected}, found <code>{found}</code>
      </span>
    </li>
  );
}

/** The modes that refuse the document because of a violation. */
function RefusingModes({ modes: refusing }: { readonly modes: readonly Mode[] }): JSX.Element {
  const all = refusing.length === modes.length;
  return <span class="note">refused by {all ? "every mode" : refusing.join(" and ")}</span>;
}
