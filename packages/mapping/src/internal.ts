/* For other packages of Stepwire. Any release may change these exports. */
export { modeNames, type ViolationKind, violationKinds } from "./conversion.js";
export { canBeDocument, findDocuments, toKebabCase } from "./document-arms.js";
export {
  type EndMapping,
  type EventMapping,
  getEventMapping,
  isEventMessage,
  type PayloadNameMapping,
} from "./event-mapping.js";
export { fieldsByNumber } from "./fields-by-number.js";
export { ResultCode, ViolationCode } from "./gen/stepwire/json/v1/conversion_pb.js";
export { writesEmpty } from "./presence.js";
export { takesNull } from "./takes-null.js";
