import { clone, createFileRegistry, type Message } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import {
  type CloseRunEventsRequestSchema,
  type CloseRunEventsResponseSchema,
  file_stepwire_v1_run_step_service,
  type GetRunStepRequestSchema,
  type ListRunStepsRequestSchema,
  RunStepService,
  type StreamOpening,
  type StreamRunEventsRequestSchema,
} from "@stepwire/core";

/*
 * On the wire, a message within a message is what its bytes in a field of bytes would
 * be. So the service is also one whose payloads are bytes: whoever hands them on, or
 * transcodes them, need not build messages out of them.
 */

/** A response with a payload in binary. */
type BytesResponse<Name extends string, Field extends string> = GenMessage<
  Message<`stepwire.v1.${Name}`> & { [Key in Field]: Uint8Array }
>;

type StreamBytesResponse = Message<"stepwire.v1.StreamRunEventsResponse"> & {
  number: number;
  content:
    | { case: "opening"; value: StreamOpening }
    | { case: "event"; value: Uint8Array }
    | { case: undefined; value?: undefined };
};

/** The run-step service, its payloads as bytes. */
export type BytesRunStepService = GenService<{
  getRunStep: {
    methodKind: "unary";
    input: typeof GetRunStepRequestSchema;
    output: BytesResponse<"GetRunStepResponse", "runStep">;
  };
  listRunSteps: {
    methodKind: "unary";
    input: typeof ListRunStepsRequestSchema;
    output: BytesResponse<"ListRunStepsResponse", "runSteps">;
  };
  streamRunEvents: {
    methodKind: "server_streaming";
    input: typeof StreamRunEventsRequestSchema;
    output: GenMessage<StreamBytesResponse>;
  };
  closeRunEvents: {
    methodKind: "unary";
    input: typeof CloseRunEventsRequestSchema;
    output: typeof CloseRunEventsResponseSchema;
  };
}>;

/** The payloads: which field of which message. */
const payloads: Readonly<Record<string, string>> = {
  GetRunStepResponse: "run_step",
  ListRunStepsResponse: "run_steps",
  StreamRunEventsResponse: "event",
};

/** The same service by name and methods; only for the binary format. */
export const bytesRunStepService: BytesRunStepService = createService();

function createService(): BytesRunStepService {
  const { proto, dependencies } = file_stepwire_v1_run_step_service;
  const file = clone(FileDescriptorProtoSchema, proto);
  for (const message of file.messageType) {
    const field = message.field.find(({ name }) => name === payloads[message.name]);
    if (field !== undefined) {
      field.type = FieldDescriptorProto_Type.BYTES;
      field.typeName = "";
    }
  }
  const registry = createFileRegistry(file, (name) =>
    dependencies.find((dependency) => dependency.proto.name === name),
  );
  const service = registry.getService(RunStepService.typeName);
  // The type says of the service what was done to its descriptor above.
  return service as unknown as BytesRunStepService;
}
