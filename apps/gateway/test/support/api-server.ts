import type { ServerResponse } from "node:http";
import { assistantRoutes } from "./assistants-api.js";
import { chatRoutes } from "./chat-api.js";
import type { SeenRequest, TestUpstream } from "./upstream.js";

/** An object of the API. */
export type Item = { readonly id: string } & Record<string, unknown>;

/** An answer of the API: JSON, events or bytes. */
export type Answer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly events: readonly string[] }
  | { readonly bytes: string; readonly type: string };

/** A request, as a route sees it. */
export interface Call {
  /** The parts of the path that the route's pattern captures. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  /** The members of the body; empty if it is not JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A route: method and path, with captures for identifiers. */
export type Route = readonly [method: string, path: RegExp, answer: (call: Call) => Answer];

/** An error of the API. */
export function refusal(status: number, message: string, code: string | null = null): Answer {
  return {
    status,
    json: { error: { message, type: "invalid_request_error", param: null, code } },
  };
}

/** Numbers for identifiers and times, which are the same for the same calls. */
export class Counter {
  #ids = 0;
  #time = 1_788_300_000;

  id(prefix: string): string {
    this.#ids++;
    return `${prefix}_${String(this.#ids).padStart(24, "0")}`;
  }

  time(): number {
    this.#time++;
    return this.#time;
  }
}

/** Returns a page of items as the API cuts it: newest first, with cursors. */
export function pageOf(items: readonly Item[], query: URLSearchParams): unknown {
  const ordered = query.get("order") === "asc" ? [...items] : [...items].reverse();
  const limit = Number(query.get("limit") ?? 20);
  const after = ordered.findIndex(({ id }) => id === query.get("after")) + 1;
  const before = ordered.findIndex(({ id }) => id === query.get("before"));
  const end = before === -1 ? after + limit : before;
  const data = ordered.slice(before === -1 ? after : Math.max(0, before - limit), end);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: before === -1 && end < ordered.length,
  };
}

/** A whole API in memory: assistants, chats, files. Starts empty, and has no other state. */
export function createApi(): TestUpstream["answer"] {
  const counter = new Counter();
  const routes = [...assistantRoutes(counter), ...chatRoutes(counter), ...fileRoutes(counter)];
  return (request, response) => send(response, answerTo(routes, request));
}

function answerTo(routes: readonly Route[], { method, url, body: text }: SeenRequest): Answer {
  const { pathname, searchParams: query } = new URL(url, "http://upstream");
  let isPath = false;
  for (const [routeMethod, path, answer] of routes) {
    const match = path.exec(pathname);
    isPath ||= match !== null;
    if (match !== null && routeMethod === method) {
      return answer({ ids: match.slice(1), query, body: membersOf(text), text });
    }
  }
  return isPath
    ? refusal(405, `Not allowed to ${method} on ${pathname}.`, "method_not_supported")
    : refusal(404, `Invalid URL (${method} ${pathname})`, "upstream_unknown_url");
}

function membersOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const headers = {
    "x-request-id": "req_upstream",
    "openai-processing-ms": "12",
    "x-ratelimit-remaining-requests": "99",
  };
  if ("events" in answer) {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream; charset=utf-8" });
    response.end(answer.events.join(""));
  } else if ("bytes" in answer) {
    response.writeHead(200, { ...headers, "content-type": answer.type });
    response.end(answer.bytes);
  } else {
    response.writeHead(answer.status ?? 200, { ...headers, "content-type": "application/json" });
    response.end(`${JSON.stringify(answer.json, null, 2)}\n`);
  }
}

/** Files and models, which no service has. */
function fileRoutes(counter: Counter): Route[] {
  const files = new Map<string, { readonly item: Item; readonly content: string }>();
  return [
    [
      "POST",
      /^\/v1\/files$/,
      ({ text }) => {
        const [, filename = "", content = ""] =
          /filename="([^"]*)".*?\r\n\r\n(.*?)\r\n--/s.exec(text) ?? [];
        const id = counter.id("file");
        const item = {
          id,
          object: "file",
          bytes: content.length,
          created_at: counter.time(),
          filename,
          purpose: /name="purpose"\r\n\r\n(.*)\r\n/.exec(text)?.[1],
        };
        files.set(id, { item, content });
        return { json: item };
      },
    ],
    [
      "GET",
      /^\/v1\/files\/([^/]+)\/content$/,
      ({ ids: [id = ""] }) => ({
        bytes: files.get(id)?.content ?? "",
        type: "application/octet-stream",
      }),
    ],
    [
      "GET",
      /^\/v1\/models$/,
      () => ({
        json: { object: "list", data: [{ id: "gpt-4o", object: "model", owned_by: "system" }] },
      }),
    ],
  ];
}
