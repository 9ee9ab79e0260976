/** Returns the options that are set: those that are undefined have their defaults. */
export function given<Options extends object>(options: Options): Options {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  // Only optional ones may be undefined.
  return Object.fromEntries(entries) as Options;
}
