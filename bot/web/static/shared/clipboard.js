// Copies text, where a browser lets the page do so and where it does not.

import { make } from "./dom.js";

/** Put a text on the clipboard; whether that worked. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS a browser offers the clipboard on this machine's own names only.
    const focused = document.activeElement;
    const area = make("textarea", { value: text, className: "unseen" });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    focused.focus();
    return copied;
  }
}
