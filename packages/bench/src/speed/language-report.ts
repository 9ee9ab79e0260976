import { at } from "./blocks.js";
import { formatRatio, formatTable, formatTime, meanRatio, type Ratio, ratioOf } from "./format.js";
import { nativeRust, usualGo } from "./language-programs.js";
import type { LanguageResult, LanguagesResult } from "./languages.js";

/** In each language our time, and how many times as long each peer takes there. */
export function formatLanguages({ languages, missing }: LanguagesResult): string {
  const sets = (languages[0]?.rows ?? []).map(({ set }) => set);
  const table = formatTable([
    ["", ...sets, "geometric mean"],
    ...languages.flatMap((result) => formatLanguage(result)),
  ]);
  const versions = languages.map((result) => result.versions).join("; ");
  const absent = missing.map((language) => `${language} is not installed here, and left out.`);
  return [
    table,
    compareWithNative(languages, sets),
    describeRefused(languages),
    [`${versions}.`, ...absent].join(" "),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Returns a row for each contender: times for ours, otherwise the ratio to the last row of ours. */
function formatLanguage({ language, rows }: LanguageResult): readonly (readonly string[])[] {
  let base = 0;
  return (rows[0]?.timings ?? []).map(({ name }, index) => {
    if (isOurs(name)) {
      base = index;
      return [
        `**${language}**, ${name}, µs`,
        ...rows.map(({ timings }) => formatTime(at(timings, index))),
        "",
      ];
    }
    return formatRatios(
      name,
      rows.map(({ timings }) => ratioOf(at(timings, index), at(timings, base))),
    );
  });
}

/** Whether a contender is ours: "ours", or "ours, lines" for many documents in one call. */
function isOurs(name: string): boolean {
  return name === "ours" || name.startsWith("ours, ");
}

function formatRatios(name: string, ratios: readonly Ratio[]): readonly string[] {
  return [name, ...ratios.map(formatRatio), `**${formatRatio(meanRatio(ratios))}**`];
}

/** Compares the transcoder in Node (WebAssembly) with Rust and Go without Stepwire. */
function compareWithNative(languages: readonly LanguageResult[], sets: readonly string[]): string {
  const node = languages.find(({ language }) => language === "Node")?.rows ?? [];
  const lines = [
    { language: "Rust", peer: nativeRust },
    { language: "Go", peer: usualGo },
  ].flatMap(({ language, peer }) => {
    const rows = languages.find((result) => result.language === language)?.rows;
    return rows === undefined
      ? []
      : [
          formatRatios(
            `${language}: ${peer}`,
            rows.map(({ timings }, index) => {
              const timing = timings.find(({ name }) => name === peer);
              if (timing === undefined) {
                throw new Error(`${peer} was not measured`);
              }
              return ratioOf(timing, at(at(node, index).timings, 0));
            }),
          ),
        ];
  });
  return lines.length === 0
    ? ""
    : `How many times longer than \`toBinary\` in Node:\n\n${formatTable([["", ...sets, "geometric mean"], ...lines])}`;
}

function describeRefused(languages: readonly LanguageResult[]): string {
  const refused = languages
    .flatMap(({ rows }) => rows)
    .filter((row) => (row.refused ?? 0) > 0)
    .map(({ set, refused }) => `${refused} of "${set}"`);
  return refused.length === 0
    ? ""
    : `async-openai's types refuse ${refused.join(", ")}; these are parsed to serde_json's \`Value\` instead.`;
}
