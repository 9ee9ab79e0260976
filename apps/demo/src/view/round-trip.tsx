import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { conversion, missing, progress, violations } from "../state/store.js";
import { Back } from "./back.js";
import { HexView } from "./hex-view.js";
import { Inspector } from "./inspector.js";
import { Residue } from "./residue.js";
import { TabList, TabPanel } from "./tabs.js";
import { Violations } from "./violations.js";
import { absence, byteCount, residueSentence } from "./words.js";

type Detail = "back" | "residue" | "violations";

const chosen: Signal<Detail | undefined> = signal(undefined);

/** The bytes, their meaning, and the text after the round trip. */
export function RoundTrip(): JSX.Element {
  const current = conversion.value;
  const refused = current?.outcome === "refused";
  const detail = chosen.value ?? (refused ? "violations" : "back");
  return (
    <>
      <section class="card" aria-label="Binary">
        <header class="card-head">
          <h2>Binary</h2>
          <Legend />
        </header>
        {current === undefined || refused ? (
          <p class="empty">
            {progress.value === undefined && refused
              ? `There is no binary: ${absence(missing.value)}`
              : "…"}
          </p>
        ) : (
          <HexView />
        )}
        {current && current.binary.length < current.binaryBytes && (
          <p class="note">
            The first {byteCount(current.binary.length)} of {byteCount(current.binaryBytes)}.
          </p>
        )}
        {!refused && <Inspector />}
      </section>
      <section class="card" aria-label="What comes back">
        <TabList
          id="detail"
          className="tabs card-tabs"
          label="Results of the round trip"
          tabs={{
            back: "Comes back",
            residue: <Counted name="Residue" count={current?.residue.length ?? 0} />,
            violations: <Counted name="Violations" count={violations.value.length} alarming />,
          }}
          selected={detail}
          onSelect={(name) => {
            chosen.value = name;
          }}
        />
        <TabPanel id="detail" selected={detail}>
          {detail === "back" && <Back />}
          {detail === "residue" && <Residue />}
          {detail === "violations" && <Violations />}
        </TabPanel>
      </section>
    </>
  );
}

interface CountedProps {
  readonly name: string;
  readonly count: number;
  readonly alarming?: boolean;
}

function Counted({ name, count, alarming = false }: CountedProps): JSX.Element {
  return (
    <>
      {name}
      {count > 0 && <span class={alarming ? "badge alarming" : "badge"}>{count}</span>}
    </>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Colours">
      <li class="part-tag">tag</li>
      <li class="part-length">length</li>
      <li class="kind-string">text</li>
      <li class="kind-number">number</li>
      <li class="kind-enum">enum</li>
      <li class="residue" title={residueSentence}>
        residue
      </li>
    </ul>
  );
}
