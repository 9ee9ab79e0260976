import type { Message } from "@bufbuild/protobuf";
import type { Header } from "@stepwire/connect";
import { operationOf, routeOf, toRequest, toUpstream } from "@stepwire/handler/internal";
import { fieldsOf, getServiceMapping, type RouteMapping } from "@stepwire/mapping";
import { describe, expect, it } from "vitest";
import { kettleServices } from "./support/own-service.js";

const routes = new Map(
  kettleServices()
    .flatMap((service) => getServiceMapping(service).routes)
    .map((route) => [route.operation, route]),
);

function routeFor(operation: string): RouteMapping {
  return routes.get(operation) ?? expect.unreachable(`no route ${operation}`);
}

function request(route: RouteMapping, query: readonly Header[], body?: string): Message {
  return toRequest(route, { variables: ["k"], query, body });
}

describe("a query parameter that a field holds exactly", () => {
  it.each<[name: string, text: string, field: string, value: unknown]>([
    ["since", "-9223372036854775808", "since", -9223372036854775808n],
    ["since", "0", "since", 0n],
    ["full", "true", "full", true],
    ["full", "false", "full", false],
    ["scale", "1e+21", "scale", 1e21],
    ["scale", "-0.5", "scale", -0.5],
    ["unit", "celsius", "unit", 1],
    ["note", "a b", "note", "a b"],
  ])("%s=%s is the field's value", (name, text, field, value) => {
    const route = routeFor("get_kettle");
    const message = request(route, [[name, text]]);
    expect(fieldsOf(message)).toMatchObject({ [field]: value, rest: [] });
    expect(toUpstream(route, message).query).toEqual([[name, text]]);
  });
});

describe("a query parameter that no field holds exactly", () => {
  it.each<[name: string, text: string]>([
    ["since", "9223372036854775808"],
    ["since", "01"],
    ["since", "+1"],
    ["since", "-0"],
    ["since", ""],
    ["since", "1.0"],
    ["full", "1"],
    ["full", "TRUE"],
    ["scale", "1.50"],
    ["scale", "NaN"],
    ["scale", "Infinity"],
    ["scale", "-0"],
    ["scale", "1e999"],
    ["unit", "kelvin"],
    ["unit", ""],
    // Without the label `optional`, "" is unset.
    ["note", ""],
    ["unknown", "x"],
    ["__proto__", "x"],
  ])("%s=%s goes to the rest unchanged", (name, text) => {
    const route = routeFor("get_kettle");
    const message = request(route, [[name, text]]);
    expect(fieldsOf(message)).toMatchObject({ rest: [{ name, value: text }] });
    expect(toUpstream(route, message).query).toEqual([[name, text]]);
  });

  it("keeps its place among those of its name", () => {
    const route = routeFor("get_kettle");
    const query: Header[] = [
      ["since", "x"],
      ["since", "1"],
      ["since", "2"],
    ];
    const message = request(route, query);
    expect(fieldsOf(message)["since"]).toBeUndefined();
    expect(toUpstream(route, message).query).toEqual(query);
  });
});

describe("a request with arms", () => {
  it("sets the arm of its route, and finds the route by it", () => {
    const stream = routeFor("watch");
    const message = request(stream, [["from", "7"]]);
    expect(fieldsOf(message)).toMatchObject({
      start: { case: "watch", value: { kettleId: "k", from: 7 } },
    });
    expect(routeOf(stream.method, message)).toBe(stream);
    expect(operationOf(stream.method, message)).toBe("watch");
    expect(toUpstream(stream, message)).toEqual({
      method: "GET",
      path: ["kettles", "k", "events"],
      query: [["from", "7"]],
      body: undefined,
    });
  });

  it("that sets none stands for no route", () => {
    const { method } = routeFor("watch");
    const message = request(routeFor("watch"), []);
    fieldsOf(message)["start"] = { case: undefined };
    expect(routeOf(method, message)).toBeUndefined();
    expect(operationOf(method, message)).toBe("other");
    fieldsOf(message)["start"] = { case: "resume", value: {} };
    expect(operationOf(method, message)).toBe("resume");
  });
});
