import { formatJson } from "@stepwire/json";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Mode, modes } from "../model/conversion.js";
import { carried } from "../state/address.js";
import { openFile, openText } from "../state/opening.js";
import { sampleDocument, samples } from "../state/samples.js";
import { conversion, documentName, file, mode, shownSample, text } from "../state/store.js";
import { Editor } from "./editor.js";
import { Reading } from "./reading.js";
import { byteCount, grouped, modeWords } from "./words.js";

/** The document: where it comes from, how it is read, and its text. */
export function DocumentPane(): JSX.Element {
  const [isOver, setOver] = useState(false);
  useEffect(() => takeDrops(setOver), []);
  return (
    <section class={isOver ? "card document drop" : "card document"} aria-label="Document">
      <Toolbar />
      <Reading />
      <Editor />
      <Footer />
    </section>
  );
}

/** Opens what is dropped anywhere on the page. Returns a function that ends this. */
function takeDrops(setOver: (isOver: boolean) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  // Dragged text belongs to the editor.
  const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
    dataTransfer?.types.includes("Files") === true;
  const onDragOver = (event: DragEvent): void => {
    if (hasFiles(event)) {
      event.preventDefault();
      setOver(true);
    }
  };
  const onDragLeave = ({ relatedTarget }: DragEvent): void => {
    // Between two elements of the page, it has not left.
    if (relatedTarget === null) {
      setOver(false);
    }
  };
  const onDrop = (event: DragEvent): void => {
    setOver(false);
    if (!hasFiles(event)) {
      return;
    }
    event.preventDefault();
    const dropped = event.dataTransfer?.files[0];
    if (dropped !== undefined) {
      void openFile(dropped);
    }
  };
  addEventListener("dragover", onDragOver, { signal });
  addEventListener("dragleave", onDragLeave, { signal });
  addEventListener("drop", onDrop, { signal });
  return () => stop.abort();
}

function Toolbar(): JSX.Element {
  const picker = useRef<HTMLInputElement>(null);
  const shown = shownSample.value;
  return (
    <div class="toolbar">
      <label class="field">
        <span class="visually-hidden">Sample</span>
        <select
          value={shown?.name ?? ""}
          onChange={({ currentTarget }) => {
            const sample = samples.find(({ name }) => name === currentTarget.value);
            if (sample !== undefined) {
              openText(sample.text, sample.name);
            }
          }}
        >
          <option value="" disabled>
            {shown === undefined ? `Yours: ${documentName.value}` : "Samples"}
          </option>
          {samples.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => picker.current?.click()}>
        Open…
      </button>
      <input
        ref={picker}
        type="file"
        hidden
        aria-label="Open a file"
        onChange={({ currentTarget }) => {
          const picked = currentTarget.files?.[0];
          if (picked !== undefined) {
            void openFile(picked);
          }
          currentTarget.value = "";
        }}
      />
      <button
        type="button"
        disabled={file.value !== undefined || conversion.value?.form !== "json"}
        onClick={() => {
          text.value = `${formatJson(text.value)}\n`;
        }}
      >
        Format
      </button>
      <ModePicker />
      <span class="note mode-words">{modeWords[mode.value]}</span>
    </div>
  );
}

function ModePicker(): JSX.Element {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Mode</legend>
      {modes.map((each) => (
        <label key={each} title={`${each}: ${modeWords[each]}`}>
          <input
            type="radio"
            name="mode"
            value={each}
            checked={mode.value === each}
            onChange={() => chooseMode(each)}
          />
          <span>{each}</span>
        </label>
      ))}
    </fieldset>
  );
}

function chooseMode(chosen: Mode): void {
  mode.value = chosen;
}

function Footer(): JSX.Element {
  const opened = file.value;
  const bytes = conversion.value?.textBytes ?? 0;
  return (
    <footer class="document-foot">
      {opened === undefined ? (
        <>
          <span>{grouped(bytes)} bytes as written</span>
          {carried.value === "too long" ? <TooLong /> : <Hint />}
        </>
      ) : (
        <>
          <span>
            The start of {documentName.value}, {byteCount(opened.size)}; all of it is converted.
          </span>
          <TooLong />
          <button type="button" onClick={() => openText(sampleDocument.text, sampleDocument.name)}>
            Close
          </button>
        </>
      )}
    </footer>
  );
}

function Hint(): JSX.Element {
  return <span class="hint">Paste or drop JSON, events, or bytes.</span>;
}

/** Says that a reload loses the document. */
function TooLong(): JSX.Element {
  return (
    <span class="alarming-text" role="status">
      Too long for the address (64 kB): a reload loses it.
    </span>
  );
}
