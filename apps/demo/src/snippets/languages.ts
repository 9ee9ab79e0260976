import type { Mode } from "../model/conversion.js";
import { typeOfEach } from "./names.js";
import type { SnippetSubject } from "./subject.js";

/*
 * Programs in other languages that convert documents to binary and back with the package for that
 * language.
 */

/** Returns the code that sets the mode; empty for the default. */
function chooseMode(mode: Mode, write: (name: string) => string): string {
  return mode === "preserve" ? "" : write(mode);
}

function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The text before the JSON on a line of a transcript. */
const DATA = "data: ";

/** Go: the package on wazero. */
export function writeGoCode(subject: SnippetSubject): string {
  const { form, mode, name } = subject;
  const type = typeOfEach(subject);
  const option = chooseMode(mode, (each) => `, stepwire.WithMode(stepwire.${capitalized(each)})`);
  const documents = {
    json: "[][]byte{text}",
    lines: 'bytes.Split(bytes.TrimSpace(text), []byte("\\n"))',
    events: `regexp.MustCompile(\`(?m)^${DATA}({.*)$\`).FindAll(text, -1)`,
  }[form];
  const library = { json: "", lines: '\t"bytes"\n', events: '\t"bytes"\n' }[form];
  const document = form === "events" ? `bytes.TrimPrefix(each, []byte("${DATA}"))` : "each";
  return `package main

import (
${library}	"fmt"
	"log"
	"os"
${form === "events" ? '\t"regexp"\n' : ""}
	stepwire "github.com/stepwire/stepwire-go"
)

func main() {
	text, err := os.ReadFile(${JSON.stringify(name)})
	if err != nil {
		log.Fatal(err)
	}
	transcoder, err := stepwire.NewTranscoder("${type.package}.${type.message}"${option})
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()
	for _, each := range ${documents} {
		binary, err := transcoder.ToBinary(${document})
		if err != nil {
			log.Fatal(err) // a *stepwire.Error has Code, Offset and Pointer
		}
		json, err := transcoder.ToJSON(binary)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(each), len(binary), string(json))
	}
}
`;
}

/** Python: the package on wasmtime. */
export function writePythonCode(subject: SnippetSubject): string {
  const { form, mode, name } = subject;
  const option = chooseMode(mode, (each) => `, mode="${each}"`);
  const { message, file } = typeOfEach(subject);
  const documents = {
    json: "[text]",
    lines: "text.splitlines()",
    events: `[line[${DATA.length}:] for line in text.splitlines() if line.startswith(b"${DATA}{")]`,
  }[form];
  return `from pathlib import Path

from stepwire import Transcoder
from ${file.replaceAll("/", ".")}_pb2 import ${message}

text = Path(${JSON.stringify(name)}).read_bytes()
transcoder = Transcoder(${message}${option})

for document in ${documents}:
    binary = transcoder.to_binary(document)
    print(len(document), len(binary), transcoder.to_json(binary).decode())
`;
}

/** Rust: the crate on wasmtime. */
export function writeRustCode(subject: SnippetSubject): string {
  const { form, mode, name } = subject;
  const { message, package: protoPackage } = typeOfEach(subject);
  // Modules without the first name, which is that of the crate.
  const module = protoPackage.split(".").slice(1).join("::");
  const options = chooseMode(
    mode,
    (each) => `Options { mode: Mode::${capitalized(each)}, ..Options::default() }`,
  );
  const imports = options === "" ? "Transcoder" : "Mode, Options, Transcoder";
  const create = options === "" ? "new()" : `with_options(${options})`;
  const documents = {
    json: "[text.as_str()]",
    lines: "text.lines()",
    events: `text.lines().filter_map(|line| line.strip_prefix("${DATA}").filter(|data| data.starts_with('{')))`,
  }[form];
  return `use stepwire::{${imports}, ${module}::${message}};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(${JSON.stringify(name)})?;
    let transcoder = Transcoder::<${message}>::${create}?;
    for document in ${documents} {
        let binary = transcoder.to_binary(document)?;
        let json = transcoder.to_json(&binary)?;
        println!("{} {} {}", document.len(), binary.len(), String::from_utf8_lossy(&json));
    }
    Ok(())
}
`;
}

/** Java: the package on Endive. */
export function writeJavaCode(subject: SnippetSubject): string {
  const { form, mode, name } = subject;
  const type = typeOfEach(subject);
  const modeImport = mode === "preserve" ? "" : "import io.github.stepwire.Mode;\n";
  const create =
    mode === "preserve"
      ? `Transcoder.of("${type.package}.${type.message}")`
      : `Transcoder.builder("${type.package}.${type.message}").mode(Mode.${mode.toUpperCase()}).build()`;
  const documents = {
    json: "List.of(text)",
    lines: "text.lines().toList()",
    events: `text.lines().filter(line -> line.startsWith("${DATA}{")).map(line -> line.substring(${DATA.length})).toList()`,
  }[form];
  return `import static java.nio.charset.StandardCharsets.UTF_8;

${modeImport}import io.github.stepwire.Transcoder;
import java.nio.file.Files;
import java.nio.file.Path;
${form === "json" ? "import java.util.List;\n" : ""}
class Convert {
  public static void main(String[] arguments) throws Exception {
    String text = Files.readString(Path.of(${JSON.stringify(name)}));
    Transcoder transcoder = ${create};
    for (String document : ${documents}) {
      byte[] binary = transcoder.toBinary(document.getBytes(UTF_8));
      String json = new String(transcoder.toJson(binary), UTF_8);
      System.out.println(document.length() + " " + binary.length + " " + json);
    }
  }
}
`;
}
