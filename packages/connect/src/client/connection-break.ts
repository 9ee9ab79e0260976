import { Code, ConnectError } from "@connectrpc/connect";

/**
 * Makes an error of the connection, before there is an answer, the error `unavailable`: the
 * caller may try again. Connect calls it internal, aborted or cancelled, by what broke.
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

/** Errors of Node's sockets, of its HTTP/1.1 and of its HTTP/2. */
const connectionCodes = /^(ECONN|EPIPE|ERR_HTTP2_|ERR_STREAM_PREMATURE_CLOSE)/;

/** How Connect words the end of an HTTP/2 stream that has no error of Node's. */
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
