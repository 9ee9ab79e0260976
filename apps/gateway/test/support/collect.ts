import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenAI } from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream";
import { expect } from "vitest";

/** The text of the gateway's own sample: a run as server-sent events. */
export const sampleStream: string = readFileSync(
  join(import.meta.dirname, "../../samples/bakery.sse"),
  "utf8",
);

/** The same after a conversion, which writes the numbers 1.0 as 1. */
export const writtenAnew: string = sampleStream.replaceAll(":1.0,", ":1,");

/** The thread and run of the sample. */
export const sampleIds = { thread_id: "thread_sample_3", run_id: "run_sample_7" };

/** The first events of the sample, with their blank lines. */
export const firstEvents: readonly string[] = sampleStream.split(/(?<=\n\n)/).slice(0, 3);

/** Retrieves a step. Returns what a client sees of the error, if there is one. */
export async function retrieveStep(client: OpenAI): Promise<unknown> {
  const ids = { thread_id: "thread_1", run_id: "run_1" };
  return await client.beta.threads.runs.steps.retrieve("step_1", ids).catch(describe);
}

/** Starts a run as most clients do. */
export function startRun(client: OpenAI, threadId: string = sampleIds.thread_id): AssistantStream {
  return client.beta.threads.runs.stream(threadId, { assistant_id: "asst_1" });
}

/** Returns everything that a stream of the SDK emits, including its error. */
export async function collect(stream: AssistantStream): Promise<unknown[]> {
  const seen: unknown[] = [];
  // The stream changes the objects that it has emitted, so they are copied.
  stream.on("event", (event) => seen.push(structuredClone(event)));
  stream.on("runStepDone", (step) => seen.push(structuredClone(step)));
  stream.on("toolCallDone", (call) => seen.push(structuredClone(call)));
  stream.on("messageDone", (message) => seen.push(structuredClone(message)));
  try {
    seen.push(await stream.finalRunSteps(), await stream.finalMessages());
    seen.push(await stream.finalRun());
  } catch (error) {
    seen.push(describe(error));
  }
  return seen;
}

/** Returns the parts of an error that a client sees. */
export function describe(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const { message } = error;
  const { name } = error.constructor;
  const members = error as { status?: unknown; code?: unknown; type?: unknown; param?: unknown };
  const { status, code, type, param } = members;
  return { name, message, status, code, type, param };
}

/**
 * The text of a new stream, as a client that reads it itself sees it, without the identifiers of the
 * events. Checks that each event has one, and that they count from 1.
 */
export async function rawEvents(
  url: string,
  body = '{"stream":true}',
  path = `/v1/threads/${sampleIds.thread_id}/runs`,
): Promise<string> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return withoutIds(await response.text());
}

/** Removes the identifiers that an egress adds to the events of a stream. Checks them. */
export function withoutIds(text: string): string {
  const ids = [...text.matchAll(/(?<=\n)id: ([^\n]+):(\d+)\n(?=\n)/g)];
  expect(new Set(ids.map(([, stream]) => stream)).size).toBeLessThanOrEqual(1);
  expect(ids.map(([, , number]) => Number(number))).toEqual(ids.map((_, index) => index + 1));
  const events = text.split(/(?<=\n\n)/).filter((each) => /^(event|data):/m.test(each));
  const errors = events.filter((each) => /^event: error$/m.test(each) && !/^id:/m.test(each));
  expect(ids.length).toBe(events.length - errors.length);
  return text.replaceAll(/(?<=\n)id: [^\n]+:\d+\n(?=\n)/g, "");
}

/** What a client gets until its stream ends. */
export interface Received {
  readonly events: unknown[];
  readonly error?: unknown;
}

/** Reads the stream of a new run, until it ends or fails. */
export async function receive(
  client: OpenAI,
  onEvent: (count: number) => Promise<void> | void = () => {},
): Promise<Received> {
  const events: unknown[] = [];
  try {
    const stream = await client.beta.threads.runs.create(sampleIds.thread_id, {
      assistant_id: "asst_1",
      stream: true,
    });
    for await (const event of stream) {
      events.push(event);
      await onEvent(events.length);
    }
    return { events };
  } catch (error) {
    return { events, error: describe(error) };
  }
}

/** The events in the text of a stream, as the SDK gives them. */
export function eventsOf(stream: string): unknown[] {
  return [...stream.matchAll(/event: (.*)\ndata: (.*)\n/g)]
    .filter(([, , data]) => data !== "[DONE]")
    .map(([, event, data]) => ({ event, data: JSON.parse(data ?? "") as unknown }));
}
