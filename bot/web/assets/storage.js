// Conversations as the browser keeps them, in its own database. Without one (some private windows)
// nothing is kept, and nothing else is missed.

// One for each path below which a chat is served: others of this site answer from other sources.
const PATH = new URL(".", document.baseURI).pathname;
const DATABASE = PATH === "/" ? "pincite" : `pincite${PATH}`;

let opening = null;

/** The conversations, the latest first: {id, title, begun, updated, count}. */
export async function conversations() {
  const kept = await all("conversations");
  return kept.sort((one, two) => (one.updated < two.updated ? 1 : -1));
}

/** The exchanges of a conversation from one number up to another, each as the server gave it. */
export async function exchangesOf(id, from = 0, to = Infinity) {
  const kept = await all("exchanges", IDBKeyRange.bound([id, from], [id, to]));
  return kept.map(({ exchange }) => exchange);
}

/** The latest exchange of a conversation, or undefined. */
export async function latestOf(id) {
  const opened = await database();
  if (!opened) return undefined;
  const store = opened.transaction("exchanges").objectStore("exchanges");
  const range = IDBKeyRange.bound([id, 0], [id, Infinity]);
  const cursor = await settled(store.openCursor(range, "prev"));
  return cursor?.value.exchange;
}

/** Keep exchanges of a conversation; one with a number that is known takes its place. */
export async function keep(id, exchanges) {
  if (exchanges.length === 0) return;
  await change((stores) => {
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

/** Keep a conversation again as it was listed, with its exchanges. */
export function putBack(conversation, exchanges) {
  return change((stores) => {
    stores.conversations.put(conversation);
    for (const exchange of exchanges) {
      stores.exchanges.put({ conversation: conversation.id, number: exchange.number, exchange });
    }
  });
}

/** Forget a conversation. */
export function drop(id) {
  return change((stores) => {
    stores.conversations.delete(id);
    stores.exchanges.delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
  });
}

/** Forget everything. */
export function dropAll() {
  return change((stores) => {
    stores.conversations.clear();
    stores.exchanges.clear();
  });
}

function database() {
  opening ??= new Promise((resolve) => {
    let request;
    try {
      request = indexedDB.open(DATABASE, 1);
    } catch {
      resolve(null);
      return;
    }
    request.onupgradeneeded = () => {
      request.result.createObjectStore("conversations", { keyPath: "id" });
      request.result.createObjectStore("exchanges", { keyPath: ["conversation", "number"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
  return opening;
}

async function all(name, range) {
  const opened = await database();
  if (!opened) return [];
  return settled(opened.transaction(name).objectStore(name).getAll(range));
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function change(write) {
  const opened = await database();
  if (!opened) return;
  const names = ["conversations", "exchanges"];
  const transaction = opened.transaction(names, "readwrite");
  write(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
