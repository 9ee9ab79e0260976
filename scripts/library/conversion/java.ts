import { CONVERSION_PROTO, type Conversion, type Enum, type Value } from "./conversion.ts";
import { prefixed, toFile, toHex } from "./text.ts";

const HEAD = [
  `// Generated from ${CONVERSION_PROTO}; do not edit.`,
  "package io.github.stepwire;",
  "",
] as const;

/** Returns the class `Code`. */
export function javaCode({ violations }: Conversion): string {
  return codeClass("Code", violations, "missing_member");
}

/** Returns the class `AccumulationCode`. */
export function javaAccumulationCode({ refusals }: Conversion): string {
  return codeClass("AccumulationCode", refusals, "missing_id");
}

function codeClass(type: string, codes: Enum, example: string): string {
  return toFile(
    HEAD,
    "import java.util.Locale;",
    "",
    javadoc("", codes.comment),
    `public enum ${type} {`,
    constants(codes, ({ number }) => `${number}`),
    "",
    "  /** The number in the module. */",
    "  final int number;",
    "",
    `  ${type}(int number) {`,
    "    this.number = number;",
    "  }",
    "",
    "  /** The code of a number of the module's; null if it is none. */",
    `  static ${type} of(int number) {`,
    `    for (${type} code : values()) {`,
    "      if (code.number == number) {",
    "        return code;",
    "      }",
    "    }",
    "    return null;",
    "  }",
    "",
    `  /** The name that the code has in every language, such as {@code ${example}}. */`,
    "  @Override",
    "  public String toString() {",
    "    return name().toLowerCase(Locale.ROOT);",
    "  }",
    "}",
  );
}

/** Returns the class `Mode`. */
export function javaMode({ modes }: Conversion): string {
  return toFile(
    HEAD,
    javadoc("", modes.comment),
    "public enum Mode {",
    constants(modes, ({ refused }) => toHex(refused)),
    "",
    "  /** A bit for each code that is refused. */",
    "  final int refused;",
    "",
    "  Mode(int refused) {",
    "    this.refused = refused;",
    "  }",
    "}",
  );
}

/** Returns the class `ResultCode`, which the package does not export. */
export function javaResultCode({ results }: Conversion): string {
  return toFile(
    HEAD,
    javadoc("", results.comment),
    "final class ResultCode {",
    results.values.flatMap(({ name, number, comment }) => [
      ...javadoc("  ", comment),
      `  static final int ${name.toUpperCase()} = ${number};`,
      "",
    ]),
    "  private ResultCode() {}",
    "}",
  );
}

function constants<V extends Value>({ values }: Enum<V>, argument: (value: V) => string): string[] {
  return values.flatMap((value, index) => [
    ...javadoc("  ", value.comment),
    `  ${value.name.toUpperCase()}(${argument(value)})${index === values.length - 1 ? ";" : ","}`,
  ]);
}

function javadoc(indent: string, lines: readonly string[]): string[] {
  const [first = "", ...others] = lines;
  if (others.length === 0) {
    return [`${indent}/** ${first} */`];
  }
  const paragraphs = lines.join("\n").replaceAll("\n\n", "\n\n<p>").split("\n");
  return [`${indent}/**`, ...prefixed(`${indent} * `, paragraphs), `${indent} */`];
}
