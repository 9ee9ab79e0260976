import { ChatService } from "@stepwire/core/chat";
import { getServiceMapping } from "@stepwire/mapping";
import { expect, it } from "vitest";

it("ChatService has the endpoints of the API", () => {
  const endpoints = getServiceMapping(ChatService).routes.map(
    ({ method, httpMethod, path, operation }) => {
      const parts = path.map((part) => ("literal" in part ? part.literal : `{${part.field.name}}`));
      return `${operation}: ${httpMethod} /${parts.join("/")} (${method.kind})`;
    },
  );
  expect(endpoints).toEqual([
    "create_completion: POST /chat/completions (unary)",
    "create_completion_stream: POST /chat/completions (stream)",
    "get_completion: GET /chat/completions/{completion_id} (unary)",
    "list_completions: GET /chat/completions (unary)",
    "update_completion: POST /chat/completions/{completion_id} (unary)",
    "delete_completion: DELETE /chat/completions/{completion_id} (unary)",
  ]);
});
