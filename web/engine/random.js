/**
 * Seeded random numbers, the same on every machine: mulberry32, a 32-bit generator of Tommy Ettinger.
 * Good enough to draw words with, and one integer of state; not for secrets.
 *
 * @param {number} seed any finite number; only its lower 32 bits count
 * @returns {() => number} each call gives the next number, at least 0 and below 1
 */
export function mulberry32(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
