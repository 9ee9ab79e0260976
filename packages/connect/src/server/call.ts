import type { HandlerContext } from "@connectrpc/connect";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { type Header, passedRequestHeaders } from "../headers.js";
import type { SourceCall } from "../source.js";

/** Returns the signal and the headers of a call for the source that answers it. */
export function toCall({ signal, requestHeader }: HandlerContext): SourceCall {
  return { signal, headers: passedRequestHeaders(requestHeader) };
}

/** Returns what a source's promise resolves to; converts its errors to Connect errors. */
export async function answer<Content>(promise: Promise<Content>): Promise<Content> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof OpenAIHttpError ? error.toConnectError() : error;
  }
}

/** Adds the headers of an answer to those of the response. */
export function setHeaders(
  { responseHeader }: HandlerContext,
  headers: readonly Header[] = [],
): void {
  for (const [name, value] of headers) {
    responseHeader.append(name, value);
  }
}
