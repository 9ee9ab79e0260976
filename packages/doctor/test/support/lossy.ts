/*
 * A command for `--lines` that is lossy: it parses and writes JSON with doubles. Some probes it refuses,
 * skips, or ends at.
 */
import { createInterface } from "node:readline";

interface Line {
  readonly family: string;
  readonly form: string;
  readonly name: string;
  readonly text: string;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { form, name, text }: Line = JSON.parse(line);
  if (name === "deep") {
    process.exit(3);
  }
  process.stdout.write(`${JSON.stringify(answer(form, name, text))}\n`);
}

function answer(form: string, name: string, text: string): unknown {
  if (name === "long") {
    return { refused: "too long" };
  }
  if (name === "empty") {
    return { skipped: true };
  }
  return { output: form === "document" ? JSON.stringify(JSON.parse(text)) : text };
}
