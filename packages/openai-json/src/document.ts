import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import { getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { compileMessage as compileDecoder } from "./decode/compile.js";
import { DecodeContext, TooManyViolations } from "./decode/context.js";
import type { EncoderCompiler } from "./encode/compiler.js";
import { EncodeContext } from "./encode/context.js";
import { OpenAIJsonError } from "./error.js";
import { DEEPEST_MESSAGE, nestingOf, SHALLOW_DEPTH } from "./nesting.js";
import {
  type DecodeOptions,
  type EncodeOptions,
  type Limits,
  refusedCodes,
  resolveLimits,
  resolveMaxDepth,
} from "./options.js";
import { Refusal } from "./refusal.js";
import type { JsonSource } from "./source.js";
import type { Violation } from "./violation.js";

/** What the reading of a document came to. The message is undefined if it was refused. */
export interface Decoded<Desc extends DescMessage> {
  readonly message: MessageShape<Desc> | undefined;
  readonly violations: readonly Violation[];
}

/** A document to read. */
export interface Input<Node> {
  readonly root: Node;
  /** What was found wrong before. */
  readonly violations: readonly Violation[];
  readonly source: JsonSource<Node>;
}

/** Reads a document; nothing is thrown for what is wrong with it. */
export function decodeDocument<Desc extends DescMessage, Node>(
  schema: Desc,
  options: DecodeOptions,
  open: (limits: Limits) => Input<Node>,
): Decoded<Desc> {
  const mapping = documentMapping(schema);
  const limits = resolveLimits(options);
  const refused = refusedCodes(options.mode);
  const violations: Violation[] = [];
  try {
    const input = open(limits);
    const context = new DecodeContext(input.source, limits, refused, violations);
    for (const violation of input.violations) {
      context.add(violation);
    }
    requireObject(schema, input.root, context);
    const message = compileDecoder(mapping)(input.root, context);
    if (violations.length === 0) {
      // The decoder was compiled from the mapping of this very schema.
      const decoded = message as MessageShape<Desc>;
      requireReadable(schema, decoded, input.root, context);
      return { message: decoded, violations };
    }
  } catch (reason) {
    if (reason instanceof Refusal) {
      violations.push(reason.violation);
    } else if (!(reason instanceof TooManyViolations)) {
      throw reason;
    }
  }
  return { message: undefined, violations };
}

function requireObject<Node>(schema: DescMessage, root: Node, context: DecodeContext<Node>): void {
  if (context.source.names(root) === undefined) {
    const found = context.source.describe(root);
    const { typeName } = schema;
    throw new Refusal(context.violation("not_an_object", typeName, "a JSON object", found, root));
  }
}

/** Every library of Protobuf has to be able to read what is written. */
function requireReadable<Node>(
  schema: DescMessage,
  message: Message,
  root: Node,
  context: DecodeContext<Node>,
): void {
  if (context.deepest <= SHALLOW_DEPTH) {
    return;
  }
  const nesting = nestingOf(schema, message);
  if (nesting > DEEPEST_MESSAGE) {
    const expected = `at most ${DEEPEST_MESSAGE} messages within each other`;
    const { typeName } = schema;
    throw new Refusal(context.violation("too_deep", typeName, expected, String(nesting), root));
  }
}

/**
 * Writes a document.
 *
 * @throws {OpenAIJsonError} if the message has no JSON form.
 */
export function encodeDocument<Json, Members>(
  schema: DescMessage,
  message: Message,
  options: EncodeOptions,
  compiler: EncoderCompiler<Json, Members>,
): Json {
  const encode = compiler.message(documentMapping(schema));
  const context = new EncodeContext(compiler.target, resolveMaxDepth(options.maxDepth));
  try {
    const json = encode(message, context);
    if (context.violations.length === 0) {
      return json;
    }
  } catch (reason) {
    if (!(reason instanceof Refusal)) {
      throw reason;
    }
    context.violations.push(reason.violation);
  }
  throw new OpenAIJsonError(context.violations);
}

/** The mapping of a message that can be a document by itself. */
export function documentMapping(schema: DescMessage): MessageMapping {
  const mapping = getMessageMapping(schema);
  if (mapping.kind === "array") {
    throw new TypeError(`${schema.typeName} is an array within a document, not a document`);
  }
  return mapping;
}
