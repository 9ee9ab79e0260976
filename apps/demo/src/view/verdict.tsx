import type { JSX } from "preact";
import type { PlacedViolation } from "../model/conversion.js";
import type { FileConversion } from "../model/protocol.js";
import { jumpTo } from "../state/links.js";
import { cancel, conversion, failure, mode, progress, shownText } from "../state/store.js";
import { lineAndColumn } from "../state/text-place.js";
import { ProgressBar } from "./progress-bar.js";
import { byteCount, counted, describeInput, duration, grouped, percent } from "./words.js";

/** The result of the round trip, also announced to screen readers. */
export function Verdict(): JSX.Element {
  const current = conversion.value;
  return (
    <div class="verdict-place">
      <div class={`verdict ${stateOf(current)}`} role="status">
        {failure.value === undefined ? (
          current && <Words conversion={current} />
        ) : (
          <strong>{failure.value}</strong>
        )}
      </div>
      {progress.value && <ProgressBar progress={progress.value} onCancel={cancel} />}
    </div>
  );
}

function Refusal({ violations }: { readonly violations: readonly PlacedViolation[] }): JSX.Element {
  const broken = violations.find(({ code }) => code === "not_json");
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
        {mode.value} finds {counted(violations.length, "violation")}; nothing was converted
      </span>
    </>
  );
}

function stateOf(current: FileConversion | undefined): string {
  return failure.value === undefined ? (current?.outcome ?? "pending") : "refused";
}

function Words({ conversion: current }: { readonly conversion: FileConversion }): JSX.Element {
  const { outcome, textBytes, jsonBytes, binaryBytes, milliseconds, differences } = current;
  if (outcome === "refused") {
    return <Refusal violations={current.violations[mode.value] ?? []} />;
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
