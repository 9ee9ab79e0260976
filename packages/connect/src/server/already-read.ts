import type { ConnectError } from "@connectrpc/connect";
import { OpenAIHttpError } from "../errors/openai-http-error.js";

/** Returns the error for a request whose body something else has read. */
export function bodyAlreadyRead(): ConnectError {
  return OpenAIHttpError.create(500, {
    message:
      "The request's body was read before it came here. Install this handler before middleware that reads bodies, such as express.json().",
    code: "body_already_read",
  }).toConnectError();
}
