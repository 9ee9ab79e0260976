import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { threadLines } from "../corpus/archive.js";
import { createRandom } from "../corpus/random.js";

const SEED = 18;
const THREADS = 200;

/** Writes JSON lines of threads, with all their documents, until the file has so many bytes. */
export async function writeThreads(file: string, bytes: number): Promise<void> {
  const random = createRandom(SEED);
  const stream = createWriteStream(file);
  for (let written = 0; written < bytes; ) {
    const block = [...threadLines(random, THREADS)].join("");
    written += Buffer.byteLength(block);
    if (!stream.write(block)) {
      await once(stream, "drain");
    }
  }
  stream.end();
  await finished(stream);
}
