import type { OwnResult, ProbeResult } from "../../src/index.js";
import { withoutRepeated } from "../../src/index.js";
import type { TargetSpec } from "./list.js";

/** A target with what became of all probes. */
export interface Measured {
  readonly spec: Pick<TargetSpec, "name" | "version" | "how">;
  readonly results: readonly ProbeResult[];
}

/** The tables of the page, each between two comments. */
export type Section = "doctor-summary" | "doctor-probes" | "doctor-examples";

const families = ["chat", "responses", "assistants"] as const;
const forms = ["document", "stream", "request"] as const;
const NOT_SENT = "–";

/** Returns a table; its first row are the titles. */
function table(rows: readonly (readonly string[])[]): string {
  const [titles = [], ...others] = rows.map((cells) => `| ${cells.join(" | ")} |`);
  const rule = `|${" --- |".repeat(rows[0]?.length ?? 0)}`;
  return [titles, rule, ...others].join("\n");
}

/**
 * Returns the tables for what was measured. A target that could not be had keeps its row and column of
 * the former tables.
 */
export function updateSections(
  former: Readonly<Record<Section, string>>,
  specs: readonly TargetSpec[],
  measured: readonly Measured[],
): Record<Section, string> {
  const found = (spec: TargetSpec): Measured | undefined =>
    measured.find((each) => each.spec.name === spec.name);
  return {
    "doctor-summary": summary(former["doctor-summary"], specs, found),
    "doctor-probes": matrix(former["doctor-probes"], specs, found, measured),
    "doctor-examples": examples(former["doctor-examples"], specs, found),
  };
}

type Find = (spec: TargetSpec) => Measured | undefined;

function summary(former: string, specs: readonly TargetSpec[], found: Find): string {
  const rows = parse(former);
  return table([
    ["", "version", ...families, "used as"],
    ...specs.map((spec) => {
      const measured = found(spec);
      if (measured === undefined) {
        return (
          rows.find(([name]) => name === spec.name) ?? [spec.name, spec.version, "", "", "", ""]
        );
      }
      const shares = families.map((family) => shareOf(measured.results, family));
      return [spec.name, spec.version, ...shares, spec.how];
    }),
  ]);
}

/** Returns how many of the probes of a family came through. */
function shareOf(results: readonly ProbeResult[], family: string): string {
  const sent = results.filter(
    ({ probe, skipped }) => probe.family === family && skipped === undefined,
  );
  const intact = sent.filter(({ findings }) => findings.length === 0);
  return sent.length === 0 ? NOT_SENT : `${intact.length} of ${sent.length}`;
}

function matrix(
  former: string,
  specs: readonly TargetSpec[],
  found: Find,
  measured: readonly Measured[],
): string {
  const rows = parse(former);
  const titles = rows[0] ?? [];
  if (measured.length === 0) {
    return former;
  }
  const probes = (measured[0]?.results ?? []).map(({ probe }) => probe);
  const names = forms.flatMap((form) => [
    ...new Set(probes.filter((probe) => probe.form === form).map(({ name }) => `${form}, ${name}`)),
  ]);
  const cellOf = (name: string, spec: TargetSpec): string => {
    const target = found(spec);
    return target === undefined
      ? (rows.find(([row]) => row === name)?.[titles.indexOf(spec.name)] ?? "")
      : outcomeOf(target, name);
  };
  return table([
    ["", ...specs.map(({ name }) => name)],
    ...names.map((name) => [name, ...specs.map((spec) => cellOf(name, spec))]),
  ]);
}

/** Returns what became of the probes of a name in all families: kinds of findings, or "ok". */
function outcomeOf({ results }: Measured, name: string): string {
  const own = withoutRepeated(results).filter(
    ({ probe, skipped }) => `${probe.form}, ${probe.name}` === name && skipped === undefined,
  );
  if (own.length === 0) {
    return NOT_SENT;
  }
  const kinds = new Set(own.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  if (kinds.size > 0) {
    return [...kinds].sort().join(", ");
  }
  return own.some(({ repeated }) => repeated > 0) ? "as plain" : "ok";
}

function examples(former: string, specs: readonly TargetSpec[], found: Find): string {
  return specs
    .map((spec) => {
      const measured = found(spec);
      const title = `### ${spec.name}`;
      if (measured === undefined) {
        const start = former.indexOf(`${title}\n`);
        const end = former.indexOf("\n### ", start + 1);
        return start === -1 ? `${title}\n` : former.slice(start, end === -1 ? undefined : end);
      }
      const rows = withoutRepeated(measured.results).flatMap(exampleOf);
      return rows.length === 0
        ? `${title}\n\nNothing was lost or changed.\n`
        : `${title}\n\n${table([["probe", "what became of it"], ...rows])}\n`;
    })
    .join("\n");
}

const MOST_EXAMPLES = 2;

/** Returns a row with the first findings of a probe. */
function exampleOf({ probe, findings }: OwnResult): string[][] {
  if (findings.length === 0) {
    return [];
  }
  const shown = findings.slice(0, MOST_EXAMPLES).map(({ kind, event, pointer, what }) => {
    const place = [event === undefined ? "" : `event ${event}`, pointer && `\`${pointer}\``];
    const where = place.filter((word) => word !== "").join(" ");
    return `${kind}${where === "" ? "" : ` at ${where}`}: ${what}`;
  });
  const more = findings.length - shown.length;
  const cell = [...shown, ...(more > 0 ? [`${more} more`] : [])].join("; ");
  return [[`${probe.family}, ${probe.form}, ${probe.name}`, cell.replaceAll("|", "\\|")]];
}

/** Returns the cells of a table, the titles first. */
function parse(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s-]+$/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));
}
