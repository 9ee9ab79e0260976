import type { ServerResponse } from "node:http";
import { type Answer, Counter, type Item, type Route, refusal } from "./api-routes.js";
import { assistantRoutes } from "./assistants-api.js";
import { chatRoutes } from "./chat-api.js";
import { responsesRoutes } from "./responses-api.js";
import type { SeenRequest, TestUpstream } from "./upstream.js";

/** A whole API in memory: assistants, chats, responses, files. Starts empty, and has no other state. */
export function createApi(): TestUpstream["answer"] {
  const counter = new Counter();
  const routes = [
    ...assistantRoutes(counter),
    ...chatRoutes(counter),
    ...responsesRoutes(counter),
    ...fileRoutes(counter),
  ];
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
