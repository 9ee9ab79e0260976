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
  "@stepwire/wire:documentPrefix": CONSTANT,
  "@stepwire/json:JsonError": ERROR,
  "@stepwire/json:checkSpace": "reads one number",
  "@stepwire/json:isJsonObject": "reads the prototype of a value",
  "@stepwire/json:numberText": "reads one number",
  "@stepwire/mapping:DescriptorSetError": ERROR,
  "@stepwire/mapping:MappingError": ERROR,
  "@stepwire/mapping:fieldsOf": "gives a message back as it is",
  "@stepwire/mapping:findDocuments": SCHEMA,
  "@stepwire/mapping:getDocumentArms": SCHEMA,
  "@stepwire/mapping:getMessageMapping": SCHEMA,
  "@stepwire/mapping:getServiceMapping": SCHEMA,
  "@stepwire/mapping:hasRoutes": SCHEMA,
  "@stepwire/mapping:oneofOf": "reads one property of a message",
  "@stepwire/mapping:readDescriptorSet": SCHEMA,
  "@stepwire/mapping:takesNull": SCHEMA,
  "@stepwire/mapping:toKebabCase": SCHEMA,
  "@stepwire/openai-json:formatViolation": "joins the five texts of one violation",
  "@stepwire/openai-sse:countDocuments": "adds one count for each pair of mode and depth in use",
  "@stepwire/openai-sse:isEventMessage": SCHEMA,
  "@stepwire/transcode:compileTable": SCHEMA,
  "@stepwire/transcode:loadTranscoder": "gives what createTranscoder gives",
};
