// Saves a file that the server made.

import { make } from "./dom.js";

/** Save a file under a name, in which DAY is replaced by today's date. */
export function saveFile(file, name) {
  const address = URL.createObjectURL(file);
  const day = new Date().toISOString().slice(0, 10);
  make("a", { href: address, download: name.replace("DAY", day) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
