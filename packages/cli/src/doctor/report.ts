import {
  type Finding,
  type FindingKind,
  findingKinds,
  type OwnResult,
  type Probe,
  type ProbeResult,
  probeId,
  withoutRepeated,
} from "@stepwire/doctor";
import type { Output } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { printable, shorten } from "../terminal/printable.js";
import { counted, grouped } from "../terminal/quantity.js";
import { type Column, layOut } from "../terminal/table.js";

/** The result for all probes. */
export interface Summary {
  readonly sent: number;
  readonly intact: number;
  readonly skipped: number;
  /** How many findings there are of each kind; absent if none. */
  readonly findings: Readonly<Partial<Record<FindingKind, number>>>;
  /** Whether there are more findings than those counted; absent if not. */
  readonly cut?: true;
}

/** Adds up results. */
export function summarize(results: readonly ProbeResult[]): Summary {
  const sent = results.filter(({ skipped }) => skipped === undefined);
  const all = sent.flatMap(({ findings }) => findings);
  const counts = findingKinds
    .map((kind) => [kind, all.filter((finding) => finding.kind === kind).length] as const)
    .filter(([, count]) => count > 0);
  return {
    sent: sent.length,
    intact: sent.filter(({ findings }) => findings.length === 0).length,
    skipped: results.length - sent.length,
    findings: Object.fromEntries(counts),
    ...(sent.some(({ isCut }) => isCut === true) && { cut: true }),
  };
}

/** Writes results as one JSON document. Values of documents are left out unless they are wanted. */
export async function writeJson(
  results: readonly ProbeResult[],
  showsValues: boolean,
  output: Output,
): Promise<void> {
  const probes = results.map(({ probe, findings, skipped, isCut }) => ({
    probe: probeId(probe),
    why: probe.why,
    ...(probe.compares !== undefined && { compares: probe.compares }),
    ...(skipped === undefined
      ? {
          findings: findings.map(({ sent, received, ...finding }) => ({
            ...finding,
            ...(showsValues && { sent, received }),
          })),
          ...(isCut === true && { cut: true }),
        }
      : { skipped }),
  }));
  const document = { probes, summary: summarize(results) };
  await output.write(Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`));
}

const columns: readonly Column[] = [
  { title: "PROBE", align: "left" },
  { title: "FINDING", align: "left" },
  { title: "WHERE", align: "left", shrinks: true },
  { title: "WHAT", align: "left" },
];
const valueColumns: readonly Column[] = [
  { title: "SENT", align: "left" },
  { title: "RECEIVED", align: "left" },
];
const VALUE_LENGTH = 40;
const PLACE_LENGTH = 120;

/** Writes a table of the findings, and a summary. */
export async function writeTable(
  results: readonly ProbeResult[],
  { showsValues, maxFindings }: { readonly showsValues: boolean; readonly maxFindings: number },
  output: Output,
  io: CommandIO,
): Promise<void> {
  const own = withoutRepeated(results);
  const rows = own.flatMap(({ probe, findings }) =>
    findings
      .slice(0, maxFindings)
      .map((finding) => [
        probeId(probe),
        finding.kind,
        placeOf(finding),
        finding.what,
        ...(showsValues
          ? [finding.sent ?? "", finding.received ?? ""].map((value) =>
              shorten(value, VALUE_LENGTH),
            )
          : []),
      ]),
  );
  const cells = rows.map((row) => row.map(printable));
  const shown = [...columns, ...(showsValues ? valueColumns : [])];
  const table = rows.length === 0 ? [] : [...layOut(shown, cells, io.stdout.columns), ""];
  const lines = [
    ...table,
    ...describeHidden(own, maxFindings),
    ...describeSkipped(results),
    describe(summarize(results)),
  ];
  await output.write(Buffer.from(`${lines.join("\n")}\n`));
}

/** Returns the place of a finding: the request or an event, and the JSON Pointer. */
function placeOf({ side, event, pointer }: Finding): string {
  const words = [side === "request" ? "request" : "", event === undefined ? "" : `event ${event}`];
  const place = [...words, pointer].filter((word) => word !== "").join(" ");
  return place === "" ? "the document" : shorten(place, PLACE_LENGTH);
}

/** Returns lines about the findings that the table does not have. */
function describeHidden(results: readonly OwnResult[], maxFindings: number): string[] {
  const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);
  const repeated = sum(results.map((result) => result.repeated));
  const cut = sum(results.map(({ findings }) => Math.max(0, findings.length - maxFindings)));
  return [
    ...(repeated > 0
      ? [`${counted(repeated, "finding")} not shown: the plain probe has the same`]
      : []),
    ...(cut > 0 ? [`${counted(cut, "finding")} not shown: see --max-findings, or --json`] : []),
  ];
}

/** Returns a line for each reason to skip probes. */
function describeSkipped(results: readonly ProbeResult[]): string[] {
  const reasons = Map.groupBy(
    results.filter(({ skipped }) => skipped !== undefined),
    ({ skipped }) => skipped ?? "",
  );
  return [...reasons].map(
    ([reason, { length }]) => `${counted(length, "probe")} not sent: ${printable(reason)}`,
  );
}

function describe({ sent, intact, findings, cut }: Summary): string {
  const kinds = Object.entries(findings).map(([kind, count]) => `${count} ${kind}`);
  const found = kinds.length === 0 ? "nothing was lost or changed" : kinds.join(", ");
  return `${grouped(intact)} of ${grouped(sent)} probes came through; ${found}${cut === true ? ", and more that are not counted" : ""}`;
}

/** Returns the table of `--list`. */
export function listProbes(probes: readonly Probe[]): string {
  const rows = probes.map((probe) => [
    printable(probeId(probe)),
    probe.compares === undefined ? probe.why : `${probe.why} Compared: ${probe.compares}.`,
  ]);
  return `${layOut(
    [
      { title: "PROBE", align: "left" },
      { title: "WHY IT MATTERS", align: "left" },
    ],
    rows,
  ).join("\n")}\n`;
}
