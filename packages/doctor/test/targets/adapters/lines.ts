/* What the adapters in JavaScript share: they read lines of probes and write lines of answers. */
import { createInterface } from "node:readline";

/** A probe, as `stepwire doctor --lines` sends it. */
export interface ProbeLine {
  readonly family: "chat" | "responses" | "assistants";
  readonly form: "document" | "stream";
  readonly name: string;
  readonly text: string;
  readonly chunks: readonly string[];
}

/** What became of a probe: all text that was written before the end or the refusal. */
export interface Rewritten {
  readonly output?: string;
  readonly refused?: string;
  readonly skipped?: true;
}

/** Answers each line. */
export async function answerLines(
  answer: (line: ProbeLine) => Rewritten | Promise<Rewritten>,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}

/** Collects a stream: what was written before it failed counts. */
export async function collect(
  write: (add: (text: string) => void) => Promise<void>,
): Promise<Rewritten> {
  let output = "";
  try {
    await write((text) => {
      output += text;
    });
    return { output };
  } catch (error) {
    return { output, refused: error instanceof Error ? error.name : "an error" };
  }
}

/** Returns an event as text. */
export function frame(event: string | undefined, data: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${data}\n\n`;
}

/** Returns the response of a server for a probe. */
export function responseOf({ form, chunks }: ProbeLine): Response {
  const queue = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = queue.shift();
      if (chunk === undefined) {
        controller.close();
      } else {
        controller.enqueue(Buffer.from(chunk, "base64"));
      }
    },
  });
  const type = form === "document" ? "application/json" : "text/event-stream";
  return new Response(body, { headers: { "content-type": type } });
}
