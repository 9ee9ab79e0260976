/*
 * The changelog of all packages together. Each changeset is an entry: its first line is the title.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How much a change raises the version. */
export type Bump = "major" | "minor" | "patch";

/** A pending entry of the changelog: a file in `.changeset`. */
export interface Changeset {
  readonly file: string;
  readonly packages: readonly string[];
  /** The largest of its packages. */
  readonly bump: Bump;
  /** One line, then details in Markdown. */
  readonly summary: string;
}

const BUMPS: readonly Bump[] = ["major", "minor", "patch"];

const titles: Readonly<Record<Bump, string>> = {
  major: "Breaking changes",
  minor: "New",
  patch: "Mended",
};

/**
 * Reads the pending changesets of a folder, in the order of their names.
 *
 * @throws {Error} if a file is not a changeset.
 */
export function readChangesets(root: string): Changeset[] {
  return globSync(".changeset/*.md", { cwd: root })
    .filter((file) => !file.endsWith("README.md"))
    .sort()
    .map((file) => parseChangeset(file, readFileSync(join(root, file), "utf8")));
}

/** Parses the text of a changeset. */
export function parseChangeset(file: string, text: string): Changeset {
  const [, head, summary = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  const lines = (head ?? "").split("\n").map((line) => /^"(.+)": (major|minor|patch)$/.exec(line));
  const bumps = lines.map((match) => match?.[2]);
  const bump = BUMPS.find((each) => bumps.includes(each));
  if (bump === undefined || lines.includes(null) || summary.trim() === "") {
    throw new Error(`${file}: expected the packages, each with major, minor or patch, and a text`);
  }
  return {
    file,
    packages: lines.map((match) => match?.[1] ?? ""),
    bump,
    summary: summary.trim(),
  };
}

/** Returns the entries in Markdown, by kind of change; empty without changesets. */
export function formatChangelog(changesets: readonly Changeset[]): string {
  return BUMPS.flatMap((bump) => {
    const entries = changesets.filter((changeset) => changeset.bump === bump).map(formatEntry);
    return entries.length === 0 ? [] : [`### ${titles[bump]}`, ...entries];
  }).join("\n\n");
}

/** An entry about more packages than this has no list of them. */
const MANY_PACKAGES = 4;

function formatEntry({ summary, packages }: Changeset): string {
  const [title = "", ...details] = summary.split("\n");
  const names =
    packages.length > MANY_PACKAGES
      ? `(${packages.length} packages)`
      : packages.map((name) => `\`${name}\``).join(", ");
  const lines = details.filter((line) => line !== "").map((line) => `  ${line}`);
  const head = lines.length === 0 ? title : `**${title}**`;
  return [`- ${head} ${names}`, ...lines].join("\n");
}

const UNRELEASED = "## Unreleased";

/** Returns the changelog with the pending entries under "Unreleased". */
export function withUnreleased(changelog: string, changesets: readonly Changeset[]): string {
  const [head = "", ...rest] = changelog.split(/^(?=## )/m);
  const released = rest.filter((section) => !section.startsWith(UNRELEASED));
  const pending =
    changesets.length === 0 ? [] : [`${UNRELEASED}\n\n${formatChangelog(changesets)}\n`];
  return [
    head.trimEnd(),
    ...pending.map((each) => each.trimEnd()),
    ...released.map((each) => each.trimEnd()),
  ]
    .join("\n\n")
    .concat("\n");
}

/**
 * Returns the changelog with "Unreleased" renamed to a version and its day.
 *
 * @param day such as 2026-11-29.
 * @throws {Error} if nothing is unreleased.
 */
export function release(changelog: string, version: string, day: string): string {
  if (!changelog.includes(`\n${UNRELEASED}\n`)) {
    throw new Error("CHANGELOG.md has nothing to release; add a changeset, then run pnpm readme");
  }
  return changelog.replace(`\n${UNRELEASED}\n`, `\n## ${version} (${day})\n`);
}

/** Returns the entries of a version, for the notes of a release; undefined if there are none. */
export function notesOf(changelog: string, version: string): string | undefined {
  const section = changelog.split(/^(?=## )/m).find((each) => each.startsWith(`## ${version} `));
  return section?.split("\n").slice(1).join("\n").trim();
}
