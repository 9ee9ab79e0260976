/*
 * Writes the streams of the corpus to a folder, and to index.json what they become: the messages,
 * the events written again, and the accumulated objects. Tests of the packages for other languages
 * compare with it: pnpm corpus-results <folder>
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CorpusResult, corpusEvents, corpusResult } from "./results.js";

const [folder = "--help"] = process.argv.slice(2);
if (folder === "--help") {
  console.log("usage: pnpm corpus-results <folder>");
} else {
  await writeResults(folder);
}

async function writeResults(target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  const results: CorpusResult[] = [];
  for (const [index, stream] of corpusEvents().entries()) {
    const file = `${String(index).padStart(4, "0")}.sse`;
    writeFileSync(join(target, file), stream.bytes);
    results.push(await corpusResult(stream, file));
  }
  const lines = results.map((result) => JSON.stringify(result)).join(",\n");
  writeFileSync(join(target, "index.json"), `[\n${lines}\n]\n`);
  console.log(`${results.length} streams`);
}
