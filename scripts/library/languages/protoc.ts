const systems: Readonly<Record<string, string>> = {
  darwin: "osx",
  linux: "linux",
  win32: "windows",
};

const processors: Readonly<Record<string, string>> = { arm64: "aarch_64", x64: "x86_64" };

/** What Maven Central calls the protoc for this machine. */
export function protocClassifier(): string {
  const system = systems[process.platform];
  const processor = processors[process.arch];
  if (system === undefined || processor === undefined) {
    throw new Error(`there is no protoc for ${process.platform} on ${process.arch}`);
  }
  return `${system}-${processor}`;
}
