/** A schema with mistakes in the routes of its service `S`. */
export interface ServiceMistake {
  readonly name: string;
  readonly body: string;
  /** What is reported, in part, by the path within the schema's package. */
  readonly problems: Record<string, string | string[]>;
}

/** A document and a response with it. */
const DOCUMENT = `
  message Document { string id = 1; RESIDUE }
  message GetResponse { Document document = 1; }
`;

/** An event and a response of a stream. */
const EVENT = `
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      string text = 1;
    }
    RESIDUE
  }
  message WatchResponse {
    oneof content { stepwire.rpc.v1.StreamOpening opening = 1; Event event = 2; }
    uint32 number = 3;
  }
`;

/** A service with one unary rpc. */
function unary(route: string, request: string, more = ""): string {
  return `
    service S { rpc Get(GetRequest) returns (GetResponse) { ${route} } }
    message GetRequest { ${request} }
    ${DOCUMENT}
    ${more}
  `;
}

/** A service with one streaming rpc. */
function streaming(route: string, request: string, response = EVENT): string {
  return `
    service S { rpc Watch(WatchRequest) returns (stream WatchResponse) { ${route} } }
    message WatchRequest { ${request} }
    ${response}
  `;
}

/** Every mistake that is looked for. */
export const serviceMistakes: readonly ServiceMistake[] = [
  {
    name: "no method of HTTP",
    body: unary(`option (route) = { query: "rest" };`, ""),
    problems: { "S.Get": "needs one of `get`, `post`, `put`, `patch` and `delete`" },
  },
  {
    name: "a path without a slash",
    body: unary(`option (route) = { get: "documents" };`, ""),
    problems: { "S.Get": 'the path "documents" must begin with a slash' },
  },
  {
    name: "parts of a path that are neither names nor fields",
    body: unary(`option (route) = { get: "/a b/{}/../x:y/" };`, ""),
    problems: {
      "S.Get": [
        'the part "a b"',
        'the part "{}"',
        'the part ".."',
        'the part "x:y"',
        'the part "" of the path',
      ],
    },
  },
  {
    name: "a part of a path that is no field",
    body: unary(`option (route) = { get: "/documents/{id}" };`, ""),
    problems: { "S.Get": "the part of the path `id` is not a field of" },
  },
  {
    name: "a part of a path that is not a string",
    body: unary(`option (route) = { get: "/documents/{id}" };`, "uint32 id = 1;"),
    problems: { "GetRequest.id": "a part of a path is a string field" },
  },
  {
    name: "a part of a path that may be unset",
    body: unary(`option (route) = { get: "/documents/{id}" };`, "optional string id = 1;"),
    problems: { "GetRequest.id": "without the label `optional`" },
  },
  {
    name: "a field in two places",
    body: unary(`option (route) = { get: "/documents/{id}/{id}" };`, "string id = 1;"),
    problems: { "S.Get": "the field `id` has two places in the route" },
  },
  {
    name: "a body that is not a string",
    body: unary(`option (route) = { post: "/documents" body: "body" };`, "uint32 body = 1;"),
    problems: { "GetRequest.body": "the body of a request is a string field" },
  },
  {
    name: "a body of a GET request",
    body: unary(`option (route) = { get: "/documents" body: "body" };`, "string body = 1;"),
    problems: { "S.Get": "a GET request has no body" },
  },
  {
    name: "a rest of the query of the wrong type",
    body: unary(
      `option (route) = { get: "/documents" query: "rest" };`,
      "repeated string rest = 1;",
    ),
    problems: { "GetRequest.rest": "is a repeated stepwire.rpc.v1.QueryParameter" },
  },
  {
    name: "fields that cannot be query parameters",
    body: unary(
      `option (route) = { get: "/documents" };`,
      `Document a = 1; bytes b = 2; repeated uint32 c = 3; map<string, string> d = 4;
       oneof o { string e = 5; }`,
    ),
    problems: Object.fromEntries(
      [..."abcde"].map((name) => [`GetRequest.${name}`, "has no place in the route"]),
    ),
  },
  {
    name: "query parameters of one name",
    body: unary(
      `option (route) = { get: "/documents" };`,
      `string a = 1; string b = 2 [(field).name = "a"];`,
    ),
    problems: { "GetRequest.b": 'another field is the query parameter "a" already' },
  },
  {
    name: "an enum without strings",
    body: unary(
      `option (route) = { get: "/documents" };`,
      "Order order = 1;",
      "enum Order { ORDER_UNSPECIFIED = 0; ORDER_UP = 1; }",
    ),
    problems: { "Order.ORDER_UP": "needs the option (stepwire.json.v1.enum_value).value" },
  },
  {
    name: "an arm that is not in a oneof",
    body: unary(
      `option (route) = { post: "/documents" arm: "document" };`,
      "Document document = 1;",
    ),
    problems: { "S.Get": "the arm `document` is not a message within a oneof of" },
  },
  {
    name: "a field beside the arms",
    body: unary(
      `option (route) = { post: "/documents" arm: "one" };`,
      "oneof start { One one = 1; } string more = 2;",
      "message One {}",
    ),
    problems: { "GetRequest.more": "no route takes this field" },
  },
  {
    name: "two routes for the same requests",
    body: unary(
      `option (route) = { get: "/documents/{a}" query: "rest" };
       option (route) = { get: "/documents/{b}" query: "rest" };`,
      "string a = 1; string b = 2; repeated stepwire.rpc.v1.QueryParameter rest = 3;",
    ),
    problems: { "S.Get": "another route answers GET /documents/{} in the same way" },
  },
  {
    name: "a first event of a document",
    body: unary(`option (route) = { get: "/documents" first_event: "x" };`, ""),
    problems: { "S.Get": "`first_event` is for streams" },
  },
  {
    name: "a response without a document",
    body: `
      service S { rpc Get(GetRequest) returns (GetResponse); }
      message GetRequest {}
      message GetResponse { string a = 1; }`,
    problems: { "S.Get": "needs exactly one field with a message, the document" },
  },
  {
    name: "a document without a JSON form",
    body: `
      service S { rpc Get(GetRequest) returns (GetResponse); }
      message GetRequest {}
      message GetResponse { Document document = 1; }
      message Document { string a = 1; }`,
    problems: { Document: "needs a field `stepwire.json.v1.JsonResidue json_residue = 2047;`" },
  },
  {
    name: "a response of a stream without an opening",
    body: streaming("", "", "message WatchResponse { string event = 1; uint32 number = 3; }"),
    problems: { "S.Watch": "has a oneof of a stepwire.rpc.v1.StreamOpening and an event" },
  },
  {
    name: "an event without an adjacent union",
    body: streaming(
      "",
      "",
      `message Event { string a = 1; RESIDUE }
       message WatchResponse {
         oneof content { stepwire.rpc.v1.StreamOpening opening = 1; Event event = 2; }
         uint32 number = 3;
       }`,
    ),
    problems: { "WatchResponse.event": "needs an adjacent union" },
  },
  {
    name: "a request that is a stream",
    body: `
      service S { rpc Get(stream GetRequest) returns (GetResponse); }
      message GetRequest {}
      ${DOCUMENT}`,
    problems: { "S.Get": "the request must not be a stream" },
  },
  {
    name: "a closing rpc without an identifier, and a second one",
    body: `
      service S {
        rpc Close(CloseRequest) returns (CloseResponse) { option (closes_streams) = true; }
        rpc End(EndRequest) returns (CloseResponse) { option (closes_streams) = true; }
        rpc Stop(EndRequest) returns (CloseResponse) { option (closes_streams) = true; }
      }
      message CloseRequest { string id = 1; }
      message EndRequest { string stream_id = 1; repeated string stream_ids = 2; }
      message CloseResponse {}`,
    problems: {
      "S.Close":
        "has a request with the field `string stream_id`, and `repeated string stream_ids` at most",
      "S.Stop": "another rpc has `closes_streams` already",
    },
  },
  {
    name: "a closing rpc whose further identifiers are no list",
    body: `
      service S { rpc Close(CloseRequest) returns (CloseResponse) { option (closes_streams) = true; } }
      message CloseRequest { string stream_id = 1; string stream_ids = 2; }
      message CloseResponse {}`,
    problems: {
      "S.Close":
        "has a request with the field `string stream_id`, and `repeated string stream_ids` at most",
    },
  },
];
