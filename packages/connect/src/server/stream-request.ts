import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { fieldsOf, oneofOf, type StreamMapping } from "@stepwire/mapping";
import { durationMs } from "../duration.js";
import type { StreamPosition } from "../source.js";

/** The fields of a stream request that are about resuming. */
export interface StreamRequest {
  /** The position to resume from; undefined if the request starts a new stream. */
  readonly position: StreamPosition | undefined;
  /** How long the stream is kept without a reader, in milliseconds. */
  readonly resumeWindow: number;
}

/**
 * Reads the fields of a request that are about resuming its stream.
 *
 * @throws {ConnectError} if the request neither starts a stream nor resumes one.
 */
export function readStreamRequest(method: StreamMapping, request: Message): StreamRequest {
  const { resume, resumeWindow } = method;
  const fields = fieldsOf(request);
  // The descriptor guarantees the types of these fields.
  const window = resumeWindow && (fields[resumeWindow.localName] as Duration | undefined);
  return {
    position: resume && (resumedBy(method, request) as StreamPosition | undefined),
    resumeWindow: window === undefined ? 0 : durationMs(window),
  };
}

function resumedBy({ resume }: StreamMapping, request: Message): unknown {
  const fields = fieldsOf(request);
  if (resume?.oneof === undefined) {
    return resume && fields[resume.localName];
  }
  const start = oneofOf(fields, resume.oneof);
  if (start.case === undefined) {
    throw new ConnectError("the request does not say how to start", Code.InvalidArgument);
  }
  return start.case === resume.localName ? start.value : undefined;
}
