import type { DescService } from "@bufbuild/protobuf";

/** Returns the common prefix of the paths of a service's rpcs. */
export function servicePath({ typeName }: DescService): string {
  return `/${typeName}/`;
}
