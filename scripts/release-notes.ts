/*
 * Prints the entries of CHANGELOG.md for a version, as the notes of its release:
 *
 *   node scripts/release-notes.ts 0.1.0
 */
import { readFileSync } from "node:fs";
import { changelogFile } from "./library/readme.ts";
import { notesOf } from "./library/release/changelog.ts";

const version = process.argv[2] ?? "";
const notes = notesOf(readFileSync(changelogFile, "utf8"), version);
if (notes === undefined) {
  throw new Error(`CHANGELOG.md has no section "## ${version} (day)"`);
}
console.log(notes);
