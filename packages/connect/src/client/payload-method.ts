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
 * In the binary format, a field with a message has the same form as a field of the type
 * `bytes`. So each response can be read by a message whose payload is bytes: whoever passes
 * payloads on, or transcodes them, need not build messages of them.
 */

/** A response of any rpc, with its payload as bytes. Only for the binary format. */
export type PayloadResponse = Message & {
  /** The document, or the event; undefined in the opening of a stream. */
  readonly payload?: Uint8Array;
  /** The opening of a stream. */
  readonly opening?: Uint8Array;
  /** The number of the event. */
  readonly number?: number;
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
    const { desc, event, opening, number } = mapping;
    const numbers = { payload: event.number, opening: opening.number, number: number.number };
    method = { ...desc, output: payloadMessage(numbers) };
    streamMethods.set(mapping, method);
  }
  return method;
}

const NAME = "PayloadResponse";

/** Makes a message of those fields, by their numbers. */
function payloadMessage(numbers: {
  readonly payload: number;
  readonly opening?: number;
  readonly number?: number;
}): PayloadMessage {
  const { BYTES, UINT32 } = FieldDescriptorProto_Type;
  const file = create(FileDescriptorProtoSchema, {
    name: "payload_response.proto",
    // Its optional fields are undefined where they are unset.
    syntax: "proto2",
    messageType: [
      {
        name: NAME,
        field: Object.entries(numbers).map(([name, number]) => ({
          name,
          number,
          label: FieldDescriptorProto_Label.OPTIONAL,
          type: name === "number" ? UINT32 : BYTES,
        })),
      },
    ],
  });
  // The descriptor above is that of the type.
  return createFileRegistry(file, () => undefined).getMessage(NAME) as unknown as PayloadMessage;
}
