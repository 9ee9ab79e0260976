import { isDecoded } from "../decoded-encodings.js";
import { FetchExchange, type FetchExchangeOptions } from "../fetch-exchange.js";
import {
  type Body,
  type ClientAnswer,
  type ClientRequest,
  EncodingError,
  encodingsIn,
  type UpstreamClient,
} from "./upstream-client.js";

/** Codes of errors of Node's `fetch` for connections that the other side has closed. */
const BROKEN: ReadonlySet<unknown> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** A client over the `fetch` of any runtime. It pools connections as the runtime does. */
export class FetchClient implements UpstreamClient {
  readonly #options: FetchExchangeOptions;
  readonly #exchanges = new Set<FetchExchange>();

  constructor(options: FetchExchangeOptions) {
    this.#options = options;
  }

  async send({ url, ...request }: ClientRequest): Promise<ClientAnswer> {
    const exchange = new FetchExchange(request.signal, this.#options, () =>
      this.#exchanges.delete(exchange),
    );
    this.#exchanges.add(exchange);
    return await exchange.send({ ...request, url: url.href });
  }

  decode(body: Body, headers: ClientAnswer["headers"]): Body {
    const unknown = encodingsIn(headers).find((encoding) => !isDecoded([encoding]));
    if (unknown !== undefined) {
      throw EncodingError.unknown(unknown);
    }
    return body;
  }

  isBroken(error: unknown): boolean {
    for (let each = error; each instanceof Error; each = each.cause) {
      if ("code" in each && BROKEN.has(each.code)) {
        return true;
      }
    }
    return false;
  }

  async close(): Promise<void> {
    for (const exchange of this.#exchanges) {
      exchange.abort(new Error("the client was closed"));
    }
    return await Promise.resolve();
  }
}
