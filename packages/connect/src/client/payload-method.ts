import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type Message,
} from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { StreamMapping, UnaryMapping } from "@stepwire/mapping";

/*
 * In the binary format, a message field and a `bytes` field look the same. A response can therefore
 * be read with a message whose payload is `bytes`. Code that passes payloads on, or transcodes
 * them, does not have to build messages from them.
 */

/** A response of any rpc, with its payload as bytes. Works with the binary format only. */
export type PayloadResponse = Message & {
  /** The document or the event; undefined in the message that opens a stream. */
  readonly payload?: Uint8Array;
  /** The message that opens a stream. */
  readonly opening?: Uint8Array;
  /** The number of the event. */
  readonly number?: number;
  /** The events that follow it. */
  readonly following?: readonly Uint8Array[];
};

type PayloadMessage = GenMessage<PayloadResponse>;

type UnaryPayloadMethod = DescMethodUnary<DescMessage, PayloadMessage>;
type StreamPayloadMethod = DescMethodServerStreaming<DescMessage, PayloadMessage>;

const unaryMethods = new WeakMap<UnaryMapping, UnaryPayloadMethod>();
const streamMethods = new WeakMap<StreamMapping, StreamPayloadMethod>();

/** Returns a unary rpc whose response has its payload as bytes. */
export function unaryPayloadMethod(mapping: UnaryMapping): UnaryPayloadMethod {
  let method = unaryMethods.get(mapping);
  if (method === undefined) {
    const { desc, content } = mapping;
    method = { ...desc, output: payloadMessage({ payload: content.number }) };
    unaryMethods.set(mapping, method);
  }
  return method;
}

/** Returns a streaming rpc whose responses have their payloads as bytes. */
export function streamPayloadMethod(mapping: StreamMapping): StreamPayloadMethod {
  let method = streamMethods.get(mapping);
  if (method === undefined) {
    const { desc, event, opening, number, following } = mapping;
    const numbers = { payload: event.number, opening: opening.number, number: number.number };
    method = { ...desc, output: payloadMessage(numbers, following?.number) };
    streamMethods.set(mapping, method);
  }
  return method;
}

const NAME = "PayloadResponse";

/** Creates a message type with those fields, given their field numbers. */
function payloadMessage(
  numbers: { readonly payload: number; readonly opening?: number; readonly number?: number },
  following?: number,
): PayloadMessage {
  const { BYTES, UINT32 } = FieldDescriptorProto_Type;
  const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;
  // With `optional`, a field without a value is undefined; in proto2 it has a default.
  const singular = Object.entries(numbers).map(([name, number], oneofIndex) => ({
    name,
    number,
    label: OPTIONAL,
    type: name === "number" ? UINT32 : BYTES,
    proto3Optional: true,
    oneofIndex,
  }));
  const repeated =
    following === undefined
      ? []
      : [{ name: "following", number: following, label: REPEATED, type: BYTES }];
  const file = create(FileDescriptorProtoSchema, {
    name: "payload_response.proto",
    syntax: "proto3",
    messageType: [
      {
        name: NAME,
        field: [...singular, ...repeated],
        oneofDecl: Object.keys(numbers).map((name) => ({ name: `_${name}` })),
      },
    ],
  });
  // The descriptor above has exactly the fields of this type.
  return createFileRegistry(file, () => undefined).getMessage(NAME) as unknown as PayloadMessage;
}
