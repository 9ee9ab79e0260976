export { type JsonResidue, JsonResidueSchema } from "@stepwire/mapping";
export * from "./gen/stepwire/rpc/v1/rpc_pb.js";
export * from "./gen/stepwire/v1/document_pb.js";
export * from "./gen/stepwire/v1/openai_error_pb.js";
export * from "./gen/stepwire/v1/run_step_delta_pb.js";
export * from "./gen/stepwire/v1/run_step_pb.js";
export * from "./gen/stepwire/v1/run_step_service_pb.js";
export * from "./gen/stepwire/v1/stream_event_pb.js";
export * from "./gen/stepwire/v1/tool_call_pb.js";
