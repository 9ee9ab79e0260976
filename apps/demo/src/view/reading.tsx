import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { detectSpelling, readSpelling, type TextSpelling } from "../engine/bytes/spelling.js";
import type { InputForm } from "../model/conversion.js";
import { addressProblem } from "../state/address.js";
import { openBytes } from "../state/opening.js";
import {
  chosenForm,
  chosenType,
  conversion,
  file,
  type OpenedBytes,
  shownBytes,
  text,
} from "../state/store.js";
import { BytesChoices, BytesStatement } from "./reading-bytes.js";
import { TypeSelect } from "./type-select.js";
import { formWords, spellingWords, stepSentence } from "./words.js";

/** What the document was taken for, and the means to correct it. */
export function Reading(): JSX.Element {
  const bytes = shownBytes.value;
  return (
    <div class="reading">
      <div class="reading-choices">
        <span class="reading-label" id="reading-label">
          Taken as
        </span>
        {bytes === undefined ? <TextChoices /> : <BytesChoices bytes={bytes} />}
      </div>
      <Notes bytes={bytes} />
    </div>
  );
}

function Notes({ bytes }: { readonly bytes: OpenedBytes | undefined }): JSX.Element {
  const explains = conversion.value?.type.label.includes("run step") === true;
  return (
    <>
      {addressProblem.value !== undefined && (
        <p class="notice" role="alert">
          {addressProblem.value}
        </p>
      )}
      {bytes === undefined ? <SpelledNote /> : <BytesStatement reading={bytes.reading} />}
      {explains && <p class="note">{stepSentence}</p>}
    </>
  );
}

const forms: readonly InputForm[] = ["json", "lines", "events"];
const spellings: readonly TextSpelling[] = ["hex", "base64"];

function TextChoices(): JSX.Element {
  const current = conversion.value;
  const isBytes = useComputed(() => file.value === undefined && detectSpelling(text.value)).value;
  return (
    <>
      <select
        aria-label="Taken as"
        value={chosenForm.value ?? ""}
        onChange={({ currentTarget }) => chooseForm(currentTarget)}
      >
        <option value="">
          {current === undefined ? "…" : `${formWords[current.form]} (detected)`}
        </option>
        {forms.map((form) => (
          <option key={form} value={form}>
            {formWords[form]}
          </option>
        ))}
        {spellings.map((spelling) => (
          <option key={spelling} value={spelling} disabled={isBytes === undefined}>
            Bytes in {spellingWords[spelling]}
          </option>
        ))}
      </select>
      <TypeSelect
        chosen={chosenType.value}
        detected={detectedType()}
        onChoose={(type) => {
          chosenType.value = type;
        }}
      />
    </>
  );
}

function detectedType(): string | undefined {
  const current = conversion.value;
  if (current === undefined) {
    return undefined;
  }
  if (current.form === "lines") {
    return "each its own";
  }
  const isNothing = current.outcome === "refused" && current.type.name === "document";
  return isNothing ? undefined : current.type.label;
}

function chooseForm(select: HTMLSelectElement): void {
  const form = forms.find((each) => each === select.value);
  const spelling = spellings.find((each) => each === select.value);
  if (spelling === undefined) {
    chosenForm.value = form;
    return;
  }
  openSpelled(spelling);
  select.value = chosenForm.peek() ?? "";
}

function openSpelled(spelling: TextSpelling): void {
  const bytes = readSpelling(text.peek(), spelling);
  if (bytes !== undefined) {
    void openBytes({ name: "", spelling, source: new Blob([bytes]) });
  }
}

/** Offers to read a text that spells bytes. */
function SpelledNote(): JSX.Element | null {
  const isRefused = conversion.value?.outcome === "refused" && file.value === undefined;
  const spelling = isRefused ? detectSpelling(text.value) : undefined;
  if (spelling === undefined) {
    return null;
  }
  return (
    <p class="notice">
      This looks like bytes in {spellingWords[spelling]}.{" "}
      <button type="button" class="jump" onClick={() => openSpelled(spelling)}>
        Read it as bytes
      </button>
    </p>
  );
}
