import { printable } from "../terminal/printable.js";
import { counted, grouped, percent } from "../terminal/quantity.js";
import type { Style } from "../terminal/style.js";
import { type Column, layOut } from "../terminal/table.js";
import type { RoundtripResult } from "./result.js";
import { describeResidue, type RoundtripTotal } from "./summary.js";

/** Returns the columns after the name of the document. */
function columnsOf(hasTranscripts: boolean): readonly Column[] {
  return [
    { title: "type", align: "left" },
    { title: "JSON", align: "right" },
    { title: "binary", align: "right" },
    { title: "ratio", align: "right" },
    { title: "residue", align: "left" },
    ...(hasTranscripts ? ([{ title: "verbatim", align: "right" }] as const) : []),
    { title: "equal", align: "left" },
  ];
}

const marks = { equal: "yes", different: "NO", refused: "refused" } as const;

/**
 * Returns a table with a row for each shown document and a row for all documents. The problems of a
 * document follow its row.
 */
export function formatTable(
  results: readonly RoundtripResult[],
  total: RoundtripTotal,
  style: Style,
  width: number | undefined,
): string[] {
  const folder = commonFolder(results);
  const hasTranscripts = results.some(({ events }) => events !== undefined);
  const [titles = "", ...lines] = layOut(
    [{ title: folder || "document", align: "left", shrinks: true }, ...columnsOf(hasTranscripts)],
    [
      ...results.map((result) => resultCells(result, folder, hasTranscripts)),
      totalCells(total, hasTranscripts),
    ],
    width,
  );
  const body = results.flatMap((result, index) => [
    colour(lines[index] ?? "", result, style),
    ...(result.problems ?? []).map((problem) => style("red", `  ${printable(problem)}`)),
  ]);
  return [style("bold", titles), ...body, style("bold", lines.at(-1) ?? "")];
}

/** The totals of the documents of a type. */
export interface TypeTotal extends RoundtripTotal {
  readonly type: string;
}

/** Returns a table with a row for each type and a row for all documents. */
export function formatSummary(
  types: readonly TypeTotal[],
  total: RoundtripTotal,
  style: Style,
  width: number | undefined,
): string[] {
  const [titles = "", ...lines] = layOut(
    [
      { title: "type", align: "left", shrinks: true },
      { title: "documents", align: "right" },
      { title: "JSON", align: "right" },
      { title: "binary", align: "right" },
      { title: "ratio", align: "right" },
      { title: "verbatim", align: "right" },
      { title: "equal", align: "right" },
    ],
    [...types, { type: "all", ...total }].map((row) => [
      row.type,
      grouped(row.documents),
      ...sizeCells(row.jsonBytes || undefined, row.binaryBytes),
      percent(row.verbatimBytes, row.binaryBytes),
      verdictOf(row),
    ]),
    width,
  );
  const body = types.map((row, index) => {
    const [line = "", verdict] = [lines[index], verdictOf(row)];
    const text = line.slice(0, line.length - verdict.length);
    return text + style(row.equal === row.documents ? "green" : "red", verdict);
  });
  return [style("bold", titles), ...body, style("bold", lines.at(-1) ?? "")];
}

function verdictOf({ documents, equal }: RoundtripTotal): string {
  return equal === documents ? "all" : `${grouped(equal)} of ${grouped(documents)}`;
}

/** Returns the common folder of all documents; "" if there is only one document. */
function commonFolder([first, ...others]: readonly RoundtripResult[]): string {
  let folder = others.length === 0 ? "" : (/^.*\//s.exec(first?.document ?? "")?.[0] ?? "");
  while (!others.every(({ document }) => document.startsWith(folder))) {
    folder = folder.replace(/[^/]*\/$/, "");
  }
  return printable(folder);
}

function resultCells(result: RoundtripResult, folder: string, hasTranscripts: boolean): string[] {
  const { document, type, jsonBytes, binaryBytes, verbatimBytes, residue } = result;
  return [
    printable(document).slice(folder.length),
    type ?? "–",
    ...sizeCells(jsonBytes, binaryBytes),
    type === "other" ? "all of it" : describeResidue(residue ?? {}),
    ...(hasTranscripts ? [percent(verbatimBytes ?? 0, binaryBytes ?? 0)] : []),
    marks[result.result],
  ];
}

function totalCells(total: RoundtripTotal, hasTranscripts: boolean): string[] {
  const { documents, jsonBytes, binaryBytes, verbatimBytes } = total;
  return [
    counted(documents, "document"),
    "",
    ...sizeCells(jsonBytes, binaryBytes),
    "",
    ...(hasTranscripts ? [percent(verbatimBytes, binaryBytes)] : []),
    verdictOf(total),
  ];
}

function sizeCells(jsonBytes: number | undefined, binaryBytes: number | undefined): string[] {
  return jsonBytes === undefined || binaryBytes === undefined
    ? ["–", "–", "–"]
    : [grouped(jsonBytes), grouped(binaryBytes), percent(binaryBytes, jsonBytes)];
}

/** Colours the verdict at the end of a line. */
function colour(line: string, { result }: RoundtripResult, style: Style): string {
  const mark = marks[result];
  const text = line.slice(0, line.length - mark.length);
  return text + style(result === "equal" ? "green" : "red", mark);
}
