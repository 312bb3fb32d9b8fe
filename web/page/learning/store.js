/**
 * Keeps what was learned, in IndexedDB. Each change reads and writes in one transaction, and the browser
 * runs one transaction at a time, so tabs never overwrite each other's words.
 */

/**
 * @typedef {object} Stored
 * @property {boolean} on whether to learn
 * @property {Uint8Array} [bytes] of the profile; none if nothing is kept
 * @property {string[]} [learned] keys of the lines that were learned last
 *
 * @typedef {(stored: Stored) => Stored} Edit must not wait, because the transaction would end
 *
 * @typedef {object} Store
 * @property {boolean} lasts whether it outlives the visit
 * @property {(edit: Edit) => Promise<void>} change
 * @property {(listener: () => void) => void} onChange called after a change by another tab
 */

const TABLE = 'learning';
const KEY = 'stored';
/** @type {Stored} */
const EMPTY = { on: false };

/** @returns {Promise<Store>} kept in memory if the browser has no IndexedDB or blocks it */
export async function openStore() {
  try {
    // Pages in different folders of a host are different pages.
    const name = `elman ${new URL('.', document.baseURI).pathname}`;
    const store = new BrowserStore(name);
    await store.change((stored) => stored);
    return store;
  } catch {
    return new MemoryStore();
  }
}

/** Ask the browser not to delete what is stored when the disk is almost full. Some browsers ask the user. */
export function keepStored() {
  navigator.storage?.persist?.().catch(() => undefined);
}

/** @implements {Store} */
export class MemoryStore {
  lasts = false;
  #stored = EMPTY;

  /** @param {Edit} edit */
  async change(edit) {
    this.#stored = edit(this.#stored);
  }

  onChange() {
    // Other tabs have their own memory.
  }
}

/** @implements {Store} */
class BrowserStore {
  lasts = true;
  #name;
  #channel;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
    this.#channel = new BroadcastChannel(name);
  }

  /** @param {Edit} edit */
  async change(edit) {
    // Browsers close a database when they please, so it is opened for each change.
    const database = await opened(this.#name);
    try {
      if (await changed(database, edit)) this.#channel.postMessage('changed');
    } finally {
      database.close();
    }
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.#channel.addEventListener('message', listener);
  }
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function opened(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBDatabase} database
 * @param {Edit} edit
 * @returns {Promise<boolean>} whether it changed anything
 */
function changed(database, edit) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, 'readwrite');
    const table = transaction.objectStore(TABLE);
    const request = table.get(KEY);
    let isNew = false;
    /** @type {unknown} */
    let failure;
    request.onsuccess = () => {
      try {
        const before = /** @type {Stored} */ (request.result ?? EMPTY);
        const after = edit(before);
        isNew = after !== before;
        if (!isNew) return;
        if (!after.on && !after.bytes) table.clear();
        else table.put(after, KEY);
      } catch (error) {
        failure = error;
        transaction.abort();
      }
    };
    transaction.oncomplete = () => resolve(isNew);
    transaction.onabort = () => reject(failure ?? transaction.error);
  });
}
