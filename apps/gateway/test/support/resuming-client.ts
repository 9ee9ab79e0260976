import { createParser } from "eventsource-parser";
import { sampleIds } from "./collect.js";

/** An event as a client of server-sent events gets it. */
export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** What a client has of one answer. */
export interface ReceivedAnswer {
  readonly status: number;
  /** The identifier for a client that has no event yet. */
  readonly openingId: string | null;
  readonly events: ReceivedEvent[];
  /** The body of an answer that is not a stream. */
  readonly body: string;
  /** Whether the connection broke before the end of the answer. */
  readonly isBroken: boolean;
}

/** Options of one request. */
export interface ReadOptions {
  readonly lastEventId?: string | undefined;
  readonly apiKey?: string;
  readonly threadId?: string;
  /** What is asked for; by default, a run of the thread. */
  readonly request?: { readonly method: "GET" | "POST"; readonly path: string };
  /** The number of events after which the client leaves. */
  readonly until?: number;
  readonly onEvent?: (event: ReceivedEvent) => void;
}

/**
 * Asks for the stream of a run as a client of server-sent events does that knows nothing of the API:
 * it repeats the same request with the identifier of its last event. Never rejects.
 */
export async function readRun(url: string, options: ReadOptions = {}): Promise<ReceivedAnswer> {
  const { lastEventId, apiKey = "key-of-the-test", until = Number.POSITIVE_INFINITY } = options;
  const { threadId = sampleIds.thread_id } = options;
  const { method, path } = options.request ?? {
    method: "POST",
    path: `/v1/threads/${threadId}/runs`,
  };
  const events: ReceivedEvent[] = [];
  const left = new AbortController();
  let status = 0;
  let openingId: string | null = null;
  let body = "";
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (events.length < until) {
        events.push({ id, event, data });
        options.onEvent?.({ id, event, data });
      }
    },
  });
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${apiKey}`,
        ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
      },
      ...(method === "POST" && { body: '{"assistant_id":"asst_1","stream":true}' }),
      signal: left.signal,
    });
    ({ status } = response);
    openingId = response.headers.get("stepwire-last-event-id");
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const text = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const decoded = text.decode(chunk, { stream: true });
      if (!isStream) {
        body += decoded;
      } else {
        parser.feed(decoded);
      }
      if (events.length >= until) {
        left.abort();
      }
    }
    return { status, openingId, events, body, isBroken: false };
  } catch {
    return { status, openingId, events, body, isBroken: true };
  }
}
