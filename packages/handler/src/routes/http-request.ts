import { create, isFieldSet, type Message } from "@bufbuild/protobuf";
import { type Header, OpenAIHttpError } from "@stepwire/connect/web";
import {
  fieldsOf,
  getServiceMapping,
  type HttpMethod,
  type MethodMapping,
  oneofOf,
  type RouteMapping,
} from "@stepwire/mapping";
import { formatParameter, parseParameter } from "./parameter-value.js";

/** The parts of an HTTP request from which the request of an rpc is built. */
export interface HttpParts {
  /** The values of the path variables, in order. */
  readonly variables: readonly string[];
  readonly query: readonly Header[];
  readonly body: string | undefined;
}

/** An HTTP request to an OpenAI-compatible server. */
export interface UpstreamParts {
  readonly method: HttpMethod;
  /** The path below the API's prefix, as segments without escapes. */
  readonly path: readonly string[];
  readonly query: readonly Header[];
  readonly body: string | undefined;
}

/**
 * Builds the request of an rpc from an HTTP request. Query parameters that no field can hold
 * exactly are added to the `query` field unchanged.
 *
 * @throws {OpenAIHttpError} if the route has no field for a query parameter.
 */
export function toRequest(route: RouteMapping, parts: HttpParts): Message {
  const input = create(route.input);
  const fields = fieldsOf(input);
  const variables = [...parts.variables];
  for (const part of route.path) {
    if ("field" in part) {
      fields[part.field.localName] = variables.shift() ?? "";
    }
  }
  if (route.body !== undefined) {
    fields[route.body.localName] = parts.body ?? "";
  }
  const rest = setParameters(route, input, parts.query);
  const queryParameter = route.rest?.message;
  if (route.rest !== undefined && queryParameter !== undefined) {
    fields[route.rest.localName] = rest.map(([name, value]) =>
      create(queryParameter, { name, value }),
    );
  } else if (rest[0] !== undefined) {
    const [name] = rest[0];
    throw OpenAIHttpError.create(400, {
      message: `The query parameter '${name}' is unknown, or has a value that is not valid.`,
      param: name,
    });
  }
  return withArm(route, input);
}

/** Sets the fields of query parameters. Returns the parameters that no field can hold. */
function setParameters(
  route: RouteMapping,
  input: Message,
  query: readonly Header[],
): readonly Header[] {
  const fields = fieldsOf(input);
  const rest: Header[] = [];
  const lists = new Map<string, string[]>();
  // If one value of a name goes to the rest, its later values follow, to keep their order.
  const done = new Set<string>();
  for (const parameter of query) {
    const [name, text] = parameter;
    const mapping = route.parameters.find((each) => each.name === name);
    if (mapping?.value.kind === "list") {
      const list = lists.get(name) ?? [];
      list.push(text);
      lists.set(name, list);
      fields[mapping.field.localName] = list;
      continue;
    }
    const value = mapping && !done.has(name) ? parseParameter(mapping, text) : undefined;
    done.add(name);
    if (mapping === undefined || value === undefined) {
      rest.push(parameter);
    } else {
      fields[mapping.field.localName] = value;
    }
  }
  return rest;
}

function withArm({ arm, method }: RouteMapping, input: Message): Message {
  if (arm?.oneof === undefined) {
    return input;
  }
  const request = create(method.desc.input);
  fieldsOf(request)[arm.oneof.localName] = { case: arm.localName, value: input };
  return request;
}

/** Returns the HTTP request for a request of an rpc. */
export function toUpstream(route: RouteMapping, request: Message): UpstreamParts {
  const input = inputOf(route, request);
  const fields = fieldsOf(input);
  const textOf = (localName: string): string => String(fields[localName]);
  const body = route.body && textOf(route.body.localName);
  return {
    method: route.httpMethod,
    path: route.path.map((part) =>
      "literal" in part ? part.literal : textOf(part.field.localName),
    ),
    query: [...parametersOf(route, request), ...restOf(route, input)],
    // If the request has no body, the field is empty.
    body: body === "" ? undefined : body,
  };
}

/** Returns the query parameters in the order of their fields. */
export function parametersOf(route: RouteMapping, request: Message): Header[] {
  const input = inputOf(route, request);
  return route.parameters
    .filter(({ field }) => isFieldSet(input, field))
    .flatMap((parameter) =>
      formatParameter(parameter, fieldsOf(input)[parameter.field.localName]).map(
        (text): Header => [parameter.name, text],
      ),
    );
}

function restOf({ rest }: RouteMapping, input: Message): Header[] {
  const list = rest && fieldsOf(input)[rest.localName];
  return Array.isArray(list)
    ? list.map((each): Header => {
        const { name, value } = fieldsOf(each);
        return [String(name), String(value)];
      })
    : [];
}

/** Returns the values of the path variables of a request, by field name. */
export function variablesOf(
  route: RouteMapping,
  request: Message,
): [name: string, value: string][] {
  const fields = fieldsOf(inputOf(route, request));
  return route.path.flatMap((part): [string, string][] =>
    "field" in part ? [[part.field.name, String(fields[part.field.localName])]] : [],
  );
}

/** Returns the message that contains the fields of a route. */
function inputOf({ arm, input }: RouteMapping, request: Message): Message {
  if (arm?.oneof === undefined) {
    return request;
  }
  const { case: name, value } = oneofOf(fieldsOf(request), arm.oneof);
  // The descriptor guarantees this type.
  return name === arm.localName ? (value as Message) : create(input);
}

/** Returns the route that a request of an rpc selects; undefined if there is none. */
export function routeOf(method: MethodMapping, request: Message): RouteMapping | undefined {
  return getServiceMapping(method.desc.parent).routes.find(
    (route) => route.method === method && (route.arm === undefined || isArmSet(route, request)),
  );
}

function isArmSet({ arm }: RouteMapping, request: Message): boolean {
  return arm?.oneof !== undefined && oneofOf(fieldsOf(request), arm.oneof).case === arm.localName;
}
