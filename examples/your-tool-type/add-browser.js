import { cpSync, readFileSync, writeFileSync } from "node:fs";

cpSync("node_modules/@stepwire/core/proto", "schema", { recursive: true });
cpSync("proto", "schema", { recursive: true });

const path = "schema/stepwire/v1/tool_call.proto";
const text = readFileSync(path, "utf8");
const [first] = /^import .*$/m.exec(text);
const [union] = /oneof tool_call \{\n.*\n/.exec(text);
writeFileSync(
  path,
  text
    .replace(first, `import "acme/v1/browser.proto";\n${first}`)
    // A number far above those of the schema.
    .replace(union, `${union}    acme.v1.Browser browser = 1900;\n`),
);
