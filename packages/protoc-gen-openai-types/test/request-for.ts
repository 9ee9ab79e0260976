import { create } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { buildProtos, type ProtoFiles, registryOf } from "@stepwire/testing";

/** Returns the request that `buf generate` sends to a plugin, for files by their path. */
export function requestFor(files: ProtoFiles, parameter: string): CodeGeneratorRequest {
  return create(CodeGeneratorRequestSchema, {
    parameter,
    protoFile: Array.from(registryOf(buildProtos(files)).files, ({ proto }) => proto),
    fileToGenerate: Object.keys(files),
  });
}
