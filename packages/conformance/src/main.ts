/*
 * Writes the vectors anew: pnpm vectors. What they say comes from the engines; look
 * at the difference before you commit it.
 */
import { accumulationVectors } from "./accumulation/cases.js";
import { archiveVectors } from "./archives/cases.js";
import { deriveFile } from "./derive.js";
import { formatFile, writeFiles } from "./files.js";
import { eventVectors } from "./sse/cases.js";
import { streamVectors } from "./streams/cases.js";
import { topics } from "./topics.js";

const files = [
  ...topics().map(deriveFile),
  ...(await streamVectors()),
  ...(await archiveVectors()),
  ...(await eventVectors()),
  ...(await accumulationVectors()),
];
const texts = new Map(files.map((file) => [file.topic, formatFile(file)]));
writeFiles(texts);
for (const { topic, cases } of files) {
  const size = texts.get(topic)?.length ?? 0;
  console.log(`${topic.padEnd(18)} ${String(cases.length).padStart(5)} cases ${size} bytes`);
}
