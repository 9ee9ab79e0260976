const systems: Readonly<Record<string, string>> = {
  darwin: "osx",
  linux: "linux",
  win32: "windows",
};

const processors: Readonly<Record<string, string>> = { arm64: "aarch_64", x64: "x86_64" };

/** Returns Maven Central's name for the protoc of this machine. */
export function protocClassifier(): string {
  const system = systems[process.platform];
  const processor = processors[process.arch];
  if (system === undefined || processor === undefined) {
    throw new Error(`there is no protoc for ${process.platform} on ${process.arch}`);
  }
  return `${system}-${processor}`;
}
