import { createEgressHandler, type EgressHandlerOptions } from "./egress/egress-handler.js";

/**
 * Returns a function to use as `fetch` in clients of the OpenAI API. Requests of the API become calls
 * of an ingress, in binary, within this process: no egress has to run.
 *
 * ```ts
 * const openai = new OpenAI({ fetch: stepwireFetch({ ingress: "http://127.0.0.1:8081" }) });
 * ```
 *
 * The host of a request is ignored. Answers, streams, errors, aborts and time limits are those that the
 * client gets from the API itself; what no service has, such as an upload, is passed through the ingress.
 *
 * @param options those of `createEgressHandler`; `clientResume` is false by default, because such clients
 *   do not resume streams.
 * @throws {TypeError} if `ingress` is not a URL, or `prefix` is not a path.
 * @throws {MappingError} if the options of a service are wrong, or if two services answer the same
 * requests in the same way.
 */
export function stepwireFetch(options: EgressHandlerOptions): typeof globalThis.fetch {
  const handler = createEgressHandler({ ...options, clientResume: options.clientResume ?? false });
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const response = await handler.fetch(request);
    // The answer to a request that was aborted is for nobody.
    request.signal.throwIfAborted();
    return response;
  };
}
