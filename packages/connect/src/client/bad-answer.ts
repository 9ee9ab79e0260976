import { type Code, ConnectError } from "@connectrpc/connect";
import { OpenAIHttpError } from "../errors/openai-http-error.js";

/**
 * Returns the error for an answer of a service that cannot be used. A client of the API gets the status
 * 502 and the message.
 *
 * @param name the `code` of the API's error.
 */
export function badAnswer(code: Code, name: string, message: string): ConnectError {
  const error = new ConnectError(message, code);
  const answer = OpenAIHttpError.create(502, { message, code: name });
  error.details.push(...answer.toConnectError().details);
  return error;
}
