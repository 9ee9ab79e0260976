import { httpErrors } from "../http-errors.js";
import type { Forwarder, PassedRequest } from "./forwarder.js";

/** How requests are answered that no endpoint takes. */
export interface PassOnOptions {
  /** Passes requests on; undefined to refuse all. */
  readonly forwarder: Forwarder | undefined;
  /** Maximum size of a request that is refused as unknown; a larger one is refused as too large. */
  readonly maxBodyBytes: number;
}

/**
 * Passes on a request that no endpoint takes, or refuses it.
 *
 * @throws {OpenAIHttpError} the error to answer with.
 */
export async function passOn(
  { forwarder, maxBodyBytes }: PassOnOptions,
  passed: PassedRequest,
): Promise<void> {
  const { method, url, headers } = passed.request;
  if (forwarder?.handles(url) === true) {
    await forwarder.forward(passed);
    return;
  }
  throw Number(headers.get("content-length") ?? 0) > maxBodyBytes
    ? httpErrors.requestTooLarge()
    : httpErrors.unknownUrl(method, url);
}
