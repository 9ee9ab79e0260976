import type { JsonValue } from "@bufbuild/protobuf";
import { describe, expectTypeOf, it } from "vitest";
import type {
  AcmeEvent,
  AllOrNothing,
  Choice,
  ContentOfShape,
  Contents,
  Document,
  Item,
  Search,
  ShapeObject,
  Tagged,
  TaggedSharedObject,
  Twice,
} from "./golden/acme/v1/shapes_openai.js";
import type { Colour, Nothing, Shared } from "./golden/acme/v1/shared_openai.js";
import type { OpenAIJsonTypes } from "./golden/registry.js";

/** That the generated types, as they stand in golden/, mean what they should. */
describe("the generated types", () => {
  it("tell required, nullable and optional members apart", () => {
    expectTypeOf<ShapeObject["id"]>().toEqualTypeOf<string>();
    expectTypeOf<Pick<ShapeObject, "nullable_number">>().toEqualTypeOf<{
      nullable_number: number | null;
    }>();
    expectTypeOf<Pick<ShapeObject, "optional_list">>().toEqualTypeOf<{
      optional_list?: string[];
    }>();
    expectTypeOf<Pick<ShapeObject, "written_list">>().toEqualTypeOf<{
      written_list: string[] | null;
    }>();
    expectTypeOf<ShapeObject["nullable_value"]>().toEqualTypeOf<JsonValue>();
  });

  it("narrow a union by its tag", () => {
    expectTypeOf<Extract<Tagged, { type: "shared" }>>().toEqualTypeOf<TaggedSharedObject>();
    expectTypeOf<Extract<Tagged, { type: "a.text" }>["the_text"]>().toEqualTypeOf<string | null>();
  });

  it("narrow an inline union by every string of its enum, and allow to lack the tag", () => {
    expectTypeOf<Extract<Item, { type: "search" | "search_v2" }>>().toEqualTypeOf<Search>();
    expectTypeOf<Search["type"]>().toEqualTypeOf<"search" | "search_v2">();
    expectTypeOf<{ type: "search_v2"; query: string }>().toExtend<Item>();
    expectTypeOf<{ type: "note"; query: string }>().not.toExtend<Item>();
    expectTypeOf<{ role: string }>().toExtend<Item>();
    expectTypeOf<{ query: string }>().not.toExtend<Item>();
  });

  it("allow an object without an arm where the schema does", () => {
    expectTypeOf<Record<never, never>>().toExtend<AllOrNothing>();
    expectTypeOf<{ object: "tagged"; id: string }>().not.toExtend<Tagged>();
  });

  it("combine several unions", () => {
    expectTypeOf<{ id: string; first: "one"; one: string }>().toExtend<Twice>();
    expectTypeOf<{
      id: string;
      first: "two";
      two: string;
      second: "three";
      three: string;
    }>().toExtend<Twice>();
    expectTypeOf<{ id: string; second: "three"; three: string }>().not.toExtend<Twice>();
  });

  it("take any other event and any other document", () => {
    expectTypeOf<{ event: "shape.moved"; data: number[] }>().toExtend<AcmeEvent>();
    expectTypeOf<{ anything: string[] }>().toExtend<Document>();
  });

  it("are strings for enums, and never for an enum without one", () => {
    expectTypeOf<Colour>().toEqualTypeOf<"grey" | "light-grey">();
    expectTypeOf<Nothing>().toEqualTypeOf<never>();
  });

  it("are the types of the arms for unions by kind", () => {
    expectTypeOf<Contents["content"]>().toEqualTypeOf<
      string | ContentOfShape[] | null | number | boolean | Shared
    >();
    expectTypeOf<"grey">().toExtend<Choice>();
    expectTypeOf<ShapeObject>().toExtend<Choice>();
    expectTypeOf<Contents["image"]>().toEqualTypeOf<string>();
    expectTypeOf<Contents["images"]>().toEqualTypeOf<string[] | undefined>();
  });

  it("are found by the type name of the message", () => {
    expectTypeOf<OpenAIJsonTypes["acme.v1.Shape"]>().toEqualTypeOf<ShapeObject>();
    expectTypeOf<OpenAIJsonTypes["acme.v1.Shared"]>().toEqualTypeOf<Shared>();
    expectTypeOf<"acme.v1.DrawRequest">().not.toExtend<keyof OpenAIJsonTypes>();
  });
});
