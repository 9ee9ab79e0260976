import type { DescService } from "@bufbuild/protobuf";
import { files } from "@stepwire/core/registry";
import { hasRoutes } from "@stepwire/mapping";

/** Returns the services of Stepwire's own schema that have HTTP endpoints. */
export function builtInServices(): readonly DescService[] {
  return files.flatMap(({ services }) => services.filter(hasRoutes));
}
