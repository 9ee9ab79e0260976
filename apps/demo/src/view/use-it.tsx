import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FileConversion } from "../model/protocol.js";
import { snippets } from "../snippets/snippets.js";
import { toBase64, toHexadecimal } from "../state/base64.js";
import { binaryName, conversion, documentName, file, missing, mode, text } from "../state/store.js";
import { CodeView } from "./code-view.js";
import { CopyButton } from "./copy-button.js";
import { download } from "./download.js";
import { ShareLink } from "./share-link.js";
import { TabList, TabPanel } from "./tabs.js";
import { absence, byteCount } from "./words.js";

const language: Signal<string> = signal(snippets[0]?.id ?? "");

/** Code for the document on the screen, and its bytes to copy or save. */
export function UseItPanel(): JSX.Element {
  const current = conversion.value;
  return (
    <>
      <Code current={current} />
      <section class="card" aria-label="Take it with you">
        <header class="card-head">
          <h2>Take it with you</h2>
        </header>
        {current === undefined || current.outcome === "refused" ? (
          <p class="empty">There is no binary: {absence(missing.value)}</p>
        ) : (
          <BinaryForms current={current} />
        )}
        <ShareLink />
      </section>
    </>
  );
}

function Code({ current }: { readonly current: FileConversion | undefined }): JSX.Element {
  const snippet = snippets.find(({ id }) => id === language.value) ?? snippets[0];
  const code =
    current &&
    snippet?.write({
      form: current.form,
      type: current.type,
      documentType: current.documentType,
      mode: mode.value,
      name: documentName.value,
    });
  return (
    <section class="card" aria-label="Code for this document">
      <TabList
        id="language"
        className="tabs card-tabs"
        label="Language"
        tabs={Object.fromEntries(snippets.map(({ id, title }) => [id, title]))}
        selected={language.value}
        onSelect={(id) => {
          language.value = id;
        }}
      />
      <TabPanel id="language" selected={language.value}>
        <p class="note install">
          Install: <code>{snippet?.install(code ?? "")}</code>
        </p>
        <div class="snippet">
          <CodeView label="Code" text={code ?? ""} />
          <CopyButton label="Copy the code" text={() => code ?? ""} />
        </div>
        {snippet?.note !== undefined && <p class="note">{snippet.note}</p>}
      </TabPanel>
    </section>
  );
}

/** Larger binaries can only be saved as a file. */
const LARGEST_COPY = 512 * 1024;

function BinaryForms({ current }: { readonly current: FileConversion }): JSX.Element {
  const { binary, binaryBytes } = current;
  const isWhole = binary.length === binaryBytes && binaryBytes <= LARGEST_COPY;
  return (
    <div class="take">
      <p>
        The binary, {byteCount(binaryBytes)}
        {current.form === "json" ? "" : ", each message after its size"}:
      </p>
      <div class="buttons">
        <Download current={current} />
        <button type="button" onClick={saveText}>
          Save the text
        </button>
        {isWhole && (
          <>
            <CopyButton label="Copy as hex" text={() => toHexadecimal(binary)} />
            <CopyButton label="Copy as base64" text={() => toBase64(binary)} />
          </>
        )}
      </div>
    </div>
  );
}

/** Saves the document as text, such as the JSON of bytes. */
function saveText(): void {
  download(file.peek()?.source ?? new Blob([text.peek()]), documentName.peek());
}

function Download({ current }: { readonly current: FileConversion }): JSX.Element {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const created = URL.createObjectURL(current.file);
    setAddress(created);
    return () => URL.revokeObjectURL(created);
  }, [current.file]);
  return (
    <a class="button primary" href={address ?? ""} download={binaryName.value}>
      Save the binary
    </a>
  );
}
