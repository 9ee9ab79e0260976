import type { JSX } from "preact";
import type { Sizes } from "../model/conversion.js";
import {
  isMeasuringStopped,
  measureAgain,
  measuring,
  sizes,
  stopMeasuring,
} from "../state/measuring.js";
import { conversion, file, missing } from "../state/store.js";
import { ProgressBar } from "./progress-bar.js";
import { SavePicture } from "./save-picture.js";
import { largestOf, type SizeRow, sizeRows } from "./size-rows.js";
import { absence, grouped, percent } from "./words.js";

/** The size of the document in each form. */
export function SizesPanel(): JSX.Element {
  const current = conversion.value;
  const measured = sizes.value;
  const text = current?.form === "events" ? "SSE" : "JSON";
  return (
    <section class="card" aria-label="Sizes">
      <header class="card-head">
        <h2>Sizes</h2>
        {measured !== undefined && <SavePicture sizes={measured} text={text} />}
      </header>
      {current?.outcome === "refused" ? (
        <p class="empty">There is nothing to measure: {absence(missing.value)}</p>
      ) : measured === undefined ? (
        <Measuring />
      ) : (
        <>
          <Headline sizes={measured} text={text} />
          <Bars sizes={measured} text={text} />
        </>
      )}
    </section>
  );
}

/** Shown until the sizes are measured. */
function Measuring(): JSX.Element {
  if (isMeasuringStopped.value) {
    return (
      <p class="empty">
        Measuring was cancelled.{" "}
        <button type="button" onClick={measureAgain}>
          Measure again
        </button>
      </p>
    );
  }
  return file.value !== undefined && measuring.value !== undefined ? (
    <ProgressBar progress={measuring.value} onCancel={stopMeasuring} />
  ) : (
    <p class="empty" role="status">
      Measuring…
    </p>
  );
}

interface SizesProps {
  readonly sizes: Sizes;
  /** What the text is called: JSON or SSE. */
  readonly text: string;
}

function Headline({ sizes: { json, binary }, text }: SizesProps): JSX.Element {
  return (
    <p class="headline">
      <b>{grouped(binary)}</b>
      <span>
        bytes instead of {grouped(json)} of {text}
      </span>
      <span class="headline-share">{percent(binary, json)}</span>
    </p>
  );
}

function Bars({ sizes: measured, text }: SizesProps): JSX.Element {
  const groups = sizeRows(measured, text);
  const largest = largestOf(groups);
  return (
    <>
      <table class="bars">
        <caption class="visually-hidden">Bytes of the document in each form</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Form</th>
            <th scope="col">Bytes</th>
            <th scope="col">Of the {text}</th>
          </tr>
        </thead>
        {groups.map((rows, group) => (
          <tbody key={group}>
            {rows.map((row) => (
              <Bar key={row.label} row={row} whole={measured.json} largest={largest} />
            ))}
          </tbody>
        ))}
      </table>
      <p class="note">
        {text === "JSON" ? "JSON is counted without white space. " : ""}The strings alone are the
        floor: what no schema can take away, only a compressor. gzip as the browser has it, zstd at
        level 3.
        {measured.json < 2000 &&
          " Of a document this small, compression adds a header; an archive or a stream compresses better."}
      </p>
    </>
  );
}

interface BarProps {
  readonly row: SizeRow;
  readonly whole: number;
  readonly largest: number;
}

function Bar({ row: { label, bytes, kind }, whole, largest }: BarProps): JSX.Element {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="bar-cell">
        <span class="bar-track" aria-hidden="true">
          <span class={`bar ${kind}`} style={{ width: `${(100 * bytes) / largest}%` }} />
        </span>
        <span class="bar-bytes">{grouped(bytes)}</span>
      </td>
      <td class="bar-percent">{percent(bytes, whole)}</td>
    </tr>
  );
}
