// A database of this browser. Without one (some private windows) nothing is kept.

// One for each path below which a chat is served: others of this site answer from other sources.
const PATH = new URL(".", document.baseURI).pathname;
const NAME = PATH === "/" ? "pincite" : `pincite${PATH}`;

export class Database {
  #name;
  #shapes;
  #opening = null;

  /**
   * `part` tells the databases of a chat apart; `shapes` are its stores by name, as IndexedDB
   * describes them.
   */
  constructor(part, shapes) {
    this.#name = NAME + part;
    this.#shapes = shapes;
  }

  /** Whether this browser keeps anything. */
  async isThere() {
    return Boolean(await this.#opened());
  }

  /** Every value of a store, or those in a range of keys. */
  async all(name, range) {
    const opened = await this.#opened();
    if (!opened) return [];
    return settled(opened.transaction(name).objectStore(name).getAll(range));
  }

  /** The last value of a store in a range of keys, or undefined. */
  async last(name, range) {
    const opened = await this.#opened();
    if (!opened) return undefined;
    const store = opened.transaction(name).objectStore(name);
    return (await settled(store.openCursor(range, "prev")))?.value;
  }

  /** Write in one step: `write` is given the stores by name. */
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
