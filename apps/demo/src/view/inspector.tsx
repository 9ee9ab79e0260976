import type { JSX } from "preact";
import type { BinaryField, TextPlace } from "../model/conversion.js";
import { type Link, link } from "../state/links.js";
import { conversion } from "../state/store.js";
import { counted, residueSentence } from "./words.js";

/** Explains the highlighted byte or value. */
export function Inspector(): JSX.Element {
  const current = link.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="inspector" aria-label="What it means" tabIndex={0}>
      {current === undefined ? <Hint /> : <Meaning link={current} />}
    </section>
  );
}

function Hint(): JSX.Element {
  return (
    <p class="hint">
      Point at a byte or at a value of the JSON, or walk through the bytes with the arrow keys (with
      Alt, from field to field).
    </p>
  );
}

function Meaning({ link: { field, place } }: { readonly link: Link }): JSX.Element {
  return field === undefined ? <NoBytes place={place} /> : <Facts field={field} place={place} />;
}

function NoBytes({ place }: { readonly place: TextPlace | undefined }): JSX.Element {
  return (
    <p>
      <code>{place?.pointer || "the document"}</code> takes no bytes: the schema says it anyway.
    </p>
  );
}

interface FactsProps {
  readonly field: BinaryField;
  readonly place: TextPlace | undefined;
}

function Facts({ field, place }: FactsProps): JSX.Element {
  const { path, fieldNumber, wireType, type, text, tag, value, isResidue, kind } = field;
  return (
    <dl>
      <div class="wide">
        <dt>Field</dt>
        <dd>
          <code class="path">{path}</code>
          {isResidue && (
            <span class="badge residue-badge" title={residueSentence}>
              residue
            </span>
          )}
        </dd>
      </div>
      <div class="wide">
        <dt>Value</dt>
        <dd>
          <code class={`value kind-${kind}`}>{text}</code>
        </dd>
      </div>
      {kind !== "size" && (
        <div>
          <dt>Tag</dt>
          <dd>
            <code>{tagBytes(field)}</code> = field {fieldNumber}, {wireType}
          </dd>
        </div>
      )}
      <div>
        <dt>Type</dt>
        <dd>
          <code>{type}</code>
        </dd>
      </div>
      <div>
        <dt>Bytes</dt>
        <dd>
          {hexadecimal(tag.start)}–{hexadecimal(value.end - 1)},{" "}
          {counted(value.end - tag.start, "byte")}
        </dd>
      </div>
      <div>
        <dt>JSON</dt>
        <dd>
          <code>{place?.pointer || (field.pointers.length > 0 ? "the document" : "–")}</code>
        </dd>
      </div>
    </dl>
  );
}

function tagBytes({ tag }: BinaryField): string {
  const bytes = conversion.value?.binary.subarray(tag.start, tag.end) ?? [];
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function hexadecimal(offset: number): string {
  return offset.toString(16).padStart(4, "0");
}
