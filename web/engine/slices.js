/** Long work in short slices, so that a page answers keys and paints between them. */

const SLICE_MILLISECONDS = 12;

/**
 * Work that pauses: call `pause()` at every turn of a loop.
 *
 *     const slices = new Slices(signal);
 *     for (...) { if (slices.due) await slices.pause(); ... }
 */
export class Slices {
  #began = performance.now();

  /** @param {AbortSignal} [signal] ends the work: `pause` throws its reason */
  constructor(signal) {
    this.signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether this slice has lasted long enough, or the work was aborted. */
  get due() {
    return this.signal?.aborted || performance.now() - this.#began > SLICE_MILLISECONDS;
  }

  /**
   * Let everything else run that waits.
   *
   * @throws the signal's reason, by default an `AbortError`
   */
  async pause() {
    this.signal?.throwIfAborted();
    await nextTask();
    this.signal?.throwIfAborted();
    this.#began = performance.now();
  }
}

/** Resolves in a later task. A message, as nested timers are held back by 4 ms. */
export function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
