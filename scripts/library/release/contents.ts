/*
 * What published archives may contain, and what they must. Anything else in one is a mistake, such
 * as a test, a file of the editor, or a secret.
 */

/** The rules for one kind of archive. Paths are those in the archive, without its outermost folder. */
export interface Contents {
  readonly required: readonly string[];
  /** Each file matches one of these. */
  readonly allowed: readonly RegExp[];
}

const schema = /^proto\/(?:buf\.yaml|(?:[\w-]+\/)+\w+\.proto)$/;

/** The npm packages. */
export const npmContents: Contents = {
  required: ["package.json", "README.md", "LICENSE"],
  allowed: [
    /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
    /^dist\/(?:[\w.-]+\/)*[\w.-]+\.(?:js|d\.ts)(?:\.map)?$/,
    /^src\/(?:[\w.-]+\/)*[\w.-]+(?<!\.test)\.ts$/,
    // The compiled schema, with which the command starts faster.
    /^dist\/prebuilt\/\w+\.(?:json|table)$/,
    /^build\/stepwire(?:-scalar)?\.wasm$/,
    schema,
  ],
};

/** The Python package as a wheel for this machine. */
export const wheelContents: Contents = {
  required: ["stepwire/_native.pyi", "stepwire/py.typed", "dist-info/licenses/LICENSE"],
  allowed: [
    /^stepwire\/(?:\w+\/)*\w+\.pyi?$/,
    // The name says for which Python, and where it is not the only one, for which system.
    /^stepwire\/(?:py\.typed|_native\.(?:[\w-]+\.)?(?:so|pyd))$/,
    /^stepwire\/proto\/(?:\w+\/)+\w+\.proto$/,
    /^dist-info\/(?:METADATA|WHEEL|RECORD|licenses\/LICENSE|sboms\/stepwire-python\.cyclonedx\.json)$/,
  ],
};

const rustOfPython = "stepwire-py/native";

/** The Python package as sources, with those of the crate. */
export const sdistContents: Contents = {
  required: [
    ...["LICENSE", "README.md", "PKG-INFO", "pyproject.toml", `${rustOfPython}/Cargo.toml`],
    ...[`${rustOfPython}/src/lib.rs`, "stepwire-rs/Cargo.toml", "stepwire-rs/src/stepwire.wasm"],
  ],
  allowed: [
    /^(?:LICENSE|README\.md|PKG-INFO|pyproject\.toml)$/,
    /^src\/stepwire\/(?:\w+\/)*\w+\.(?:pyi?|proto)$/,
    /^src\/stepwire\/py\.typed$/,
    /^stepwire-(?:py\/native|rs)\/(?:Cargo\.(?:toml|lock)|LICENSE|README\.md)$/,
    /^stepwire-(?:py\/native|rs)\/(?:build|src)\/(?:[\w.-]+\/)*[\w.-]+\.rs$/,
    /^stepwire-rs\/src\/stepwire(?:-accumulate|-columns)?\.wasm$/,
    /^stepwire-rs\/proto\/stepwire\/(?:\w+\/)+\w+\.proto$/,
  ],
};

/** The crate. */
export const crateContents: Contents = {
  required: [
    ...["LICENSE", "README.md", "Cargo.toml", "build/main.rs", "src/lib.rs", "src/stepwire.wasm"],
    ...["src/stepwire-accumulate.wasm", "src/stepwire-columns.wasm"],
  ],
  allowed: [
    /^(?:LICENSE|README\.md|Cargo\.(?:toml|toml\.orig|lock)|\.cargo_vcs_info\.json)$/,
    /^(?:build|src)\/(?:[\w.-]+\/)*[\w.-]+\.rs$/,
    /^src\/(?:stepwire(?:-accumulate|-columns)?\.wasm|gen\/stepwire\.binpb)$/,
    schema,
  ],
};

/** The Go module. */
export const goContents: Contents = {
  required: [
    ...["LICENSE", "README.md", "go.mod", "go.sum", "version.go"],
    ...["stepwire.wasm", "stepwire-accumulate.wasm"],
  ],
  allowed: [
    /^(?:LICENSE|README\.md|go\.mod|go\.sum|stepwire(?:-accumulate)?\.wasm)$/,
    /^(?:[\w-]+\/)*[\w.-]+(?<!(?<!example)_test)\.go$/,
    schema,
  ],
};

/** The jar with the classes. */
export const jarContents: Contents = {
  required: ["META-INF/MANIFEST.MF", "META-INF/LICENSE", "io/github/stepwire/Transcoder.class"],
  allowed: [
    /^META-INF\/(?:MANIFEST\.MF|LICENSE)$/,
    /^META-INF\/maven\/io\.github\.stepwire\/stepwire\/pom\.(?:xml|properties)$/,
    /^io\/github\/stepwire\/(?:\w+\/)*[\w$-]+\.class$/,
    /^io\/github\/stepwire\/(?:[\w-]+\/)*[\w.-]+\.(?:wasm|meta)$/,
    /^io\/github\/stepwire\/native\/[\w-]+\/(?:lib)?stepwire_java\.(?:so|dylib|dll)$/,
    /^stepwire\/(?:\w+\/)+\w+\.proto$/,
  ],
};

/** Returns what is wrong with the files of an archive; empty if nothing is. */
export function checkContents(
  archive: string,
  files: readonly string[],
  { required, allowed }: Contents,
): string[] {
  const missing = required.filter((path) => !files.includes(path));
  const unexpected = files.filter((path) => !allowed.some((pattern) => pattern.test(path)));
  return [
    ...missing.map((path) => `${archive} lacks ${path}`),
    ...unexpected.map((path) => `${archive} has ${path}, which is not on the list`),
  ];
}
