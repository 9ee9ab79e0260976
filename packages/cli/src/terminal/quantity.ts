const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes for people. */
export function bytes(count: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), units.length - 1);
  const value = count / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

const grouping = new Intl.NumberFormat("en-US");

/** A number with its thousands marked. */
export function grouped(count: number): string {
  return grouping.format(count);
}

/** "1 document", "2 documents". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** One number in percent of another. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}
