// The quotes of the notebook, as this browser keeps them, each with its place in the order.

import { Database } from "../shared/database.js";
import { say } from "../shared/language.js";

const kept = new Database(" notebook", { pins: { keyPath: "id" } });

/** The pinned quotes in their order. */
export async function pins() {
  const found = await kept.all("pins");
  return found.sort((one, two) => one.place - two.place || (one.id < two.id ? -1 : 1));
}

/** What a passage of a source is called in the notebook. */
export const pinId = ({ id, passage: [start, end] }) => `${id}/${start}-${end}`;

/** Pin a quote as the last one, unless it is pinned already. */
export async function pin(id, quote) {
  if (!(await kept.isThere())) {
    throw new Error(say("This browser keeps no notebook, as in a private window."));
  }
  const present = await pins();
  if (present.some((each) => each.id === id)) return;
  const place = (present.at(-1)?.place ?? 0) + 1;
  await putPin({ ...quote, id, place, note: "" });
}

/** Keep a pinned quote as it is now. */
export const putPin = (pinned) => kept.change(({ pins: store }) => store.put(pinned));

/** Take a quote out of the notebook. */
export const dropPin = (id) => kept.change(({ pins: store }) => store.delete(id));
