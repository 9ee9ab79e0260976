import { CONVERSION_PROTO, type Conversion, DEFAULT_MODE, type Enum } from "./conversion.ts";
import { prefixed, toFile, toHex, toPascalCase } from "./text.ts";

/** Returns the modes and codes as a file that a module of the Rust crate includes. */
export function rustConversion({ modes, violations, results, refusals }: Conversion): string {
  return toFile(
    `// Generated from ${CONVERSION_PROTO}; do not edit.`,
    "",
    codeEnum("Code", violations, "missing_member"),
    "",
    prefixed("/// ", modes.comment),
    "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]",
    "pub enum Mode {",
    modes.values.flatMap(({ name, comment }) => [
      ...prefixed("    /// ", comment),
      ...(name === DEFAULT_MODE ? ["    #[default]"] : []),
      `    ${toPascalCase(name)},`,
    ]),
    "}",
    "",
    "impl Mode {",
    "    /// A bit for each code that the mode refuses.",
    "    pub(crate) fn refused(self) -> u32 {",
    "        match self {",
    modes.values.map(
      ({ name, refused }) => `            Self::${toPascalCase(name)} => ${toHex(refused)},`,
    ),
    "        }",
    "    }",
    "}",
    results.values.flatMap(({ name, number, comment }) => [
      "",
      ...prefixed("/// ", comment),
      `pub(crate) const ${name.toUpperCase()}: u32 = ${number};`,
    ]),
    "",
    codeEnum("AccumulationCode", refusals, "missing_id"),
  );
}

/** Returns the lines of an enum of codes, which have numbers and names. */
function codeEnum(type: string, { comment, values }: Enum, example: string): string[] {
  return [
    ...prefixed("/// ", comment),
    "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]",
    "#[non_exhaustive]",
    `pub enum ${type} {`,
    ...values.flatMap((value) => [
      ...prefixed("    /// ", value.comment),
      `    ${toPascalCase(value.name)} = ${value.number},`,
    ]),
    "}",
    "",
    `impl ${type} {`,
    "    /// Returns the code with a number of the module.",
    "    pub(crate) fn from_number(number: u32) -> Option<Self> {",
    "        match number {",
    ...values.map(
      ({ name, number }) => `            ${number} => Some(Self::${toPascalCase(name)}),`,
    ),
    "            _ => None,",
    "        }",
    "    }",
    "",
    `    /// The code as it is written in every language, such as \`${example}\`.`,
    "    #[must_use]",
    "    pub fn as_str(self) -> &'static str {",
    "        match self {",
    ...values.map(({ name }) => `            Self::${toPascalCase(name)} => "${name}",`),
    "        }",
    "    }",
    "}",
  ];
}
