// Stores the quotes of the notebook in this browser, with their order.

import { Database } from "../shared/database.js";
import { say } from "../shared/language.js";

const kept = new Database(" notebook", { pins: { keyPath: "id" } });

/** Return the pinned quotes in order. */
export async function pins() {
  const found = await kept.all("pins");
  return found.sort((one, two) => one.place - two.place || (one.id < two.id ? -1 : 1));
}

/** Return the id of a passage in the notebook. */
export const pinId = ({ id, passage: [start, end] }) => `${id}/${start}-${end}`;

/** Add a quote at the end, unless it is pinned already. */
export async function pin(id, quote) {
  if (!(await kept.isThere())) {
    throw new Error(say("This browser keeps no notebook, as in a private window."));
  }
  const present = await pins();
  if (present.some((each) => each.id === id)) return;
  const place = (present.at(-1)?.place ?? 0) + 1;
  await putPin({ ...quote, id, place, note: "" });
}

/** Store a changed quote. */
export const putPin = (pinned) => kept.change(({ pins: store }) => store.put(pinned));

/** Remove a quote from the notebook. */
export const dropPin = (id) => kept.change(({ pins: store }) => store.delete(id));
