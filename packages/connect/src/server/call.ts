import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { passedRequestHeaders, statusHeaders } from "../headers.js";
import type { SourceAnswer, SourceCall } from "../source.js";
import type { CallContext } from "./call-context.js";

/** Returns the signal and the headers of a call for the source that answers it. */
export function toCall({ signal, requestHeader, values }: CallContext): SourceCall {
  return { signal, headers: passedRequestHeaders(requestHeader), values };
}

/** Returns what a source's promise resolves to; converts its errors to Connect errors. */
export async function answer<Content>(promise: Promise<Content>): Promise<Content> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof OpenAIHttpError ? error.toConnectError() : error;
  }
}

/** Adds status and headers of an answer to the headers of the response. */
export function setHeaders(
  { responseHeader }: CallContext,
  { headers = [], status }: Pick<SourceAnswer, "headers" | "status">,
): void {
  for (const [name, value] of [...headers, ...statusHeaders(status)]) {
    responseHeader.append(name, value);
  }
}
