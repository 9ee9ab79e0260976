import { CONVERSION_PROTO, type Conversion, type Enum, type Value } from "./conversion.ts";
import { prefixed, toFile, toHex } from "./text.ts";

const HEAD = [
  `// Generated from ${CONVERSION_PROTO}; do not edit.`,
  "package io.github.stepwire;",
  "",
] as const;

/** Returns the class `Code`. */
export function javaCode({ violations }: Conversion): string {
  return toFile(
    HEAD,
    "import java.util.Locale;",
    "",
    javadoc("", violations.comment),
    "public enum Code {",
    constants(violations, ({ number }) => `${number}`),
    "",
    "  /** The number in the kernel. */",
    "  final int number;",
    "",
    "  Code(int number) {",
    "    this.number = number;",
    "  }",
    "",
    "  /** The code of a number of the kernel's; null if it is none. */",
    "  static Code of(int number) {",
    "    for (Code code : values()) {",
    "      if (code.number == number) {",
    "        return code;",
    "      }",
    "    }",
    "    return null;",
    "  }",
    "",
    "  /** The name that the code has in every language, such as {@code missing_member}. */",
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
