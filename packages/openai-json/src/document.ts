import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import { JsonError } from "@stepwire/json";
import { getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { compileMessage as compileDecoder } from "./decode/compile.js";
import { DecodeContext } from "./decode/context.js";
import type { EncoderCompiler } from "./encode/compiler.js";
import { EncodeContext } from "./encode/context.js";
import { OpenAIJsonError } from "./error.js";
import { Findings, Refusal, TooManyViolations } from "./findings.js";
import { DEEPEST_MESSAGE, nestingOf, SHALLOW_DEPTH } from "./nesting.js";
import {
  type DecodeOptions,
  type EncodeOptions,
  type Limits,
  refusedCodes,
  resolveLimits,
} from "./options.js";
import type { JsonSource } from "./source.js";
import { toViolation, type Violation } from "./violation.js";

/** The result of reading a document. The message is undefined if the document was refused. */
export interface Decoded<Desc extends DescMessage> {
  readonly message: MessageShape<Desc> | undefined;
  readonly violations: readonly Violation[];
}

/** A document to read. */
export interface Input<Node> {
  readonly root: Node;
  /** Violations that were found before reading. */
  readonly violations: readonly Violation[];
  readonly source: JsonSource<Node>;
}

/**
 * Reads a document. Violations are returned, not thrown.
 *
 * @param explains Whether only the violations are needed; there is no message then.
 */
export function decodeDocument<Desc extends DescMessage, Node>(
  schema: Desc,
  options: DecodeOptions,
  open: (limits: Limits) => Input<Node>,
  explains = false,
): Decoded<Desc> {
  const mapping = documentMapping(schema);
  const limits = resolveLimits(options);
  const refused = refusedCodes(options.mode);
  const findings = new Findings(limits.maxViolations);
  const violations = findings.list;
  try {
    const input = open(limits);
    const context = new DecodeContext(input.source, limits, refused, findings, explains);
    for (const violation of input.violations) {
      context.add(violation);
    }
    requireObject(schema, input.root, context);
    const message = compileDecoder(mapping)(input.root, context);
    if (context.keeps) {
      // The decoder was compiled from the mapping of this very schema.
      const decoded = message as MessageShape<Desc>;
      requireReadable(schema, decoded, input.root, context);
      return { message: decoded, violations };
    }
  } catch (reason) {
    note(reason, findings);
  }
  return { message: undefined, violations };
}

function requireObject<Node>(schema: DescMessage, root: Node, context: DecodeContext<Node>): void {
  if (!context.source.isObject(root)) {
    const found = context.source.describe(root);
    const { typeName } = schema;
    throw new Refusal(context.violation("not_an_object", typeName, "a JSON object", found, root));
  }
}

/** Refuses a message that is nested too deep for other Protobuf libraries. */
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
  const findings = findingsOf(options);
  const json = encodeMessage(schema, message, options, compiler, findings);
  if (json === undefined || findings.list.length > 0) {
    throw new OpenAIJsonError(findings.list);
  }
  return json;
}

/** Returns the violations that prevent the conversion of a message to JSON. */
export function explainMessage<Json, Members>(
  schema: DescMessage,
  message: Message,
  options: EncodeOptions,
  compiler: EncoderCompiler<Json, Members>,
): readonly Violation[] {
  const findings = findingsOf(options);
  encodeMessage(schema, message, options, compiler, findings);
  return findings.list;
}

function findingsOf(options: EncodeOptions): Findings {
  return new Findings(resolveLimits(options).maxViolations);
}

/** Returns the JSON of a message; undefined if writing was stopped by a violation. */
function encodeMessage<Json, Members>(
  schema: DescMessage,
  message: Message,
  options: EncodeOptions,
  compiler: EncoderCompiler<Json, Members>,
  findings: Findings,
): Json | undefined {
  const encode = compiler.message(documentMapping(schema));
  const { maxDepth } = resolveLimits(options);
  try {
    return encode(message, new EncodeContext(compiler.target, maxDepth, findings));
  } catch (reason) {
    note(reason, findings);
    return undefined;
  }
}

/** Records why reading or writing stopped. Throws any other error again. */
function note(reason: unknown, findings: Findings): void {
  if (reason instanceof Refusal) {
    findings.push(reason.violation);
  } else if (reason instanceof JsonError) {
    findings.push(toViolation(reason.fault));
  } else if (!(reason instanceof TooManyViolations)) {
    throw reason;
  }
}

/** Returns the mapping of a message that can be a document. */
export function documentMapping(schema: DescMessage): MessageMapping {
  const mapping = getMessageMapping(schema);
  if (mapping.kind === "array" || mapping.kind === "byKind") {
    const what = mapping.kind === "array" ? "an array" : "a union by kind";
    throw new TypeError(`${schema.typeName} is ${what} within a document, not a document`);
  }
  return mapping;
}
