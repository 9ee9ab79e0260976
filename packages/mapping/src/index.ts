export type {
  ColumnAction,
  ColumnMapping,
  ColumnNode,
  ColumnType,
  ColumnValue,
  TableMapping,
} from "./column-model.js";
export { MappingError, type MappingProblem } from "./compilation.js";
export { getMessageMapping } from "./compile.js";
export { getTableMapping } from "./compile-columns.js";
export { getServiceMapping, hasRoutes } from "./compile-service.js";
export type { ModeName, ViolationName } from "./conversion.js";
export { DescriptorSetError, readDescriptorSet } from "./descriptor-set.js";
export { type DocumentArm, getDocumentArms } from "./document-arms.js";
export { type Fields, fieldsOf, type OneofValue, oneofOf } from "./fields.js";
export { type JsonResidue, JsonResidueSchema } from "./gen/stepwire/json/v1/json_pb.js";
export type {
  ArmMapping,
  ArrayMapping,
  ByKindMapping,
  ConstantMember,
  EnumArm,
  EnumMapping,
  FieldMember,
  InlineArm,
  InlineMapping,
  IntegerMapping,
  IntegerType,
  JsonKind,
  KindArm,
  MemberMapping,
  MemberPresence,
  MessageMapping,
  MessageReference,
  ObjectMapping,
  OtherArm,
  PayloadMember,
  SingularMapping,
  TaggedObjects,
  TagMember,
  UnionMapping,
  ValueMapping,
} from "./model.js";
export type {
  ClosingMapping,
  HttpMethod,
  MessageField,
  MethodMapping,
  ParameterMapping,
  ParameterValue,
  PathPart,
  RouteMapping,
  ServiceMapping,
  StreamMapping,
  UnaryMapping,
} from "./service-model.js";
