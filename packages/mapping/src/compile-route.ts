import { type DescField, type DescMessage, type DescMethod, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { Compilation, Element } from "./compilation.js";
import { compileValue } from "./compile-value.js";
import type { Route } from "./gen/stepwire/json/v1/route_pb.js";
import type { MessageMapping } from "./model.js";
import { fieldOptions } from "./options.js";
import type {
  HttpMethod,
  MessageField,
  MethodMapping,
  ParameterMapping,
  ParameterValue,
  PathPart,
  RouteMapping,
} from "./service-model.js";

/** What the compilation of a route needs from the compilation of its service. */
export interface ServiceCompilation {
  /** Reports a mistake. Compilation continues, to find more of them. */
  report(element: Element, message: string): void;
  /** Returns the mapping of a message; reports a mistake and returns undefined if it has none. */
  reach(desc: DescMessage): MessageMapping | undefined;
}

const QUERY_PARAMETER = "stepwire.rpc.v1.QueryParameter";

/** Matches a literal path segment, of characters that need no escape in a URL. */
const LITERAL = /^[A-Za-z0-9._~-]+$/;
const VARIABLE = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * Compiles a route of an rpc. Reports mistakes, and returns an empty list if they leave no usable
 * route.
 */
export function compileRoute(
  compilation: ServiceCompilation,
  method: MethodMapping,
  route: Route,
): RouteMapping[] {
  const { desc } = method;
  const report = (message: string): void => compilation.report(desc, message);
  const pattern = route.pattern.value;
  if (route.pattern.case === undefined || pattern === undefined) {
    report("the route needs one of `get`, `post`, `put`, `patch` and `delete`");
    return [];
  }
  // The names of the arms are the HTTP methods in lower case.
  const httpMethod = route.pattern.case.toUpperCase() as HttpMethod;
  const arm = findArm(compilation, method, route.arm);
  if (route.arm !== "" && arm === undefined) {
    return [];
  }
  const input = arm?.message ?? desc.input;
  const taken = new Set<DescField>();
  const take = (name: string, role: string): DescField | undefined => {
    const field = input.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      report(`${role} \`${name}\` is not a field of ${input.typeName}`);
    } else if (taken.has(field)) {
      report(`the field \`${name}\` has two places in the route`);
    } else {
      taken.add(field);
    }
    return field;
  };
  const path = compilePath(compilation, desc, pattern, take);
  const body = route.body === "" ? undefined : take(route.body, "the body");
  if (body !== undefined && !isString(body)) {
    compilation.report(body, "the body of a request is a string field");
  }
  if (body !== undefined && httpMethod === "GET") {
    report("a GET request has no body");
  }
  const rest = route.query === "" ? undefined : take(route.query, "the query");
  if (rest !== undefined && !isQuery(rest)) {
    compilation.report(rest, `the rest of a query is a repeated ${QUERY_PARAMETER}`);
  }
  if (route.firstEvent !== "" && method.kind !== "stream") {
    report("`first_event` is for streams");
  }
  checkRequest(compilation, method, arm);
  return [
    {
      method,
      operation: arm?.name ?? method.operation,
      httpMethod,
      path,
      arm,
      input,
      body,
      rest,
      parameters: compileParameters(compilation, method, input, taken),
      firstEvent: route.firstEvent === "" ? undefined : route.firstEvent,
    },
  ];
}

function findArm(
  compilation: ServiceCompilation,
  { desc }: MethodMapping,
  name: string,
): MessageField | undefined {
  if (name === "") {
    return undefined;
  }
  const field = desc.input.fields.find((candidate) => candidate.name === name);
  if (field?.fieldKind !== "message" || field.oneof === undefined) {
    compilation.report(
      desc,
      `the arm \`${name}\` is not a message within a oneof of ${desc.input.typeName}`,
    );
    return undefined;
  }
  return field;
}

