import type { JSX } from "preact";
import type { Mode, PlacedViolation } from "../model/conversion.js";
import { modes } from "../model/conversion.js";
import { hovered } from "../state/links.js";
import { conversion, mode } from "../state/store.js";
import { modeWords } from "./words.js";

/** What each mode refuses of the document. */
export function Violations(): JSX.Element {
  const violations = conversion.value?.violations ?? {};
  return (
    <div class="modes">
      {modes.map((each) => (
        <section key={each} class={each === mode.value ? "mode current" : "mode"}>
          <header>
            <h3>{each}</h3>
            <Count violations={violations[each]} />
            <span class="note">{modeWords[each]}</span>
          </header>
          <List mode={each} violations={violations[each] ?? []} />
        </section>
      ))}
    </div>
  );
}

function Count({
  violations,
}: {
  readonly violations: readonly PlacedViolation[] | undefined;
}): JSX.Element {
  if (violations === undefined) {
    return <span class="badge">not checked</span>;
  }
  return violations.length === 0 ? (
    <span class="badge fine">accepts</span>
  ) : (
    <span class="badge alarming">{violations.length}</span>
  );
}

interface ListProps {
  readonly mode: Mode;
  readonly violations: readonly PlacedViolation[];
}

function List({ violations }: ListProps): JSX.Element | null {
  if (violations.length === 0) {
    return null;
  }
  return (
    <ul class="entries">
      {violations.map((violation) => (
        <li
          key={`${violation.document}${violation.pointer}${violation.code}${violation.offset}`}
          onPointerEnter={() => {
            const { range } = violation;
            hovered.value = range && { in: "text", offset: range.start };
          }}
          onPointerLeave={() => {
            hovered.value = undefined;
          }}
        >
          <code class="path">{violation.pointer || "the document"}</code>
          <span>
            <b>{violation.code}</b>: expected {violation.expected}, found{" "}
            <code>{violation.found}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}
