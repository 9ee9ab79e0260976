import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { root } from "../command.ts";

/** The folder of a language's package where it has the licence, and the one for the schema files. */
interface PackageFolders {
  readonly licence: string;
  readonly schemas: string;
}

function packageFolders(licence: string, schemas: string): PackageFolders {
  return { licence: join(root, "packages", licence), schemas: join(root, "packages", schemas) };
}

const folders: Readonly<Record<"go" | "java" | "python" | "rust", PackageFolders>> = {
  go: packageFolders("stepwire-go", "stepwire-go/proto"),
  java: packageFolders("stepwire-java/target/licence", "stepwire-java/target/proto"),
  python: packageFolders("stepwire-py", "stepwire-py/src/stepwire/proto"),
  rust: packageFolders("stepwire-rs", "stepwire-rs/proto"),
};

/** Copies the licence and all schema files into a language's package. */
export function writePackageFiles(language: keyof typeof folders): void {
  const { licence, schemas } = folders[language];
  mkdirSync(licence, { recursive: true });
  copyFileSync(join(root, "LICENSE"), join(licence, "LICENSE"));
  rmSync(schemas, { recursive: true, force: true });
  for (const path of globSync("stepwire/**/*.proto", { cwd: join(root, "proto") })) {
    const file = path.replaceAll("\\", "/");
    mkdirSync(dirname(join(schemas, file)), { recursive: true });
    const text = readFileSync(join(root, "proto", file), "utf8");
    writeFileSync(join(schemas, file), addFileOptions(file, text));
  }
}

/**
 * Adds the options that say where the generated code of a schema file is. buf sets the same ones
 * when it generates the code of the packages (`managed` in `buf.gen.*.yaml`). A schema that imports
 * a copy refers to the code in the package.
 *
 * @param file Path of the file, as other files import it: "stepwire/json/v1/json.proto".
 */
export function addFileOptions(file: string, text: string): string {
  const folder = dirname(file);
  const name = folder.replaceAll("/", ".");
  const statement = `package ${name};\n`;
  if (!text.includes(`\n${statement}`)) {
    throw new Error(`${file} does not declare "${statement.trim()}"`);
  }
  const goName = folder.split("/").slice(-2).join("");
  const outerClass = `_${basename(file, ".proto")}_proto`.replace(/_([a-z])/g, (_, letter) =>
    letter.toUpperCase(),
  );
  const options = [
    `option go_package = "github.com/stepwire/stepwire-go/gen/${folder};${goName}";`,
    "option java_multiple_files = true;",
    `option java_outer_classname = "${outerClass}";`,
    `option java_package = "io.github.${name}";`,
  ];
  return text.replace(`\n${statement}`, `\n${statement}\n${options.join("\n")}\n`);
}