function compilePath(
  compilation: ServiceCompilation,
  desc: DescMethod,
  pattern: string,
  take: (name: string, role: string) => DescField | undefined,
): PathPart[] {
  const [start, ...parts] = pattern.split("/");
  if (start !== "" || parts.length === 0) {
    compilation.report(desc, `the path "${pattern}" must begin with a slash`);
    return [];
  }
  return parts.flatMap((part): PathPart[] => {
    const name = VARIABLE.exec(part)?.[1];
    if (name !== undefined) {
      const field = take(name, "the part of the path");
      if (field !== undefined && (!isString(field) || !isSingle(field))) {
        compilation.report(
          field,
          "a part of a path is a string field without the label `optional`",
        );
      }
      return field === undefined ? [] : [{ field }];
    }
    if (!LITERAL.test(part) || part === "." || part === "..") {
      compilation.report(
        desc,
        `the part "${part}" of the path "${pattern}" is neither a name, of letters, digits and ._~-, nor a field in braces`,
      );
    }
    return [{ literal: part }];
  });
}

/**
 * Checks that every field of a request has a purpose: fields other than the route's arm must be
 * about resuming.
 */
function checkRequest(
  compilation: ServiceCompilation,
  method: MethodMapping,
  arm: MessageField | undefined,
): void {
  if (arm === undefined) {
    return;
  }
  for (const field of method.desc.input.fields) {
    if (field.oneof !== arm.oneof && !isOfStream(method, field)) {
      compilation.report(field, `no route takes this field: it is not in the oneof of the arms`);
    }
  }
}

function compileParameters(
  compilation: ServiceCompilation,
  method: MethodMapping,
  input: DescMessage,
  taken: ReadonlySet<DescField>,
): ParameterMapping[] {
  const parameters: ParameterMapping[] = [];
  for (const field of input.fields) {
    if (taken.has(field) || isOfStream(method, field)) {
      continue;
    }
    const name = fieldOptions(field).name || field.name;
    const value = compileParameter(compilation, field);
    if (value === undefined) {
      compilation.report(
        field,
        "has no place in the route: a query parameter is a scalar, an enum or a list of strings, outside of a oneof",
      );
    } else if (parameters.some((parameter) => parameter.name === name)) {
      compilation.report(field, `another field is the query parameter "${name}" already`);
    } else {
      parameters.push({ name, field, value });
    }
  }
  return parameters;
}

function compileParameter(
  compilation: ServiceCompilation,
  field: DescField,
): ParameterValue | undefined {
  if (field.oneof !== undefined) {
    return undefined;
  }
  if (field.fieldKind === "list") {
    return field.scalar === ScalarType.STRING ? { kind: "list" } : undefined;
  }
  if (field.scalar === ScalarType.BYTES || field.message !== undefined) {
    return undefined;
  }
  // Scalars and enums do not refer to other messages.
  const valueCompilation: Compilation = {
    report: compilation.report,
    reach: (desc) => {
      throw new TypeError(`a query parameter holds ${desc.typeName}`);
    },
  };
  const value = compileValue(valueCompilation, field);
  switch (value.kind) {
    case "string":
    case "boolean":
    case "double":
    case "integer":
    case "enum":
      return value;
    default:
      return undefined;
  }
}

/** Returns whether a field of a request is about resuming its stream. */
function isOfStream(method: MethodMapping, field: DescField): boolean {
  return method.kind === "stream" && (field === method.resume || field === method.resumeWindow);
}

function isString(field: DescField): boolean {
  return field.fieldKind === "scalar" && field.scalar === ScalarType.STRING;
}

function isQuery(field: DescField): boolean {
  return field.fieldKind === "list" && field.message?.typeName === QUERY_PARAMETER;
}

/** Returns whether a field is not in a oneof and is "" when unset. */
function isSingle(field: DescField): boolean {
  return field.oneof === undefined && field.presence === FeatureSet_FieldPresence.IMPLICIT;
}
