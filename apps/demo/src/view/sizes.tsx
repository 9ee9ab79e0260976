import type { JSX } from "preact";
import type { Sizes } from "../model/conversion.js";
import {
  isMeasuringStopped,
  measureAgain,
  measuring,
  sizes,
  stopMeasuring,
} from "../state/measuring.js";
import { conversion, file } from "../state/store.js";
import { ProgressBar } from "./progress-bar.js";
import { grouped, percent } from "./words.js";

/** The size of the document in each form. */
export function SizesPanel(): JSX.Element {
  const current = conversion.value;
  const measured = sizes.value;
  return (
    <section class="card" aria-label="Sizes">
      <header class="card-head">
        <h2>Sizes</h2>
      </header>
      {current?.outcome === "refused" ? (
        <p class="empty">There is nothing to measure: the document was refused.</p>
      ) : measured === undefined ? (
        <Measuring />
      ) : (
        <Bars sizes={measured} form={current?.form === "events" ? "SSE" : "JSON"} />
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

function Bars({
  sizes: measured,
  form,
}: {
  readonly sizes: Sizes;
  readonly form: string;
}): JSX.Element {
  const { json, binary, jsonGzip, binaryGzip, jsonZstd, binaryZstd, strings } = measured;
  const largest = Math.max(json, binary, jsonGzip, binaryGzip, jsonZstd, binaryZstd);
  const bar = (label: string, bytes: number, className: string): JSX.Element => (
    <Bar label={label} bytes={bytes} whole={json} largest={largest} className={className} />
  );
  return (
    <>
      <table class="bars">
        <caption class="visually-hidden">Bytes of the document in each form</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Form</th>
            <th scope="col">Bytes</th>
            <th scope="col">Of the {form}</th>
          </tr>
        </thead>
        <tbody>
          {bar(form, json, "json")}
          {bar("Binary", binary, "binary")}
        </tbody>
        <tbody>
          {bar(`${form}, gzip`, jsonGzip, "json")}
          {bar("Binary, gzip", binaryGzip, "binary")}
        </tbody>
        <tbody>
          {bar(`${form}, zstd`, jsonZstd, "json")}
          {bar("Binary, zstd", binaryZstd, "binary")}
        </tbody>
        <tbody>{bar("The strings alone", strings, "floor")}</tbody>
      </table>
      <p class="note">
        {form === "JSON" ? "JSON is counted without white space. " : ""}The strings alone are the
        floor: what no schema can take away, only a compressor. gzip as the browser has it, zstd at
        level 3.
        {json < 2000 &&
          " Of a document this small, compression adds a header; an archive or a stream compresses better."}
      </p>
    </>
  );
}

interface BarProps {
  readonly label: string;
  readonly bytes: number;
  readonly whole: number;
  readonly largest: number;
  readonly className: string;
}

function Bar({ label, bytes, whole, largest, className }: BarProps): JSX.Element {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="bar-cell">
        <span class="bar-track" aria-hidden="true">
          <span class={`bar ${className}`} style={{ width: `${(100 * bytes) / largest}%` }} />
        </span>
        <span class="bar-bytes">{grouped(bytes)}</span>
      </td>
      <td class="bar-percent">{percent(bytes, whole)}</td>
    </tr>
  );
}
