import {
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  getOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { type Element, MappingError, type MappingProblem } from "./compilation.js";
import { getMessageMapping } from "./compile.js";
import { compileRoute, type ServiceCompilation } from "./compile-route.js";
import {
  closes_streams as closesStreams,
  route as routeOption,
} from "./gen/stepwire/json/v1/route_pb.js";
import type {
  ClosingMapping,
  MessageField,
  MethodMapping,
  RouteMapping,
  ServiceMapping,
  StreamMapping,
} from "./service-model.js";

/** Full names of the messages that every service uses. */
const OPENING = "stepwire.rpc.v1.StreamOpening";
const RESUME = "stepwire.rpc.v1.ResumeStream";
const DURATION = "google.protobuf.Duration";

const cache = new WeakMap<DescService, ServiceMapping>();

/**
 * Returns the HTTP endpoints of a service, compiled from its descriptor and options. Also checks
 * the JSON form of each message that the endpoints return. The result is cached by descriptor.
 *
 * @throws {MappingError} if options are missing or wrong, with every mistake.
 */
export function getServiceMapping(desc: DescService): ServiceMapping {
  const known = cache.get(desc);
  if (known !== undefined) {
    return known;
  }
  const problems = new Map<string, MappingProblem>();
  const add = (problem: MappingProblem): void => {
    problems.set(`${problem.path}: ${problem.message}`, problem);
  };
  const compilation: ServiceCompilation = {
    report: ({ typeName, name, parent }: Element, message) =>
      add({ path: typeName ?? `${parent?.typeName}.${name}`, message }),
    reach: (message) => {
      try {
        return getMessageMapping(message);
      } catch (error) {
        if (!(error instanceof MappingError)) {
          throw error;
        }
        error.problems.forEach(add);
        return undefined;
      }
    },
  };
  const mapping = compileService(compilation, desc);
  if (problems.size > 0) {
    throw new MappingError([...problems.values()]);
  }
  cache.set(desc, mapping);
  return mapping;
}

/** Returns whether a service has HTTP endpoints. */
export function hasRoutes(desc: DescService): boolean {
  return desc.methods.some((method) => getOption(method, routeOption).length > 0);
}

function compileService(compilation: ServiceCompilation, desc: DescService): ServiceMapping {
  const methods: MethodMapping[] = [];
  const routes: RouteMapping[] = [];
  let closing: ClosingMapping | undefined;
  for (const method of desc.methods) {
    if (getOption(method, closesStreams)) {
      if (closing !== undefined) {
        compilation.report(method, "another rpc has `closes_streams` already");
      }
      closing = compileClosing(compilation, method) ?? closing;
      continue;
    }
    const mapping = compileMethod(compilation, method);
    if (mapping !== undefined) {
      methods.push(mapping);
      for (const route of getOption(method, routeOption)) {
        routes.push(...compileRoute(compilation, mapping, route));
      }
    }
  }
  checkDistinct(compilation, routes);
  const methodByName = new Map(methods.map((method) => [method.desc.name, method]));
  return { desc, methods, methodByName, routes, closing };
}

function compileMethod(
  compilation: ServiceCompilation,
  method: DescMethod,
): MethodMapping | undefined {
  if (isStreaming(method)) {
    return compileStream(compilation, method);
  }
  if (!isUnary(method)) {
    compilation.report(method, "the request must not be a stream");
    return undefined;
  }
  const [content, ...others] = method.output.fields.filter(isMessageField);
  if (content === undefined || others.length > 0 || content.oneof !== undefined) {
    compilation.report(
      method,
      `the response ${method.output.typeName} needs exactly one field with a message, the document, outside of a oneof`,
    );
    return undefined;
  }
  compilation.reach(content.message);
  return { kind: "unary", desc: method, operation: snakeCase(method.name), content };
}

function compileStream(
  compilation: ServiceCompilation,
  method: DescMethodServerStreaming,
): StreamMapping | undefined {
  const { input, output } = method;
  const oneof = output.oneofs.find(({ fields }) => fields.some((field) => isOf(field, OPENING)));
  const opening = oneof?.fields.filter(isMessageField).find((field) => isOf(field, OPENING));
  const events = oneof?.fields.filter((field) => field !== opening) ?? [];
  const [event] = events;
  const numbers = output.fields.filter(
    (field) => field.oneof === undefined && field.scalar === ScalarType.UINT32,
  );
  const [number] = numbers;
  const following = output.fields.find(
    (field) => field.fieldKind === "list" && field.message === event?.message,
  );
  if (
    oneof === undefined ||
    opening === undefined ||
    event === undefined ||
    !isMessageField(event) ||
    events.length > 1 ||
    number === undefined ||
    numbers.length > 1 ||
    output.fields.length !== (following === undefined ? 3 : 4)
  ) {
    compilation.report(
      method,
      `the response ${output.typeName} of a stream has a oneof of a ${OPENING} and an event, and a field with its number, of the type uint32; at most one further field, a list of events`,
    );
    return undefined;
  }
  checkEvent(compilation, event);
  return {
    kind: "stream",
    desc: method,
    operation: snakeCase(method.name),
    oneof,
    opening,
    event,
    number,
    following,
    resume: input.fields.filter(isMessageField).find((field) => isOf(field, RESUME)),
    resumeWindow: input.fields
      .filter(isMessageField)
      .find((field) => isOf(field, DURATION) && field.oneof === undefined),
  };
}

function checkEvent(compilation: ServiceCompilation, event: MessageField): void {
  const mapping = compilation.reach(event.message);
  const isUnion =
    mapping?.kind === "object" && mapping.unions.some(({ shape }) => shape === "adjacent");
  if (mapping !== undefined && !isUnion) {
    compilation.report(event, `the event ${event.message.typeName} needs an adjacent union`);
  }
}

function compileClosing(
  compilation: ServiceCompilation,
  method: DescMethod,
): ClosingMapping | undefined {
  const streamId = method.input.fields.find(({ name }) => name === "stream_id");
  const streamIds = method.input.fields.find(({ name }) => name === "stream_ids");
  if (
    !isUnary(method) ||
    method.input.fields.some((field) => field !== streamId && field !== streamIds) ||
    streamId?.fieldKind !== "scalar" ||
    streamId.scalar !== ScalarType.STRING ||
    (streamIds !== undefined &&
      !(streamIds.fieldKind === "list" && streamIds.scalar === ScalarType.STRING))
  ) {
    compilation.report(
      method,
      "an rpc with `closes_streams` has a request with the field `string stream_id`, and `repeated string stream_ids` at most",
    );
    return undefined;
  }
  if (getOption(method, routeOption).length > 0) {
    compilation.report(
      method,
      "an rpc with `closes_streams` has no HTTP endpoint; remove its route",
    );
  }
  return { desc: method, streamId, streamIds };
}

/** Checks that no two endpoints differ only in the names of their path variables. */
function checkDistinct(compilation: ServiceCompilation, routes: readonly RouteMapping[]): void {
  const seen = new Set<string>();
  for (const { method, httpMethod, path } of routes) {
    const shape = path.map((part) => ("literal" in part ? part.literal : "{}")).join("/");
    const key = `${method.kind} ${httpMethod} /${shape}`;
    if (seen.has(key)) {
      compilation.report(
        method.desc,
        `another route answers ${httpMethod} /${shape} in the same way; there may be one for documents and one for streams`,
      );
    }
    seen.add(key);
  }
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

function isStreaming(method: DescMethod): method is DescMethodServerStreaming {
  return method.methodKind === "server_streaming";
}

function isMessageField(field: DescField): field is MessageField {
  return field.fieldKind === "message";
}

function isOf(field: { readonly message?: DescMessage | undefined }, typeName: string): boolean {
  return field.message?.typeName === typeName;
}

/** Converts a name to snake case: `GetThing` becomes `get_thing`. */
function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
}
