import { isFieldSet, type Message } from "@bufbuild/protobuf";
import { fieldsOf, type MethodMapping, oneofOf } from "@stepwire/mapping";
import { routeOf } from "./http-request.js";

/**
 * Names what a request is for, in logs and metrics: as its route, else its rpc, is called.
 * A stream that is resumed is `resume`; a request that sets no arm is `other`.
 */
export function operationOf(method: MethodMapping, request: Message): string {
  if (method.kind === "stream" && method.resume !== undefined) {
    if (isFieldSet(request, method.resume)) {
      return "resume";
    }
    const { oneof } = method.resume;
    if (oneof !== undefined && oneofOf(fieldsOf(request), oneof).case === undefined) {
      return "other";
    }
  }
  return routeOf(method, request)?.operation ?? method.operation;
}
