import { Agent, request } from "node:http";
import { agesIn } from "./events.js";

/** A load: so many streams at once, with so many events each. */
export interface Load {
  readonly streams: number;
  readonly events: number;
  /** Milliseconds between the events of a stream; 0 for as fast as they are read. */
  readonly interval: number;
}

/** What came of it. */
export interface LoadResult {
  readonly events: number;
  readonly seconds: number;
  /** How old events were when they arrived, in milliseconds, sorted; for a paced load. */
  readonly ages: readonly number[];
}

const EVENT_END = Buffer.from("\n\n");

/** Reads streams as a client does that does not look into them. */
export async function runLoad(url: string, load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: false, maxSockets: load.streams });
  const ages: number[] = [];
  const started = performance.now();
  const counts = await Promise.all(
    Array.from({ length: load.streams }, () => readStream(url, agent, load, ages)),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return {
    // The end of a stream is an event too.
    events: counts.reduce((sum, count) => sum + count - 1, 0),
    seconds,
    ages: ages.sort((a, b) => a - b),
  };
}

function readStream(
  url: string,
  agent: Agent,
  { events, interval }: Load,
  ages: number[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/v1/threads/runs`,
      { agent, method: "POST", headers: { "content-type": "application/json" } },
      (response) => {
        let count = 0;
        let last = 0;
        let start = "";
        response.on("data", (chunk: Buffer) => {
          if (last === EVENT_END[0] && chunk[0] === EVENT_END[0]) {
            count++;
          }
          for (
            let index = chunk.indexOf(EVENT_END);
            index !== -1;
            index = chunk.indexOf(EVENT_END, index + EVENT_END.length)
          ) {
            count++;
          }
          last = chunk.at(-1) ?? 0;
          start ||= chunk.toString("utf8", 0, 200);
          if (interval > 0) {
            ages.push(...agesIn(chunk.toString()));
          }
        });
        response.on("end", () => {
          if (count === events + 1) {
            resolve(count);
          } else {
            reject(
              new Error(
                `${count} events of ${events + 1} came, status ${response.statusCode}: ${start}`,
              ),
            );
          }
        });
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify({ stream: true, events, interval }));
  });
}

/** The value below which a share of sorted values is. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
