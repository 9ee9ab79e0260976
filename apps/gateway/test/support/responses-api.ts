import { type Answer, type Call, type Counter, pageOf, type Route, refusal } from "./api-routes.js";
import { ResponseScript } from "./response-script.js";

/** The routes of Responses. */
export function responsesRoutes(counter: Counter): Route[] {
  const responses = new Map<string, ResponseScript>();
  const withResponse = ({ ids: [id = ""] }: Call, use: (one: ResponseScript) => Answer): Answer => {
    const response = responses.get(id);
    return response === undefined
      ? refusal(404, `Response with id '${id}' not found.`)
      : use(response);
  };
  return [
    [
      "POST",
      /^\/v1\/responses$/,
      ({ body }) => {
        if (body["input"] === undefined) {
          return refusal(400, "Missing required parameter: 'input'.", "missing_required_parameter");
        }
        const response = new ResponseScript(counter, body);
        if (body["store"] !== false) {
          responses.set(response.id, response);
        }
        return body["stream"] === true ? { events: response.stream() } : { json: response.item };
      },
    ],
    [
      "GET",
      /^\/v1\/responses\/([^/]+)$/,
      (call) =>
        withResponse(call, (response) => {
          const { query } = call;
          if (query.get("stream") === "true") {
            const startingAfter = query.get("starting_after");
            return {
              events: response.stream(startingAfter === null ? undefined : Number(startingAfter)),
            };
          }
          const { item } = response;
          response.proceed();
          return { json: { ...item, asked: query.getAll("include[]") } };
        }),
    ],
    [
      "POST",
      /^\/v1\/responses\/([^/]+)\/cancel$/,
      (call) =>
        withResponse(call, (response) => {
          if (!response.isBackground) {
            return refusal(400, "Cannot cancel a synchronous response.");
          }
          response.cancel();
          return { json: response.item };
        }),
    ],
    [
      "DELETE",
      /^\/v1\/responses\/([^/]+)$/,
      (call) =>
        withResponse(call, ({ id }) => {
          responses.delete(id);
          return { json: { id, object: "response", deleted: true } };
        }),
    ],
    [
      "GET",
      /^\/v1\/responses\/([^/]+)\/input_items$/,
      (call) => withResponse(call, ({ input }) => ({ json: pageOf(input, call.query) })),
    ],
    [
      "POST",
      /^\/v1\/responses\/compact$/,
      ({ body }) => ({
        json: {
          id: counter.id("resp"),
          object: "response.compaction",
          created_at: counter.time(),
          output: [
            { id: counter.id("msg"), type: "message", role: "user", content: body["input"] },
            { id: counter.id("cmp"), type: "compaction", encrypted_content: "gAAAAABpy==" },
          ],
          usage: { input_tokens: 139, output_tokens: 438, total_tokens: 577 },
        },
      }),
    ],
    [
      "POST",
      /^\/v1\/responses\/input_tokens$/,
      ({ text }) => ({ json: { object: "response.input_tokens", input_tokens: text.length } }),
    ],
  ];
}
