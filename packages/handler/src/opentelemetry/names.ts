/*
 * The names of spans' and metrics' attributes. The first part is from the stable semantic conventions
 * of OpenTelemetry, without their package: a test compares them. Those for generative AI are not
 * stable, so none of them is used.
 */

export const HTTP_REQUEST_METHOD = "http.request.method";
export const HTTP_REQUEST_METHOD_ORIGINAL = "http.request.method_original";
export const HTTP_RESPONSE_STATUS_CODE = "http.response.status_code";
export const HTTP_ROUTE = "http.route";
export const ERROR_TYPE = "error.type";
export const RPC_SYSTEM_NAME = "rpc.system.name";
export const RPC_METHOD = "rpc.method";
export const RPC_STATUS_CODE = "rpc.status_code";
export const SERVER_ADDRESS = "server.address";
export const SERVER_PORT = "server.port";

export const HTTP_SERVER_REQUEST_DURATION = "http.server.request.duration";
export const HTTP_CLIENT_REQUEST_DURATION = "http.client.request.duration";
export const RPC_SERVER_CALL_DURATION = "rpc.server.call.duration";
export const RPC_CLIENT_CALL_DURATION = "rpc.client.call.duration";

/* Our own. */

export const ROLE = "stepwire.role";
export const OPERATION = "stepwire.operation";
export const KIND = "stepwire.kind";
export const STATUS = "stepwire.status";
export const INCIDENT = "stepwire.incident";
export const STREAM_EVENTS = "stepwire.stream.events";
export const STREAM_SIZE = "stepwire.stream.size";
export const ACTIVE_STREAMS = "stepwire.streams.active";
export const INCIDENTS = "stepwire.incidents";
