/** What the page has learned from its user: a profile, which the store keeps and the engine uses. */

import { Profile } from '../../engine/core/profile.js';
import { Savings } from './savings.js';
import { MemoryStore } from './store.js';
import { Unlearned } from './unlearned.js';

/** @typedef {import('../host.js').Host} Host */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').Stored} Stored */

/** The digest at the end of a profile tells whether two profiles are equal. */
const DIGEST_BYTES = 32;

export class Learning {
  savings = new Savings();
  #host;
  /** @type {Store} */
  #store = new MemoryStore();
  #on = false;
  /** What the switch says, until it is stored. @type {{on: boolean} | undefined} */
  #turning;
  /** @type {Uint8Array | undefined} */
  #bytes;
  /** @type {Profile | undefined} */
  #profile;
  #damage = '';
  #failed = false;
  /** @type {(() => void)[]} */
  #listeners = [];
  #unlearned = new Unlearned();
  /** The latest change. @type {Promise<unknown>} */
  #latest = Promise.resolve();

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    host.onChange(() => host.engine.use(this.#profile));
  }

  /**
   * Read what is stored, and learn what the last visit left.
   *
   * @param {Store} store
   */
  async open(store) {
    this.#store = store;
    store.onChange(() => this.#change((stored) => stored).catch(() => undefined));
    await this.#learnRest(() => this.#unlearned.all());
  }

  /** Whether to learn. */
  get on() {
    return this.#turning ? this.#turning.on : this.#on;
  }

  /** Why the stored profile cannot be used, or an empty string. */
  get damage() {
    return this.#damage;
  }

  /** Whether the browser could not store the latest change. */
  get failed() {
    return this.#failed;
  }

  /** Whether what is learned outlives the visit. */
  get lasts() {
    return this.#store.lasts;
  }

  /** The profile as a file, or `undefined` if there is none. */
  get bytes() {
    return this.#bytes;
  }

  /** @returns {import('../../engine/core/profile.js').LearnedWord[]} */
  words() {
    return this.#profile?.words() ?? [];
  }

  /** @param {() => void} listener called after each change, also by another tab, and after one that failed */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** @param {boolean} on */
  async turn(on) {
    const turning = { on };
    this.#turning = turning;
    try {
      const isStored = await this.#change((stored) => ({ ...stored, on }));
      if (isStored && !on) this.#forgetRest();
      return isStored;
    } finally {
      if (this.#turning === turning) this.#turning = undefined;
    }
  }

  /**
   * Learn from finished texts, unless learning was turned off in any tab, or the profile is damaged.
   *
   * @param {string[]} texts
   */
  learn(texts) {
    if (this.#damage === '') this.savings.add(this.#host.engine, texts, this.#bytes);
    this.#unlearned.add(texts.map((text) => `${text}\n`).join(''));
    return this.#learnRest(() => this.#unlearned.own());
  }

  /**
   * Learn what is not learned yet, and delete it when the browser has stored what was learned.
   *
   * @param {() => [key: string, text: string][]} read
   */
  async #learnRest(read) {
    /** @type {string[]} */
    let keys = [];
    const isStored = await this.#change((stored) => {
      const entries = read();
      keys = entries.map(([key]) => key);
      const texts = entries.map(([key, text]) => (stored.learned?.includes(key) ? '' : text));
      if (!stored.on || texts.join('') === '') return stored;
      const after = this.#taught(stored, (profile) => profile.learn(texts.join('')));
      return { ...after, learned: keys };
    });
    if (isStored) this.#unlearned.remove(keys);
    return isStored;
  }

  /** @param {string} word */
  forget(word) {
    return this.#change((stored) => this.#taught(stored, (profile) => profile.forget(word)));
  }

  /**
   * Never correct a word with certainty again, unless learning is off.
   *
   * @param {string} word
   * @throws {RangeError} unless it is one word
   */
  keep(word) {
    return this.#change((stored) =>
      stored.on ? this.#taught(stored, (profile) => profile.keep(word)) : stored,
    );
  }

  /** @param {string} word one that was forgotten */
  remember(word) {
    return this.#change((stored) => this.#taught(stored, (profile) => profile.remember(word)));
  }

  /** Delete everything that was learned. */
  async clear() {
    const isStored = await this.#change(({ on }) => ({ on }));
    if (isStored) this.#forgetRest();
    return isStored;
  }

  #forgetRest() {
    this.#unlearned.remove(this.#unlearned.all().map(([key]) => key));
  }

  /**
   * Add what another profile has learned. It replaces a damaged one.
   *
   * @param {Uint8Array} bytes
   * @throws {RangeError} if they are damaged; then nothing changes
   */
  import(bytes) {
    return this.#change((stored) => {
      if (this.#damage === '') return this.#taught(stored, (profile) => profile.merge(bytes));
      new Profile(bytes).dispose();
      return { ...stored, bytes };
    });
  }

  /**
   * Make a change after those before it, and use the result.
   *
   * @param {(stored: Stored) => Stored} edit
   * @returns {Promise<boolean>} whether the browser stored it; if not, nothing changes
   */
  #change(edit) {
    const change = this.#latest.then(() => this.#changeNow(edit));
    this.#latest = change.catch(() => undefined);
    return change;
  }

  /** @param {(stored: Stored) => Stored} edit */
  async #changeNow(edit) {
    /** @type {Stored | undefined} */
    let before;
    try {
      await this.#store.change((stored) => {
        before = stored;
        this.#adopt(stored);
        const after = edit(stored);
        this.#adopt(after);
        return after;
      });
      this.#failed = false;
    } catch (error) {
      // What `edit` throws is for the caller.
      if (!(error instanceof DOMException)) throw error;
      this.#failed = true;
      this.#turning = undefined;
      if (before) this.#adopt(before);
    } finally {
      for (const listener of this.#listeners) listener();
    }
    return !this.#failed;
  }

  /**
   * Use a profile, unless it is the one in use.
   *
   * @param {Stored} stored
   */
  #adopt({ on, bytes }) {
    this.#on = on;
    if (isSame(bytes, this.#bytes)) return;
    this.#bytes = bytes;
    this.#damage = '';
    try {
      this.#use(bytes && new Profile(bytes));
    } catch (error) {
      this.#damage = error instanceof Error ? error.message : String(error);
      this.#use(undefined);
    }
  }

  /** @param {Profile | undefined} profile */
  #use(profile) {
    const before = this.#profile;
    this.#profile = profile;
    this.#host.engine.use(profile);
    before?.dispose();
  }

  /**
   * @param {Stored} stored
   * @param {(profile: Profile) => void} teach
   * @returns {Stored} with the changed profile; unchanged if it is damaged
   */
  #taught(stored, teach) {
    if (this.#damage !== '') return stored;
    if (!this.#profile) this.#use(new Profile());
    const profile = /** @type {Profile} */ (this.#profile);
    teach(profile);
    this.#bytes = profile.bytes();
    return { ...stored, bytes: this.#bytes };
  }
}

/**
 * @param {Uint8Array | undefined} one
 * @param {Uint8Array | undefined} other
 */
function isSame(one, other) {
  if (one === other) return true;
  if (!one || !other || one.length !== other.length || one.length < DIGEST_BYTES) return false;
  const from = one.length - DIGEST_BYTES;
  return one.subarray(from).every((byte, place) => byte === other[from + place]);
}
