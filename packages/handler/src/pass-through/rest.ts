import { OpenAIHttpError } from "@stepwire/connect/web";
import type { Handler } from "../handler.js";
import { httpErrors, sendError } from "../http-errors.js";
import { Observation } from "../observation.js";
import type { Observer, Role } from "../observer.js";
import type { Forwarder, PassedRequest } from "./forwarder.js";

/** How requests are answered that no endpoint takes. */
export interface RestOptions {
  readonly role: Role;
  /** Passes requests on; undefined to refuse all. */
  readonly forwarder: Forwarder | undefined;
  /** Maximum size of a request that is refused as unknown; a larger one is refused as too large. */
  readonly maxBodyBytes: number;
  readonly observer: Observer | undefined;
}

/** Answers the requests that no endpoint takes: passes them on, or refuses them. */
export function createRestHandler(options: RestOptions): Pick<Handler, "handle" | "handles"> {
  const { role, forwarder, observer } = options;
  return {
    handles: (_method, url) => forwarder?.handles(url) ?? false,
    handle: async (request, sink) => {
      const observation = new Observation(observer, role, request);
      try {
        await passOn(options, { request, sink, observation });
      } catch (reason) {
        observation.fail(sink, OpenAIHttpError.from(reason), reason);
        sendError(sink, OpenAIHttpError.from(reason));
      }
    },
  };
}

/** @throws {OpenAIHttpError} the error to answer with. */
export async function passOn(
  { forwarder, maxBodyBytes }: Pick<RestOptions, "forwarder" | "maxBodyBytes">,
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
