import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../../..");
const wrapper = process.platform === "win32" ? "mvnw.cmd" : "mvnw";
const PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";

/** Maximum time to load what a program needs, in milliseconds. */
const TIMEOUT = 600_000;

/** An artifact of Maven Central. */
export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  /** An archive with this classifier is unpacked; without one, the jar and what it needs. */
  readonly archive?: string;
}

/**
 * Returns the folder with the jars of an artifact, or with the content of its archive. Loads it
 * with Maven if it is not there; needs Java.
 *
 * @throws if Java is missing, or Maven cannot load the artifact.
 */
export async function installFromMaven(artifact: Artifact): Promise<string> {
  const { group, name, version, archive } = artifact;
  const folder = join(root, "node_modules/.cache/stepwire/maven", name, version);
  if (existsSync(folder)) {
    return folder;
  }
  // Renamed when it is complete, so that an interrupted attempt is repeated.
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, "jars"), { recursive: true });
  const pom = join(draft, "pom.xml");
  await writeFile(pom, pomOf(artifact));
  const output = `-DoutputDirectory=${join(draft, "jars")}`;
  const goal =
    archive === undefined
      ? [`${PLUGIN}:copy-dependencies`, "-DincludeScope=runtime", output]
      : [`${PLUGIN}:unpack`, `-Dartifact=${group}:${name}:${version}:tar.gz:${archive}`, output];
  await promisify(execFile)(
    join(root, "packages/stepwire-java", wrapper),
    ["-q", "-B", "-f", pom, ...goal],
    { timeout: TIMEOUT, cwd: dirname(pom) },
  );
  await rename(join(draft, "jars"), folder);
  await rm(draft, { recursive: true, force: true });
  return folder;
}

function pomOf({ group, name, version, archive }: Artifact): string {
  const dependency = `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>stepwire</groupId>
  <artifactId>install-${name}</artifactId>
  <version>1</version>
  <dependencies>${archive === undefined ? dependency : ""}</dependencies>
</project>
`;
}
