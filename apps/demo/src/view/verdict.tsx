import type { JSX } from "preact";
import type { PlacedViolation } from "../model/conversion.js";
import type { FileConversion } from "../model/protocol.js";
import { jumpTo } from "../state/links.js";
import { cancel } from "../state/opening.js";
import {
  conversion,
  failure,
  missing,
  mode,
  progress,
  shownBytes,
  shownText,
  violations,
} from "../state/store.js";
import { lineAndColumn } from "../state/text-place.js";
import { ProgressBar } from "./progress-bar.js";
import { byteCount, counted, describeInput, duration, grouped, percent } from "./words.js";

/** The result of the round trip, also announced to screen readers. */
export function Verdict(): JSX.Element {
  const current = conversion.value;
  return (
    <div class="verdict-place">
      <div class={`verdict ${stateOf(current)}`} role="status">
        <Outcome />
      </div>
      {progress.value && <ProgressBar progress={progress.value} onCancel={cancel} />}
    </div>
  );
}

function Refusal({ found }: { readonly found: readonly PlacedViolation[] }): JSX.Element {
  const broken = found.find(({ code }) => code === "not_json");
  const range = broken?.range;
  if (broken !== undefined && range !== undefined) {
    const { line, column } = lineAndColumn(shownText.value, range.start);
    return (
      <>
        <strong>Not JSON</strong>
        <button type="button" class="jump" onClick={() => jumpTo(range)}>
          line {line}, column {column}
        </button>
        <span>
          expected {broken.expected}, found <code>{broken.found}</code>
        </span>
      </>
    );
  }
  return (
    <>
      <strong>Refused</strong>
      <span>
        {mode.value} finds {counted(found.length, "violation")}; nothing was converted
      </span>
    </>
  );
}

function Outcome(): JSX.Element | null {
  if (failure.value !== undefined) {
    return <strong>{failure.value}</strong>;
  }
  const reading = shownBytes.value?.reading;
  if (reading?.kind === "unreadable") {
    return (
      <>
        <strong>Not read</strong>
        <span class="verdict-problem">{reading.problem}</span>
      </>
    );
  }
  if (missing.value === "empty") {
    return (
      <>
        <strong>No document</strong>
        <span>paste one, drop a file, or pick a sample</span>
      </>
    );
  }
  return conversion.value === undefined ? null : <Words conversion={conversion.value} />;
}

function stateOf(current: FileConversion | undefined): string {
  if (failure.value !== undefined || missing.value === "unreadable") {
    return "refused";
  }
  if (missing.value === "empty") {
    return "pending";
  }
  const isEmpty = current?.outcome === "equal" && current.documents === 0;
  return isEmpty ? "pending" : (current?.outcome ?? "pending");
}

function Words({ conversion: current }: { readonly conversion: FileConversion }): JSX.Element {
  const { outcome, textBytes, jsonBytes, binaryBytes, milliseconds, differences } = current;
  if (outcome === "refused") {
    return <Refusal found={violations.value} />;
  }
  if (current.documents === 0) {
    const what = current.form === "events" ? "event" : "document";
    return (
      <>
        <strong>Nothing to convert</strong>
        <span>there is no {what} in this text</span>
      </>
    );
  }
  const whole = jsonBytes || textBytes;
  return (
    <>
      <strong>{outcome === "equal" ? "Equal" : "Different"}</strong>
      <span>
        {outcome === "equal"
          ? "every value came back"
          : `${counted(differences.length, "value")} did not come back`}
      </span>
      <span class="verdict-fact">{describeInput(current)}</span>
      <span class="verdict-fact">
        {whole < 100_000 ? grouped(whole) : byteCount(whole)} → <b>{byteCount(binaryBytes)}</b> (
        {percent(binaryBytes, whole)})
      </span>
      <span class="verdict-fact" title="Measured in this browser">
        {duration(milliseconds.toBinary)} there, {duration(milliseconds.toJson)} back
      </span>
    </>
  );
}
