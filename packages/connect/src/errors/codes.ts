import { Code } from "@connectrpc/connect";

/** What a Connect code means to a client of the OpenAI API if there are no other details. */
interface Meaning {
  readonly status: number;
  /** The `type` of the error's JSON. */
  readonly type: string;
}

const meanings: Readonly<Record<Code, Meaning>> = {
  [Code.Canceled]: { status: 499, type: "server_error" },
  [Code.Unknown]: { status: 502, type: "server_error" },
  [Code.InvalidArgument]: { status: 400, type: "invalid_request_error" },
  [Code.DeadlineExceeded]: { status: 504, type: "server_error" },
  [Code.NotFound]: { status: 404, type: "invalid_request_error" },
  [Code.AlreadyExists]: { status: 409, type: "invalid_request_error" },
  [Code.PermissionDenied]: { status: 403, type: "invalid_request_error" },
  [Code.ResourceExhausted]: { status: 429, type: "rate_limit_error" },
  [Code.FailedPrecondition]: { status: 400, type: "invalid_request_error" },
  [Code.Aborted]: { status: 502, type: "server_error" },
  [Code.OutOfRange]: { status: 400, type: "invalid_request_error" },
  [Code.Unimplemented]: { status: 501, type: "server_error" },
  [Code.Internal]: { status: 500, type: "server_error" },
  [Code.Unavailable]: { status: 503, type: "server_error" },
  [Code.DataLoss]: { status: 502, type: "server_error" },
  [Code.Unauthenticated]: { status: 401, type: "invalid_request_error" },
};

const codes: ReadonlyMap<number, Code> = new Map([
  [400, Code.InvalidArgument],
  [401, Code.Unauthenticated],
  [403, Code.PermissionDenied],
  [404, Code.NotFound],
  [408, Code.DeadlineExceeded],
  [409, Code.Aborted],
  [413, Code.ResourceExhausted],
  [422, Code.InvalidArgument],
  [429, Code.ResourceExhausted],
  [431, Code.ResourceExhausted],
  [499, Code.Canceled],
  [500, Code.Internal],
  [501, Code.Unimplemented],
  [502, Code.Unavailable],
  [503, Code.Unavailable],
  [504, Code.DeadlineExceeded],
]);

/** Returns the HTTP status and the error type for a code. */
export function meaningOf(code: Code): Meaning {
  return meanings[code];
}

/** Returns the code for the HTTP status of an error. */
export function codeForStatus(status: number): Code {
  const known = codes.get(status);
  if (known !== undefined) {
    return known;
  }
  if (status >= 500) {
    return Code.Unavailable;
  }
  return status >= 400 ? Code.FailedPrecondition : Code.Unknown;
}

/** Returns the name of a code as the protocols write it, such as `not_found`. */
export function codeName(code: Code): string {
  return (Code[code] ?? "Unknown").replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
}

const codesByName: ReadonlyMap<string, Code> = new Map(
  Object.keys(meanings).map((code) => [codeName(Number(code)), Number(code)]),
);

/** Returns the code with a name, such as `not_found`. */
export function codeNamed(name: string): Code | undefined {
  return codesByName.get(name);
}
