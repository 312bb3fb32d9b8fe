/**
 * Finished lines that are not learned yet. A page that closes cannot wait for IndexedDB any more, but it can write to
 * localStorage, so the next visit learns them.
 *
 * Nothing locks localStorage, and an entry that one tab deleted is still there for another one at first. So each tab
 * has entries of its own, no entry changes after it was read, and what was learned stays known by its key.
 */
export class Unlearned {
  #tab = `${prefix()}${Date.now()}-${Math.random()} `;
  #number = 0;
  /** Entries that the browser did not store. @type {Map<string, string>} */
  #unstored = new Map();

  /** @param {string} text its lines end with line feeds */
  add(text) {
    const key = `${this.#tab}${this.#number}`;
    try {
      localStorage.setItem(key, (localStorage.getItem(key) ?? '') + text);
    } catch {
      // Storage is blocked or full.
      this.#unstored.set(key, (this.#unstored.get(key) ?? '') + text);
    }
  }

  /** @returns {[key: string, text: string][]} what this tab added, in this order */
  own() {
    return this.all().filter(([key]) => key.startsWith(this.#tab));
  }

  /** @returns {[key: string, text: string][]} what all tabs and earlier visits added */
  all() {
    this.#number += 1;
    return [...stored(), ...this.#unstored].sort(([one], [other]) =>
      one.localeCompare(other, 'en', { numeric: true }),
    );
  }

  /** @param {string[]} keys of entries that are kept no longer */
  remove(keys) {
    for (const key of keys) {
      this.#unstored.delete(key);
      try {
        localStorage.removeItem(key);
      } catch {
        // Storage is blocked.
      }
    }
  }
}

/** Pages in different folders of a host are different pages. */
const prefix = () => `unlearned ${new URL('.', document.baseURI).pathname} `;

/** @returns {[key: string, text: string][]} */
function stored() {
  try {
    return Object.entries(localStorage).filter(([key]) => key.startsWith(prefix()));
  } catch {
    // Storage is blocked.
    return [];
  }
}
