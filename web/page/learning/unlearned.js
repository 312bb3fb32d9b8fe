/**
 * Finished lines that are not learned yet. A page that closes cannot write to IndexedDB any more, but to localStorage,
 * so the next visit learns them.
 */
export class Unlearned {
  /** What the browser did not store. */
  #text = '';

  /** @param {string} text its lines end with line feeds */
  add(text) {
    if (text === '') return;
    try {
      localStorage.setItem(key(), (localStorage.getItem(key()) ?? '') + text);
    } catch {
      // Storage is blocked or full.
      this.#text += text;
    }
  }

  /** @returns {string} all lines, which are kept no longer */
  take() {
    let text = this.#text;
    this.#text = '';
    try {
      text = (localStorage.getItem(key()) ?? '') + text;
      localStorage.removeItem(key());
    } catch {
      // Storage is blocked.
    }
    return text;
  }
}

/** Pages in different folders of a host are different pages. */
const key = () => `unlearned ${new URL('.', document.baseURI).pathname}`;
