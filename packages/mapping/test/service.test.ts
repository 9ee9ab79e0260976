import { describe, expect, it } from "vitest";
import {
  getServiceMapping,
  hasRoutes,
  MappingError,
  type MappingProblem,
  type RouteMapping,
  type ServiceMapping,
} from "../src/index.js";
import { buildSchemas } from "./build-schemas.js";
import { serviceMistakes } from "./service-mistakes.js";

const good = `
  service Kettles {
    rpc GetKettle(GetKettleRequest) returns (GetKettleResponse) {
      option (route) = { get: "/kettles/{kettle_id}" query: "rest" };
    }
    rpc BoilHTTPKettle(BoilRequest) returns (stream BoilResponse) {
      option (route) = {
        post: "/kettles/{kettle_id}/boil" arm: "one" body: "body" first_event: "kettle.on"
      };
      option (route) = { delete: "/kettles" arm: "all" };
    }
    rpc Close(CloseRequest) returns (CloseResponse) { option (closes_streams) = true; }
  }
  service Inner { rpc Get(GetKettleRequest) returns (GetKettleResponse); }
  message GetKettleRequest {
    string kettle_id = 1;
    optional uint32 limit = 2;
    Order order = 3;
    repeated string include = 4 [(field).name = "include[]"];
    optional bool full = 5;
    optional double from = 6;
    string after = 7;
    repeated stepwire.rpc.v1.QueryParameter rest = 15;
  }
  enum Order { ORDER_UNSPECIFIED = 0; ORDER_ASC = 1 [(enum_value).value = "asc"]; }
  message GetKettleResponse { Kettle kettle = 4; string note = 1; }
  message Kettle { string id = 1; RESIDUE }
  message BoilRequest {
    oneof start { One one = 1; All all = 2; stepwire.rpc.v1.ResumeStream resume = 3; }
    google.protobuf.Duration window = 4;
  }
  message One { string kettle_id = 1; string body = 2; }
  message All { optional bool force = 1; }
  message BoilResponse {
    uint32 number = 9;
    oneof content { Event event = 8; stepwire.rpc.v1.StreamOpening opening = 7; }
  }
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Kettle on = 1;
    }
    RESIDUE
  }
  message CloseRequest { string stream_id = 1; }
  message CloseResponse {}
`;

const registry = buildSchemas({
  good,
  ...Object.fromEntries(serviceMistakes.map(({ body }, index) => [packageName(index), body])),
});

function serviceOf(name: string): ServiceMapping {
  return getServiceMapping(registry.getService(name) ?? expect.unreachable(`no service ${name}`));
}

/** A route in one line, with its fields by name. */
function summary(route: RouteMapping): object {
  const { httpMethod, path, operation, arm, input, body, rest, parameters, firstEvent } = route;
  const parts = path.map((part) => ("literal" in part ? part.literal : `{${part.field.name}}`));
  return {
    operation,
    pattern: `${httpMethod} /${parts.join("/")}`,
    of: `${arm?.name}: ${input.name}`,
    body: body?.name,
    rest: rest?.name,
    parameters: parameters.map(({ name, field, value }) => [name, field.name, value.kind]),
    firstEvent,
  };
}

describe("a service", () => {
  it("has its routes", () => {
    const none = { body: undefined, rest: undefined, firstEvent: undefined };
    expect(serviceOf("good.Kettles").routes.map(summary)).toEqual([
      {
        ...none,
        operation: "get_kettle",
        pattern: "GET /kettles/{kettle_id}",
        of: "undefined: GetKettleRequest",
        rest: "rest",
        parameters: [
          ["limit", "limit", "integer"],
          ["order", "order", "enum"],
          ["include[]", "include", "list"],
          ["full", "full", "boolean"],
          ["from", "from", "double"],
          ["after", "after", "string"],
        ],
      },
      {
        ...none,
        operation: "one",
        pattern: "POST /kettles/{kettle_id}/boil",
        of: "one: One",
        body: "body",
        parameters: [],
        firstEvent: "kettle.on",
      },
      {
        ...none,
        operation: "all",
        pattern: "DELETE /kettles",
        of: "all: All",
        parameters: [["force", "force", "boolean"]],
      },
    ]);
  });

  it("has methods by what they answer, and the one that closes streams", () => {
    const { methodByName, closing } = serviceOf("good.Kettles");
    expect([...methodByName.keys()]).toEqual(["GetKettle", "BoilHTTPKettle"]);
    expect(methodByName.get("GetKettle")).toMatchObject({
      kind: "unary",
      content: { name: "kettle", number: 4 },
    });
    expect(methodByName.get("BoilHTTPKettle")).toMatchObject({
      kind: "stream",
      oneof: { name: "content" },
      opening: { number: 7 },
      event: { number: 8 },
      number: { number: 9 },
      resume: { number: 3 },
      resumeWindow: { number: 4 },
    });
    expect(closing).toMatchObject({ desc: { name: "Close" }, streamId: { number: 1 } });
  });

  it("may have no routes", () => {
    expect(serviceOf("good.Inner").routes).toEqual([]);
    const services = ["good.Kettles", "good.Inner"].map((name) => registry.getService(name));
    expect(services.map((service) => service && hasRoutes(service))).toEqual([true, false]);
  });

  it("is read once", () => {
    expect(serviceOf("good.Kettles")).toBe(serviceOf("good.Kettles"));
  });
});

describe("a mistake in the routes is reported with its proto path", () => {
  for (const [index, { name, problems }] of serviceMistakes.entries()) {
    it(name, () => {
      const expected = Object.entries(problems).flatMap(([path, messages]) =>
        [messages].flat().map((message) => ({
          path: `${packageName(index)}.${path}`,
          message: expect.stringContaining(message),
        })),
      );
      const found = problemsOf(`${packageName(index)}.S`);
      expect(found).toEqual(expect.arrayContaining(expected));
      expect(found).toHaveLength(expected.length);
    });
  }
});

function packageName(index: number): string {
  return `service_mistake${index}`;
}

function problemsOf(name: string): readonly MappingProblem[] {
  try {
    serviceOf(name);
  } catch (error) {
    expect(error).toBeInstanceOf(MappingError);
    return error instanceof MappingError ? error.problems : [];
  }
  return [];
}
