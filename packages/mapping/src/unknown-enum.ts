/**
 * A number that the enum of a field does not list. The same type as `UnknownEnum` of
 * @bufbuild/protobuf, which has it only since version 2.13.
 */
export type UnknownEnum = number & { __unknown_enum: true };
