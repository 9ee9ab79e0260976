import { Code, ConnectError } from "@connectrpc/connect";

/**
 * Converts connection errors that occur before the answer to `unavailable`, so that the caller may
 * try again. Connect reports them as internal, aborted or cancelled, depending on what broke.
 */
export async function explainBreak<Answer>(
  call: Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw signal?.aborted !== true && isConnectionError(error)
      ? new ConnectError(
          "the connection to the service broke",
          Code.Unavailable,
          undefined,
          undefined,
          error,
        )
      : error;
  }
}

/** Error codes of Node's sockets, HTTP/1.1 and HTTP/2. */
const connectionCodes = /^(ECONN|EPIPE|ERR_HTTP2_|ERR_STREAM_PREMATURE_CLOSE)/;

/** Connect's message for an HTTP/2 stream that ended without an error from Node. */
const STREAM_RESET = /^http\/2 stream closed with error code/;

function isConnectionError(error: unknown): boolean {
  if (error instanceof ConnectError && STREAM_RESET.test(error.rawMessage)) {
    return true;
  }
  for (let each = error; each instanceof Error; each = each.cause) {
    if ("code" in each && typeof each.code === "string" && connectionCodes.test(each.code)) {
      return true;
    }
  }
  return false;
}
