const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** Formats a number of bytes for people. */
export function bytes(count: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), units.length - 1);
  const value = count / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

const grouping = new Intl.NumberFormat("en-US");

/** Formats a number with thousands separators. */
export function grouped(count: number): string {
  return grouping.format(count);
}

/** Formats a number with a noun: "1 document", "2 documents". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** Formats a ratio as a percentage. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}
