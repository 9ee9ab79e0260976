/**
 * Saves a file.
 *
 * @param name Its name; folders in it are left out.
 */
export function download(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replace(/^.*\//, "");
  link.click();
  // The browser has read it long before.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
