// An IndexedDB database. Browsers without one (some private windows) store nothing.

// Each path that serves a chat has its own database: other chats of the same site have other
// sources.
const PATH = new URL(".", document.baseURI).pathname;
const NAME = PATH === "/" ? "pincite" : `pincite${PATH}`;

export class Database {
  #name;
  #shapes;
  #opening = null;

  /** `part` distinguishes the databases of one chat; `shapes` maps the names of its stores to their
      IndexedDB options. */
  constructor(part, shapes) {
    this.#name = NAME + part;
    this.#shapes = shapes;
  }

  /** True if this browser can store anything. */
  async isThere() {
    return Boolean(await this.#opened());
  }

  /** Return the values of a store, all or those in a key range. */
  async all(name, range) {
    const opened = await this.#opened();
    if (!opened) return [];
    return settled(opened.transaction(name).objectStore(name).getAll(range));
  }

  /** Return the last value of a store in a key range, or undefined. */
  async last(name, range) {
    const opened = await this.#opened();
    if (!opened) return undefined;
    const store = opened.transaction(name).objectStore(name);
    return (await settled(store.openCursor(range, "prev")))?.value;
  }

  /** Run one write transaction; `write` gets the stores by name. */
  async change(write) {
    const opened = await this.#opened();
    if (!opened) return;
    const names = Object.keys(this.#shapes);
    const transaction = opened.transaction(names, "readwrite");
    write(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  #opened() {
    this.#opening ??= new Promise((resolve) => {
      let request;
      try {
        request = indexedDB.open(this.#name, 1);
      } catch {
        resolve(null);
        return;
      }
      request.onupgradeneeded = () => {
        for (const [name, shape] of Object.entries(this.#shapes)) {
          request.result.createObjectStore(name, shape);
        }
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    });
    return this.#opening;
  }
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
