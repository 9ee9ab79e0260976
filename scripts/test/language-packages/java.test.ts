import { globSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { root } from "../../library/command.ts";
import { javaLibraryName, javaPlatform } from "../../library/languages/java-library.ts";
import { javaTool, pythonTool, rustTool } from "../../library/tools.ts";
import { npmVersion } from "../../library/versions.ts";
import {
  type Context,
  describeLanguage,
  installProtoc,
  ownDocument,
  ownSchema,
  type Program,
  type Project,
  readBlock,
  readPrograms,
  readSource,
  relativeLinks,
  writeTable,
} from "./project.ts";

const tools = [javaTool, rustTool, { name: "unzip", command: ["unzip", "-v"] }, pythonTool];

const jarName = `stepwire-${npmVersion(root)}.jar`;

const readme = readSource("packages/stepwire-java/README.md");

/** Runs Maven with a local repository that has only what it installs itself, and its downloads. */
function maven(project: Project, ...goals: readonly string[]): Promise<string> {
  const script = process.platform === "win32" ? "mvnw.cmd" : "mvnw";
  return project.run([
    join(root, "packages/stepwire-java", script),
    "-q",
    "-B",
    `-Dmaven.repo.local=${project.path("m2")}`,
    // What other projects have downloaded is read, but never written.
    `-Dmaven.repo.local.tail=${join(homedir(), ".m2/repository")}`,
    ...goals,
  ]);
}

function classOf({ source }: Program): string {
  return /public class (\w+)/.exec(source)?.[1] ?? "";
}

async function install({ project, built }: Context): Promise<void> {
  project.write(
    "pom.xml",
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.acme</groupId>
  <artifactId>acme</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories>
    <repository>
      <id>built</id>
      <url>${pathToFileURL(built)}</url>
    </repository>
  </repositories>
  <dependencies>
${readBlock(readme, "xml", "<artifactId>stepwire</artifactId>")}
  </dependencies>
  <build>
    <plugins>
${readBlock(readme, "xml", "protobuf-maven-plugin")}
    </plugins>
  </build>
</project>
`,
  );
  for (const program of readPrograms(readme, "java")) {
    project.write(`src/main/java/${classOf(program)}.java`, program.source);
  }
  project.write("src/main/protobuf/acme/v1/thing.proto", ownSchema);
  project.write(
    "src/main/java/Own.java",
    `import com.acme.v1.Thing;
import io.github.stepwire.Transcoder;
import io.github.stepwire.json.v1.JsonProto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

public class Own {
  public static void main(String[] arguments) throws Exception {
    byte[] table = Files.readAllBytes(Path.of("acme.table"));
    Transcoder things = Transcoder.builder("acme.v1.Thing").table(table).build();
    byte[] json =
        """
        ${ownDocument}"""
            .getBytes(StandardCharsets.UTF_8);
    Thing thing = things.parse(json, Thing.getDefaultInstance());
    System.out.println(thing.getName() + " " + thing.getChange().getId());
    System.out.println(new String(things.print(thing), StandardCharsets.UTF_8));
    var form = Thing.getDescriptor().getOptions().getExtension(JsonProto.message);
    System.out.println(form.getConstants(0).getValue());
  }
}
`,
  );
  const classpath = `-Dmdep.outputFile=${project.path("classpath")}`;
  await maven(project, "compile", "dependency:build-classpath", classpath);
}

describeLanguage({ language: "java", tools, install, tests });

function tests({ project, built }: Context): void {
  const java = (main: string): Promise<string> => {
    const classpath = readFileSync(project.path("classpath"), "utf8").trim();
    return project.run([
      "java",
      "-cp",
      [project.path("target/classes"), classpath].join(delimiter),
      main,
    ]);
  };

  test("runs the examples of the README", async () => {
    expect(relativeLinks(readme)).toEqual([]);
    const programs = readPrograms(readme, "java");
    expect(programs).toHaveLength(5);
    for (const program of programs) {
      expect(await java(classOf(program))).toBe(program.output);
    }
  });

  test("compiles an own schema that imports the options, and converts it", async () => {
    await installProtoc(project);
    const jar = join(built, "io/github/stepwire/stepwire", npmVersion(root), jarName);
    const [unpack = ""] = /unzip stepwire-\*\.jar "stepwire\/\*" -d include/.exec(readme) ?? [];
    await project.run(["sh", "-ec", unpack.replace("stepwire-*.jar", `-q "${jar}"`)]);
    await writeTable(project, { readme, setUp: 'PATH="$PWD/bin:$PATH"' });
    expect(await java("Own")).toBe(`a step_1\n${ownDocument}\nacme.thing\n`);
    // The code of imported files is that of the jar.
    expect(globSync("target/classes/io/github/stepwire/**", { cwd: project.folder })).toEqual([]);
  });

  test("has all that Maven Central asks for", async () => {
    const folder = join(built, "io/github/stepwire/stepwire", npmVersion(root));
    const name = `stepwire-${npmVersion(root)}`;
    const jar = async (suffix: string): Promise<string[]> =>
      (await project.run(["jar", "tf", join(folder, `${name}${suffix}.jar`)])).split("\n");
    const main = await jar("");
    expect(main).toContain("META-INF/LICENSE");
    expect(main).toContain("stepwire/json/v1/json.proto");
    expect(main).toContain("io/github/stepwire/v1/RunStep.class");
    const library = `native/${javaPlatform()}/${javaLibraryName()}`;
    expect(main).toContain(`io/github/stepwire/${library}`);
    expect(await jar("-sources")).toContain("io/github/stepwire/Transcoder.java");
    // In a folder with the name of the module.
    expect(await jar("-javadoc")).toContain(
      "io.github.stepwire/io/github/stepwire/Transcoder.html",
    );
    const pom = readFileSync(join(folder, `${name}.pom`), "utf8");
    for (const element of ["name", "description", "url", "licenses", "developers", "scm"]) {
      expect(pom).toMatch(new RegExp(`\\n  <${element}>`));
    }
  });
}
