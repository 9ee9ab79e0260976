/** A construct of JSON Schema, and documents that use it. */
export interface ConverterCase {
  /** In Markdown. */
  readonly name: string;
  /** The schemas of an OpenAPI 3.0 document by name. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** The schema of the documents. */
  readonly root: string;
  /** JSON texts, because a number in JavaScript would be rounded. */
  readonly documents: readonly string[];
}

const text = { type: "string" };
const count = { type: "integer", format: "int32" };

/** Returns an object schema. Members are optional unless `required` has them. */
function object(
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return required.length > 0
    ? { type: "object", required, properties }
    : { type: "object", properties };
}

function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** One construct in each case, and nothing else that is hard. */
export const converterCases: readonly ConverterCase[] = [
  {
    name: "scalars, lists and objects, all required",
    root: "Book",
    schemas: {
      Book: object(
        {
          title: text,
          pages: count,
          price: { type: "number" },
          sold: { type: "boolean" },
          tags: { type: "array", items: text },
          shelf: reference("Shelf"),
        },
        ["title", "pages", "price", "sold", "tags", "shelf"],
      ),
      Shelf: object({ room: text }, ["room"]),
    },
    documents: [
      '{"title":"Tea","pages":90,"price":9.5,"sold":true,"tags":["hot"],"shelf":{"room":"A"}}',
      '{"title":"","pages":0,"price":0,"sold":false,"tags":[],"shelf":{"room":""}}',
    ],
  },
  {
    name: "`null`, absent, and empty",
    root: "Task",
    schemas: {
      Task: object(
        {
          title: { type: "string", nullable: true },
          due: { type: "integer", format: "int32", nullable: true },
          labels: { type: "array", items: text, nullable: true },
        },
        ["title"],
      ),
    },
    documents: [
      '{"title":"Water the plants","due":3,"labels":["home"]}',
      '{"title":null,"due":null,"labels":null}',
      '{"title":"","due":0,"labels":[]}',
      '{"title":"Sweep"}',
    ],
  },
  {
    name: "an enum, also with a new value",
    root: "Lamp",
    schemas: { Lamp: object({ state: { type: "string", enum: ["on", "off"] } }, ["state"]) },
    documents: ['{"state":"on"}', '{"state":"off"}', '{"state":"dimmed"}'],
  },
  {
    name: "an open enum (`anyOf` string, enum)",
    root: "Cup",
    schemas: {
      Cup: object({ size: { anyOf: [text, { type: "string", enum: ["small", "large"] }] } }),
    },
    documents: ['{"size":"large"}', '{"size":"huge"}'],
  },
  {
    name: "a constant (an enum with one value)",
    root: "Order",
    schemas: {
      Order: object({ object: { type: "string", enum: ["order"] }, number: count }, ["object"]),
    },
    documents: ['{"object":"order","number":7}', '{"object":"order.v2","number":7}'],
  },
  {
    name: "`oneOf` with a discriminator",
    root: "Drawing",
    schemas: {
      Drawing: object({ shape: reference("Shape") }, ["shape"]),
      Shape: {
        oneOf: [reference("Circle"), reference("Square")],
        discriminator: {
          propertyName: "kind",
          mapping: {
            circle: "#/components/schemas/Circle",
            square: "#/components/schemas/Square",
          },
        },
      },
      Circle: object({ kind: { type: "string", enum: ["circle"] }, radius: count }, [
        "kind",
        "radius",
      ]),
      Square: object({ kind: { type: "string", enum: ["square"] }, side: count }, ["kind", "side"]),
    },
    documents: [
      '{"shape":{"kind":"circle","radius":2}}',
      '{"shape":{"kind":"square","side":3}}',
      '{"shape":{"kind":"hexagon","side":4}}',
    ],
  },
  {
    name: "`oneOf` by JSON type",
    root: "Setting",
    schemas: {
      Setting: object({ value: { oneOf: [text, { type: "number" }, { type: "boolean" }] } }, [
        "value",
      ]),
    },
    documents: ['{"value":"blue"}', '{"value":1.5}', '{"value":false}'],
  },
  {
    name: "`anyOf` string, list of objects",
    root: "Message",
    schemas: {
      Message: object({ content: { anyOf: [text, { type: "array", items: reference("Part") }] } }, [
        "content",
      ]),
      Part: object({ text }, ["text"]),
    },
    documents: [
      '{"content":"Hello"}',
      '{"content":[{"text":"Hel"},{"text":"lo"}]}',
      '{"content":[]}',
    ],
  },
  {
    name: "`allOf`",
    root: "Car",
    schemas: {
      Vehicle: object({ wheels: count }, ["wheels"]),
      Car: { allOf: [reference("Vehicle"), object({ doors: count }, ["doors"])] },
    },
    documents: ['{"wheels":4,"doors":5}', '{"wheels":3,"doors":0}'],
  },
  {
    name: "`additionalProperties` with a schema",
    root: "Stock",
    schemas: {
      Stock: object({
        amounts: { type: "object", additionalProperties: count },
        places: { type: "object", additionalProperties: reference("Place") },
      }),
      Place: object({ room: text }),
    },
    documents: [
      '{"amounts":{"green tea":3,"mate":0},"places":{"mate":{"room":"B"}}}',
      '{"amounts":{},"places":{}}',
      "{}",
    ],
  },
  {
    name: "an object without a schema",
    root: "Event",
    schemas: {
      Event: object({ payload: { type: "object", additionalProperties: true } }),
    },
    documents: [
      '{"payload":{"a":1,"b":[true,null],"c":{"d":"e"}}}',
      '{"payload":{"serial":9007199254740993}}',
      '{"payload":{}}',
    ],
  },
  {
    name: "64-bit integers and large numbers",
    root: "Star",
    schemas: {
      Star: object({
        serial: { type: "integer", format: "int64" },
        mass: { type: "number" },
      }),
    },
    documents: [
      '{"serial":9007199254740993,"mass":1.5}',
      '{"serial":18446744073709551616}',
      '{"mass":0.1}',
      '{"mass":1e400}',
    ],
  },
  {
    name: "a schema that contains itself",
    root: "Comment",
    schemas: {
      Comment: object({ text, replies: { type: "array", items: reference("Comment") } }, ["text"]),
    },
    documents: [
      '{"text":"a","replies":[{"text":"b","replies":[{"text":"c"}]}]}',
      '{"text":"a","replies":[]}',
    ],
  },
  {
    name: "a list of lists",
    root: "Grid",
    schemas: {
      Grid: object({
        rows: { type: "array", items: { type: "array", items: { type: "number" } } },
      }),
    },
    documents: ['{"rows":[[1,2],[3,4]]}', '{"rows":[[],[1]]}'],
  },
  {
    name: "members in camel case and with signs",
    root: "Header",
    schemas: {
      Header: object({ createdAt: count, "x-rate": count, ID: count }),
    },
    documents: ['{"createdAt":1,"x-rate":2,"ID":3}', '{"createdAt":0,"x-rate":0,"ID":0}'],
  },
  {
    name: "members that the schema does not have",
    root: "Person",
    schemas: {
      Person: object({ name: text, address: reference("Address") }, ["name"]),
      Address: object({ city: text }, ["city"]),
    },
    documents: [
      '{"name":"Ada","nickname":"A"}',
      '{"name":"Ada","address":{"city":"Bern","zip":null,"geo":{"lat":46.9}}}',
    ],
  },
];
