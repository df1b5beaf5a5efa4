// Stores conversations in the browser's database. Without one (some private windows) nothing is
// stored; everything else works.

import { Database } from "./database.js";

const kept = new Database("", {
  conversations: { keyPath: "id" },
  exchanges: { keyPath: ["conversation", "number"] },
});

/** Return the conversations, latest first: {id, title, begun, updated, count}. */
export async function conversations() {
  const found = await kept.all("conversations");
  return found.sort((one, two) => (one.updated < two.updated ? 1 : -1));
}

/** Return the exchanges of a conversation in a range of numbers, as the server gave them. */
export async function exchangesOf(id, from = 0, to = Infinity) {
  const found = await kept.all("exchanges", IDBKeyRange.bound([id, from], [id, to]));
  return found.map(({ exchange }) => exchange);
}

/** Return the latest exchange of a conversation, or undefined. */
export async function latestOf(id) {
  const found = await kept.last("exchanges", IDBKeyRange.bound([id, 0], [id, Infinity]));
  return found?.exchange;
}

/** Store exchanges of a conversation; an exchange with a known number replaces the stored one. */
export async function keep(id, exchanges) {
  if (exchanges.length === 0) return;
  await kept.change((stores) => {
    for (const exchange of exchanges) {
      stores.exchanges.put({ conversation: id, number: exchange.number, exchange });
    }
    const reading = stores.conversations.get(id);
    reading.onsuccess = () => {
      const [first, last] = [exchanges[0], exchanges.at(-1)];
      const known = reading.result ?? { id, title: first.question, begun: first.asked };
      const count = Math.max(known.count ?? 0, last.number + 1);
      stores.conversations.put({ ...known, updated: last.asked, count });
    };
  });
}

/** Restore a deleted conversation with its exchanges. */
export function putBack(conversation, exchanges) {
  return kept.change((stores) => {
    stores.conversations.put(conversation);
    for (const exchange of exchanges) {
      stores.exchanges.put({ conversation: conversation.id, number: exchange.number, exchange });
    }
  });
}

/** Delete a conversation. */
export function drop(id) {
  return kept.change((stores) => {
    stores.conversations.delete(id);
    stores.exchanges.delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
  });
}

/** Delete everything. */
export function dropAll() {
  return kept.change((stores) => {
    stores.conversations.clear();
    stores.exchanges.clear();
  });
}
