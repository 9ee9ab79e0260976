import { type Answer, type Counter, type Item, pageOf, type Route, refusal } from "./api-routes.js";

const usage = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const ARGUMENTS = '{"city":"Köln","unit":"celsius"}';

/** The routes of Chat Completions. */
export function chatRoutes(counter: Counter): Route[] {
  const stored = new Map<string, Item>();
  const withStored = (id: string, use: (item: Item) => Answer): Answer => {
    const item = stored.get(id);
    return item === undefined ? refusal(404, `No completion found with id '${id}'.`) : use(item);
  };
  return [
    [
      "POST",
      /^\/v1\/chat\/completions$/,
      ({ body }) => {
        if (body["messages"] === undefined) {
          return refusal(400, "Missing required parameter: 'messages'.", "missing_parameter");
        }
        const base = {
          id: counter.id("chatcmpl"),
          created: counter.time(),
          model: "gpt-4o-2024-08-06",
          service_tier: "default",
          system_fingerprint: "fp_8a92f77b",
        };
        const isTool = body["tools"] !== undefined;
        if (body["stream"] === true) {
          return { events: chunksOf(base, isTool, body["stream_options"] !== undefined) };
        }
        const completion = completionOf(base, isTool);
        if (body["store"] === true) {
          stored.set(completion.id, { ...completion, metadata: body["metadata"] ?? {} });
        }
        return { json: completion };
      },
    ],
    [
      "GET",
      /^\/v1\/chat\/completions$/,
      ({ query }) => ({ json: pageOf([...stored.values()], query) }),
    ],
    [
      "GET",
      /^\/v1\/chat\/completions\/([^/]+)$/,
      ({ ids: [id = ""] }) => withStored(id, (json) => ({ json })),
    ],
    [
      "POST",
      /^\/v1\/chat\/completions\/([^/]+)$/,
      ({ ids: [id = ""], body }) =>
        withStored(id, (item) => {
          const json = { ...item, ...body };
          stored.set(id, json);
          return { json };
        }),
    ],
    [
      "DELETE",
      /^\/v1\/chat\/completions\/([^/]+)$/,
      ({ ids: [id = ""] }) =>
        withStored(id, () => {
          stored.delete(id);
          return { json: { object: "chat.completion.deleted", id, deleted: true } };
        }),
    ],
  ];
}

interface Base {
  readonly id: string;
  readonly created: number;
}

function completionOf(base: Base, isTool: boolean): Item {
  const { id, ...others } = base;
  const message = isTool
    ? {
        role: "assistant",
        content: null,
        tool_calls: [
          {
            id: "call_1",
            type: "function",
            function: { name: "get_weather", arguments: ARGUMENTS },
          },
        ],
        refusal: null,
        annotations: [],
      }
    : {
        role: "assistant",
        content: "Größer als 🥐.",
        refusal: null,
        annotations: [
          {
            type: "url_citation",
            url_citation: { start_index: 0, end_index: 3, title: "A", url: "https://a.example/" },
          },
        ],
      };
  return {
    id,
    object: "chat.completion",
    ...others,
    choices: [
      {
        index: 0,
        message,
        logprobs: isTool
          ? null
          : {
              content: [{ token: "Gr", logprob: -0.0125, bytes: [71, 114], top_logprobs: [] }],
              refusal: null,
            },
        finish_reason: isTool ? "tool_calls" : "stop",
        content_filter_results: { hate: { filtered: false, severity: "safe" } },
      },
    ],
    usage,
    x_dialect: { exact: 0.1, list: [1, null, "x"] },
  };
}

function chunksOf(base: Base, isTool: boolean, hasUsage: boolean): string[] {
  const deltas = isTool
    ? [
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              index: 0,
              id: "call_1",
              type: "function",
              function: { name: "get_weather", arguments: "" },
            },
          ],
        },
        ...[ARGUMENTS.slice(0, 9), ARGUMENTS.slice(9)].map((part) => ({
          tool_calls: [{ index: 0, function: { arguments: part } }],
        })),
        {},
      ]
    : [
        { role: "assistant", content: "", refusal: null },
        ..."Größer als 🥐.".split(/(?<= )/).map((content) => ({ content })),
        { reasoning_content: "because" },
        {},
      ];
  const { id, ...others } = base;
  const chunks = deltas.map((delta, index) => {
    const isLast = index === deltas.length - 1;
    return {
      id,
      object: "chat.completion.chunk",
      ...others,
      choices: [
        {
          index: 0,
          delta,
          logprobs: null,
          finish_reason: isLast ? (isTool ? "tool_calls" : "stop") : null,
        },
      ],
      ...(hasUsage && { usage: null }),
      obfuscation: "aB3".repeat(index + 1),
    };
  });
  const last = { id, object: "chat.completion.chunk", ...others, choices: [], usage };
  return [...chunks, ...(hasUsage ? [last] : [])]
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .concat("data: [DONE]\n\n");
}
