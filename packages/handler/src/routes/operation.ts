import { isFieldSet, type Message } from "@bufbuild/protobuf";
import { fieldsOf, type MethodMapping, oneofOf, type RouteMapping } from "@stepwire/mapping";
import { routeOf } from "./http-request.js";

/**
 * Returns the name of an operation for logs and metrics: the operation of the route, else of the
 * rpc. It is `resume` for a stream that is resumed and `other` for a request without a set arm.
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

/** Returns the path of an endpoint below the prefix of the API, such as `/kettles/{kettle_id}`. */
export function pathTemplate({ path }: RouteMapping): string {
  const parts = path.map((part) => ("literal" in part ? part.literal : `{${part.field.name}}`));
  return `/${parts.join("/")}`;
}
