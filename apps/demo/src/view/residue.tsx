import type { JSX } from "preact";
import type { PlacedResidue } from "../model/conversion.js";
import type { FileConversion } from "../model/protocol.js";
import { hovered } from "../state/links.js";
import { conversion, missing } from "../state/store.js";
import { absence, residueSentence } from "./words.js";

const kindWords: Readonly<Record<PlacedResidue["kind"], string>> = {
  member: "kept as text",
  absent_member: "absent, where the canonical form has it",
  null: "null, where the canonical form differs",
  absent: "absent, where the canonical form has null",
  empty: "empty, where the canonical form has nothing",
};

/** The residue of the document. */
export function Residue(): JSX.Element {
  const current = conversion.value;
  const residue = current?.residue ?? [];
  if (residue.length === 0) {
    return (
      <>
        <p class="note">{residueSentence}</p>
        <p class="empty">{whyNone(current)}</p>
      </>
    );
  }
  return (
    <>
      <p class="note">{residueSentence}</p>
      <ul class="entries">
        {residue.map((entry) => (
          <li
            key={`${entry.document}${entry.pointer}`}
            onPointerEnter={() => show(entry)}
            onPointerLeave={() => {
              hovered.value = undefined;
            }}
          >
            <code class="path">{entry.pointer}</code>
            <span>
              {kindWords[entry.kind]}
              {entry.text !== undefined && (
                <>
                  {": "}
                  <code>{entry.text}</code>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function whyNone(current: FileConversion | undefined): string {
  if (current?.outcome === "refused") {
    return `No binary, no residue: ${absence(missing.value)}`;
  }
  return current?.excerpt === undefined
    ? "This document has none: the schema describes all of it, and it is in the canonical form."
    : "Residue is listed for documents that fit into the editor.";
}

function show({ document, pointer }: PlacedResidue): void {
  const place = conversion.value?.places.find(
    (each) => each.document === document && each.pointer === pointer,
  );
  hovered.value = place && { in: "text", offset: place.name?.start ?? place.start };
}
