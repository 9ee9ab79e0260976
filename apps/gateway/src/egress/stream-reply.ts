import type { ServerResponse } from "node:http";
import { type NumberedEvent, OpenAIHttpError } from "@stepwire/connect";
import { binaryToServerSentEvent } from "../conversion.js";
import { errorEvent } from "../http/errors.js";

/**
 * Writes events to a client as fast as it reads, not faster. An error of the stream is
 * written as an event, after which the stream ends: the client is told in any case.
 */
export async function writeEvents(
  response: ServerResponse,
  events: AsyncIterable<NumberedEvent>,
  onEvent: (bytes: number) => void,
): Promise<OpenAIHttpError | undefined> {
  let failure: OpenAIHttpError | undefined;
  try {
    for await (const { event } of events) {
      const bytes = binaryToServerSentEvent(event);
      onEvent(bytes.length);
      if (!response.write(bytes)) {
        await writable(response);
      }
      if (response.destroyed) {
        return undefined;
      }
    }
  } catch (error) {
    failure = OpenAIHttpError.from(error);
    if (!response.destroyed) {
      response.write(errorEvent(failure));
    }
  }
  response.end();
  return failure;
}

/** Settles when the client has read, or is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
    if (response.destroyed) {
      settle();
    }
  });
}
