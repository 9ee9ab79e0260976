import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { documentType } from "../../src/engine/schema.js";
import { writeGoCode, writePythonCode } from "../../src/snippets/languages.js";
import type { SnippetSubject } from "../../src/snippets/subject.js";
import { typeNamed } from "../support/types.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const samples = join(root, "samples");

const subjects: readonly SnippetSubject[] = [
  {
    form: "json",
    type: typeNamed("run-step"),
    documentType,
    mode: "preserve",
    name: join(samples, "all-tools.json"),
  },
  {
    form: "lines",
    type: documentType,
    documentType,
    mode: "archive",
    name: join(samples, "deltas.jsonl"),
  },
  {
    form: "events",
    type: typeNamed("event"),
    documentType,
    mode: "strict",
    name: join(samples, "stream.sse"),
  },
];

interface Language {
  readonly name: string;
  readonly directory: string;
  /** What the stage of the language leaves in its package. */
  readonly needs: string;
  /** Where the program goes: a place that is not committed. */
  readonly file: string;
  readonly command: readonly string[];
  readonly write: (subject: SnippetSubject) => string;
}

const languages: readonly Language[] = [
  {
    name: "Go",
    directory: join(root, "packages/stepwire-go"),
    needs: "gen",
    file: "gen/snippet/main.go",
    command: ["go", "run", "./gen/snippet"],
    write: writeGoCode,
  },
  {
    name: "Python",
    directory: join(root, "packages/stepwire-py"),
    needs: ".venv/stepwire-state",
    file: ".venv/snippet.py",
    command: [".venv/bin/python", ".venv/snippet.py"],
    write: writePythonCode,
  },
];

describe.each(languages)("$name", ({ name, directory, needs, file, command, write }) => {
  const isBuilt = existsSync(join(directory, needs));
  if (!isBuilt) {
    console.log(`SKIPPED: not built here: ${name}`);
  }

  it.skipIf(!isBuilt).each(subjects)("shows code that works: $form", (subject) => {
    const path = join(directory, file);
    mkdirSync(join(path, ".."), { recursive: true });
    try {
      writeFileSync(path, write(subject));
      const [program = "", ...parameters] = command;
      const output = execFileSync(program, parameters, { cwd: directory, encoding: "utf8" });
      expect(output).toMatch(/^\d+ \d+ \{/);
    } finally {
      rmSync(path);
    }
  });
});
