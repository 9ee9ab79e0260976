import * as accumulate from "@stepwire/accumulate";
import * as connect from "@stepwire/connect";
import * as core from "@stepwire/core";
import * as openaiTypes from "@stepwire/core/openai";
import * as json from "@stepwire/json";
import * as mapping from "@stepwire/mapping";
import * as jsonOptions from "@stepwire/mapping/stepwire/json/v1/json_pb.js";
import * as routeOptions from "@stepwire/mapping/stepwire/json/v1/route_pb.js";
import * as sseOptions from "@stepwire/mapping/stepwire/json/v1/sse_pb.js";
import * as streamOptions from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import * as openaiJson from "@stepwire/openai-json";
import * as openaiSse from "@stepwire/openai-sse";
import * as plugin from "@stepwire/protoc-gen-openai-types";
import * as transcode from "@stepwire/transcode";
import * as lineKernel from "@stepwire/transcode/line-kernel";
import * as wire from "@stepwire/wire";

/** Every entry of every published package, by what it is imported as. */
export const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "@stepwire/accumulate": accumulate,
  "@stepwire/connect": connect,
  "@stepwire/core": core,
  "@stepwire/core/openai": openaiTypes,
  "@stepwire/json": json,
  "@stepwire/mapping": mapping,
  "@stepwire/mapping/stepwire/json/v1/json_pb.js": jsonOptions,
  "@stepwire/mapping/stepwire/json/v1/route_pb.js": routeOptions,
  "@stepwire/mapping/stepwire/json/v1/sse_pb.js": sseOptions,
  "@stepwire/mapping/stepwire/json/v1/stream_pb.js": streamOptions,
  "@stepwire/openai-json": openaiJson,
  "@stepwire/openai-sse": openaiSse,
  "@stepwire/protoc-gen-openai-types": plugin,
  "@stepwire/transcode": transcode,
  "@stepwire/transcode/line-kernel": lineKernel,
  "@stepwire/wire": wire,
};

const CONSTANT = "reads a few bytes, whatever the input";
const ERROR = "an error class that only keeps what it is given";
const SCHEMA = "reads the schema of the program, which is not input";

/** Functions without an entry, and why they need none. */
export const exempt: Readonly<Record<string, string>> = {
  "@stepwire/connect:codeForStatus": CONSTANT,
  "@stepwire/connect:registerHandlers": SCHEMA,
  "@stepwire/connect:servicePath": SCHEMA,
  "@stepwire/accumulate:AccumulationError": ERROR,
  "@stepwire/wire:ArchiveError": ERROR,
  "@stepwire/wire:archiveSizeAt": CONSTANT,
  "@stepwire/wire:archiveSizePrefix": CONSTANT,
  "@stepwire/wire:documentContent": CONSTANT,
  "@stepwire/json:JsonError": ERROR,
  "@stepwire/json:checkSpace": "reads one number",
  "@stepwire/json:isJsonObject": "reads the prototype of a value",
  "@stepwire/json:numberText": "reads one number",
  "@stepwire/mapping:MappingError": ERROR,
  "@stepwire/mapping:fieldsOf": "gives a message back as it is",
  "@stepwire/mapping:findDocuments": SCHEMA,
  "@stepwire/mapping:getDocumentArms": SCHEMA,
  "@stepwire/mapping:getMessageMapping": SCHEMA,
  "@stepwire/mapping:getServiceMapping": SCHEMA,
  "@stepwire/mapping:hasRoutes": SCHEMA,
  "@stepwire/mapping:oneofOf": "reads one property of a message",
  "@stepwire/mapping:takesNull": SCHEMA,
  "@stepwire/mapping:toKebabCase": SCHEMA,
  "@stepwire/openai-json:formatViolation": "joins the five texts of one violation",
  "@stepwire/openai-sse:countDocuments": "adds one count for each pair of mode and depth in use",
  "@stepwire/transcode:compileTable": SCHEMA,
  "@stepwire/transcode:loadTranscoder": "gives what createTranscoder gives",
};
