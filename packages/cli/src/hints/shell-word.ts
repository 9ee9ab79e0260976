/** Returns a file as a word of a command line. */
export function fileWord(file: string): string {
  return shellWord(file.startsWith("-") ? `./${file}` : file);
}

/** Returns a word as a shell needs it, in quotes if it has special characters. */
export function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
