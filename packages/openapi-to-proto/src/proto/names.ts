/**
 * Returns a name in upper snake case, with the words that `buf lint` sees: it expects this prefix in
 * the values of an enum. `HTTPState2` becomes `HTTP_STATE2`.
 */
export function upperSnakeCase(name: string): string {
  return name.replaceAll(/(?<=[^_])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

/** Returns the name of the value 0 of an enum. */
export function enumZero(name: string): string {
  return `${upperSnakeCase(name)}_UNSPECIFIED`;
}
