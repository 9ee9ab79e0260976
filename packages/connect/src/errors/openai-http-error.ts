import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type OpenAIError, OpenAIErrorSchema } from "@stepwire/core";
import type { Header } from "../headers.js";
import { codeForStatus, codeName, meaningOf } from "./codes.js";

/** The members of an error of the API, within `{"error": {...}}`. */
export interface HttpErrorMembers {
  readonly message: string;
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
}

/** The parts of an error answer from an OpenAI-compatible server, or of one created here. */
export interface OpenAIHttpErrorInit {
  readonly status: number;
  /** Pairs of a name in lower case and a value. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** Whether the end of the body is missing. */
  readonly truncated?: boolean;
  /** The Connect code, if it cannot be derived from the status. */
  readonly code?: Code;
}

/**
 * Maximum number of bytes of an error's body that are passed on. With gRPC the body travels in a
 * trailer, and implementations limit the size of trailers.
 */
export const MAX_ERROR_BODY_BYTES: number = 16 * 1024;

const JSON_TYPE = "application/json";

/** For a service that cannot be reached: a retry after one second may succeed. */
const RETRY_SOON: readonly Header[] = [["retry-after", "1"]];

/**
 * An error answer of an OpenAI-compatible server, with its original status, headers and body.
 * Converting it to a Connect error and back loses nothing.
 */
export class OpenAIHttpError extends Error {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly truncated: boolean;
  readonly code: Code;

  constructor(init: OpenAIHttpErrorInit, options?: ErrorOptions) {
    // Does not include the body: it may be confidential, and messages end up in logs.
    super(`HTTP ${init.status}`, options);
    this.name = "OpenAIHttpError";
    this.status = init.status;
    this.headers = init.headers ?? [];
    this.body = init.body.subarray(0, MAX_ERROR_BODY_BYTES);
    this.truncated = init.truncated === true || init.body.length > MAX_ERROR_BODY_BYTES;
    this.code = init.code ?? codeForStatus(init.status);
  }

  /** Creates an error in the format of the API. */
  static create(
    status: number,
    members: HttpErrorMembers,
    options: ErrorOptions & {
      readonly connectCode?: Code;
      /** Headers in addition to the content type. */
      readonly headers?: readonly Header[];
    } = {},
  ): OpenAIHttpError {
    const { message, type = defaultType(status), param = null, code = null } = members;
    const json = JSON.stringify({ error: { message, type, param, code } });
    return new OpenAIHttpError(
      {
        status,
        headers: [["content-type", JSON_TYPE], ...(options.headers ?? [])],
        body: new TextEncoder().encode(json),
        ...(options.connectCode !== undefined && { code: options.connectCode }),
      },
      options,
    );
  }

  /**
   * Converts any error to one for a client of the API. Returns an `OpenAIHttpError` unchanged. For
   * a Connect error, returns the server's answer that it carries, or else an error that explains
   * its code.
   */
  static from(reason: unknown): OpenAIHttpError {
    if (reason instanceof OpenAIHttpError) {
      return reason;
    }
    const error = ConnectError.from(reason);
    const [detail] = error.findDetails(OpenAIErrorSchema);
    if (detail === undefined) {
      const { status, type } = meaningOf(error.code);
      const code = codeName(error.code);
      const members = { message: explain(error), type, code };
      const options = { cause: reason, connectCode: error.code };
      return OpenAIHttpError.create(status, members, {
        ...options,
        ...(error.code === Code.Unavailable && { headers: RETRY_SOON }),
      });
    }
    return fromDetail(detail, error.code, reason);
  }

  /**
   * Returns the error that `toBinary` wrote, with a Connect code; by default, the one for its status.
   */
  static fromBinary(bytes: Uint8Array, code?: Code): OpenAIHttpError {
    const detail = fromBinary(OpenAIErrorSchema, bytes);
    return fromDetail(detail, code ?? codeForStatus(detail.status), undefined);
  }

  /** Returns the answer in binary, without its Connect code and cause. */
  toBinary(): Uint8Array {
    return toBinary(OpenAIErrorSchema, this.#toDetail());
  }

  /** Returns a Connect error that carries this answer as a detail. */
  toConnectError(): ConnectError {
    return new ConnectError(
      this.message,
      this.code,
      undefined,
      [{ desc: OpenAIErrorSchema, value: this.#toDetail() }],
      this.cause,
    );
  }

  #toDetail(): OpenAIError {
    const { status, body, truncated } = this;
    const headers = this.headers.map(([name, value]) => ({ name, value }));
    return create(OpenAIErrorSchema, { status, headers, body, truncated });
  }
}

function fromDetail(detail: OpenAIError, code: Code, cause: unknown): OpenAIHttpError {
  return new OpenAIHttpError(
    {
      status: isErrorStatus(detail.status) ? detail.status : meaningOf(code).status,
      headers: detail.headers.map(({ name, value }) => [name, value] as const),
      body: detail.body,
      truncated: detail.truncated,
      code,
    },
    { cause },
  );
}

/** Returns whether a Connect error carries the answer of a server. */
export function carriesAnswer(error: ConnectError): boolean {
  return error.findDetails(OpenAIErrorSchema).length > 0;
}

function defaultType(status: number): string {
  return status >= 500 ? "server_error" : "invalid_request_error";
}

function isErrorStatus(status: number): boolean {
  return status >= 400 && status <= 599;
}

/**
 * Returns the text for an error. Uses the error's own text only if the other side wrote it for
 * callers; messages of the operating system are not shown.
 */
function explain(error: ConnectError): string {
  switch (error.code) {
    case Code.DeadlineExceeded:
      return "The service took too long to answer.";
    case Code.Unavailable:
      return "The service cannot be reached.";
    case Code.Canceled:
      return "The request was cancelled.";
    case Code.Internal:
    case Code.Unknown:
    case Code.Aborted:
    case Code.DataLoss:
      return "The service failed.";
    default:
      return error.rawMessage;
  }
}
