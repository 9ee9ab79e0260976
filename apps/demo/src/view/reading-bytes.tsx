import type { JSX } from "preact";
import type { BytesReading, Layout, ReadBytes } from "../model/bytes.js";
import { toBase64, toHexadecimal } from "../state/base64.js";
import { openBytes, openText } from "../state/opening.js";
import type { OpenedBytes } from "../state/store.js";
import { TypeSelect, typeLabel } from "./type-select.js";
import { byteCount, counted, layoutWords, spellingWords } from "./words.js";

const layouts: readonly Layout[] = ["message", "archive"];

/** What bytes were taken for, and the means to correct it. */
export function BytesChoices({ bytes }: { readonly bytes: OpenedBytes }): JSX.Element {
  const { given, choice, reading } = bytes;
  return (
    <>
      <select
        aria-label="Taken as"
        value={choice.layout ?? ""}
        onChange={({ currentTarget }) => {
          if (currentTarget.value === "text") {
            void openAsText(bytes);
          } else {
            const layout = layouts.find((each) => each === currentTarget.value);
            void openBytes(given, { layout, type: choice.type });
          }
        }}
      >
        <option value="">{detectedLayout(bytes)}</option>
        {layouts.map((layout) => (
          <option key={layout} value={layout}>
            {layoutWords[layout]}
          </option>
        ))}
        <option value="text">Text</option>
      </select>
      {reading.kind !== "text" && (
        <TypeSelect
          chosen={choice.type}
          detected={reading.kind === "read" ? typeLabel(reading.type) : undefined}
          onChoose={(type) => void openBytes(given, { ...choice, type })}
        />
      )}
      {reading.kind !== "text" && reading.layout === "archive" && reading.labels.length > 0 && (
        <DocumentSelect bytes={bytes} documents={reading.documents} labels={reading.labels} />
      )}
    </>
  );
}

function detectedLayout({ choice, reading }: OpenedBytes): string {
  if (choice.layout !== undefined || reading.kind === "unreadable") {
    return "Detect the form";
  }
  return reading.kind === "text" ? "Text (detected)" : `${layoutWords[reading.layout]} (detected)`;
}

interface DocumentSelectProps {
  readonly bytes: OpenedBytes;
  readonly documents: number;
  readonly labels: readonly string[];
}

/** Selects a document of an archive. */
function DocumentSelect({ bytes, documents, labels }: DocumentSelectProps): JSX.Element {
  const { given, choice } = bytes;
  return (
    <select
      aria-label="Document of the archive"
      value={choice.document ?? ""}
      onChange={({ currentTarget: { value } }) =>
        void openBytes(given, { ...choice, document: value === "" ? undefined : Number(value) })
      }
    >
      <option value="">All {counted(documents, "document")}</option>
      {labels.map((label, index) => (
        <option key={index} value={index}>
          {index + 1}: {label}
        </option>
      ))}
      {documents > labels.length && (
        <option disabled>{counted(documents - labels.length, "more document")}</option>
      )}
    </select>
  );
}

/** Shows the text that the bytes are, or were spelled as. */
async function openAsText({ given: { name, spelling, source } }: OpenedBytes): Promise<void> {
  const bytes = new Uint8Array(await source.arrayBuffer());
  const write = {
    hex: toHexadecimal,
    base64: toBase64,
    binary: (binary: Uint8Array) => new TextDecoder().decode(binary),
  }[spelling];
  openText(write(bytes), name);
}

/** Says what was taken, and whether anything of it is lost. */
export function BytesStatement({ reading }: { readonly reading: BytesReading }): JSX.Element {
  const { size, spelling, compression } = reading;
  const source = [
    byteCount(size),
    spelling === "binary" ? "" : ` from ${spellingWords[spelling]}`,
    compression === undefined ? "" : ` after ${compression} was undone`,
  ].join("");
  return (
    <>
      <p class="note">
        {source}.{reading.kind === "read" && <Fidelity reading={reading} />}
      </p>
      {reading.kind !== "text" && reading.damage !== undefined && (
        <p class="notice" role="alert">
          Only the documents before the damage are shown: {reading.damage}.
        </p>
      )}
    </>
  );
}

function Fidelity({ reading }: { readonly reading: ReadBytes }): JSX.Element {
  const { isCanonical, unknownBytes, alternatives } = reading;
  return (
    <>
      {isCanonical === true && " The JSON becomes the same bytes again."}
      {isCanonical === false &&
        " The JSON becomes other bytes, which are shown: the given ones are not in canonical form."}
      {unknownBytes > 0 &&
        ` ${byteCount(unknownBytes)} of fields that the schema does not know are not in the JSON.`}
      {alternatives.length > 0 && ` Other types fit as well: ${listed(alternatives)}.`}
    </>
  );
}

const MOST_LISTED = 3;

function listed(types: readonly string[]): string {
  const names = types.slice(0, MOST_LISTED).map((name) => name.replaceAll("-", " "));
  const more = types.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
