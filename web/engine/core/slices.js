/** Splits long tasks into short slices, so that a page can handle input and paint in between. */

const SLICE_MILLISECONDS = 12;

/**
 * Pauses a long-running loop. Check `due` in every iteration, and call `pause()` if it is true:
 *
 *     const slices = new Slices(signal);
 *     for (...) { if (slices.due) await slices.pause(); ... }
 */
export class Slices {
  #began = performance.now();

  /** @param {AbortSignal} [signal] when aborted, `pause` throws the signal's reason */
  constructor(signal) {
    this.signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether this slice has lasted long enough, or the work was aborted. */
  get due() {
    return this.signal?.aborted || performance.now() - this.#began > SLICE_MILLISECONDS;
  }

  /**
   * Let other waiting tasks run.
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

/** Resolves in a later task. Uses a message, because browsers delay nested timers by 4 ms. */
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
