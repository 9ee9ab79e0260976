import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";

/** The document types that the packages have. */
export type OracleType = "RunStep" | "RunStepDelta" | "RunStepList";

/** A document in the canonical form. */
export interface OracleDocument {
  readonly name: string;
  readonly type: OracleType;
  readonly json: string;
}

/** The result of a package for a document: the JSON that it writes, or why it cannot read it. */
export interface Rewritten {
  readonly json?: string;
  readonly errors?: readonly string[];
}

const folder = join(projectRoot, "packages/conformance/oracle");
const python = join(projectRoot, "packages/stepwire-py/.venv/bin/python");

const programs: readonly { readonly directory: string; readonly command: readonly string[] }[] = [
  { directory: "rust", command: ["cargo", "run", "--quiet"] },
  { directory: "python", command: [python, "oracle.py"] },
  { directory: "go", command: ["go", "run", "."] },
];

/** The results of each package for each document, in order. */
export function askOracles(documents: readonly OracleDocument[]): Map<string, Rewritten[]> {
  const input = documents.map(({ type, json }) => `${type} ${json}\n`).join("");
  const answers = new Map<string, Rewritten[]>();
  for (const { directory, command } of programs) {
    const [program = "", ...parameters] = command;
    const output = execFileSync(program, parameters, {
      cwd: join(folder, directory),
      input,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    for (const line of output.trimEnd().split("\n")) {
      const results: Record<string, Rewritten> = JSON.parse(line);
      for (const [name, result] of Object.entries(results)) {
        answers.set(name, [...(answers.get(name) ?? []), result]);
      }
    }
  }
  return answers;
}
