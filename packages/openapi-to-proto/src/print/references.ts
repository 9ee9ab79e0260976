import type { TypeReference } from "../proto/model.js";
import type { NumberedFile } from "../proto/numbered.js";

/** The package and the file of each message and enum of an import, by name. */
export class Declared {
  readonly #files = new Map<string, { readonly path: string; readonly package: string }>();

  constructor(files: readonly NumberedFile[]) {
    for (const { path, package: name, declarations } of files) {
      for (const declaration of declarations) {
        this.#files.set(declaration.name, { path, package: name });
      }
    }
  }

  /** Returns the file that declares a type; none for a scalar. */
  fileOf(type: TypeReference): string | undefined {
    if (type.kind === "scalar") {
      return undefined;
    }
    return type.kind === "external" ? type.path : this.#find(type.name).path;
  }

  /** Returns the name of a type as it is written in a file of the package. */
  nameOf(type: TypeReference, inPackage: string): string {
    if (type.kind === "scalar") {
      return type.name;
    }
    if (type.kind === "external") {
      return rooted(type.name, inPackage);
    }
    const { package: declaredIn } = this.#find(type.name);
    return declaredIn === inPackage ? type.name : rooted(`${declaredIn}.${type.name}`, inPackage);
  }

  #find(name: string): { readonly path: string; readonly package: string } {
    const file = this.#files.get(name);
    if (file === undefined) {
      throw new Error(`${name} is not declared in any file`);
    }
    return file;
  }
}

/**
 * Returns a full name, with a dot before it if Protobuf would look for its first part in a package
 * around this one: in `acme.google.v1`, `google.protobuf.Value` is `acme.google.protobuf.Value`.
 */
export function rooted(fullName: string, inPackage: string): string {
  const [first = ""] = fullName.split(".");
  return inPackage.split(".").slice(1).includes(first) ? `.${fullName}` : fullName;
}
