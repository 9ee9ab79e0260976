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
