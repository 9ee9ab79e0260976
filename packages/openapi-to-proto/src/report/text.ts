import type { ImportChange, ImportReport } from "./model.js";

/** Returns the counts of a report, a line for each. */
export function summarizeReport(report: ImportReport): string[] {
  const { messages, enums, members, inline, unchecked } = report;
  const count = members.typed + members.byKind + members.free + members.verbatim;
  return [
    `${counted(messages, "message")} and ${counted(enums, "enum")} with ${counted(count, "member")}:`,
    `  ${grouped(members.typed)} typed`,
    `  ${grouped(members.byKind)} typed by JSON kind (a string or a list, for example)`,
    `  ${grouped(members.free)} verbatim, because the document does not describe them`,
    `  ${grouped(members.verbatim)} verbatim, because Protobuf cannot express them`,
    ...(inline.length === 0
      ? []
      : [
          `${counted(inline.length, "schema")} without a message, because they are scalars, lists or maps`,
        ]),
    ...(unchecked.length === 0
      ? []
      : [`${counted(unchecked.length, "place")} with rules that are not checked`]),
  ];
}

/** Returns a report as text: the counts, and the places that they count. */
export function formatReport(report: ImportReport): string {
  const { changes, verbatim, inline, unchecked } = report;
  const [losses, others] = [true, false].map((isLoss) =>
    changes.filter((each) => each.isLoss === isLoss).map(describe),
  );
  return [
    summarizeReport(report),
    section("Changes that binary written before does not survive", losses ?? []),
    section("Other changes", others ?? []),
    section(
      "Verbatim, because Protobuf cannot express them",
      verbatim.map(({ pointer, reason }) => `${pointer || "#"}: ${reason}`),
    ),
    section("Without a message", inline),
    section(
      "Not checked: the conversion accepts values that these rules forbid",
      unchecked.map(({ pointer, keywords }) => `${pointer || "#"}: ${keywords.join(", ")}`),
    ),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function section(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`${title}:`, ...entries.map((entry) => `  ${entry}`)];
}

function describe({ place, change }: ImportChange): string {
  return `${place}: ${change}`;
}

const grouping = new Intl.NumberFormat("en-US");

function grouped(count: number): string {
  return grouping.format(count);
}

function counted(count: number, singular: string): string {
  return `${grouped(count)} ${singular}${count === 1 ? "" : "s"}`;
}
