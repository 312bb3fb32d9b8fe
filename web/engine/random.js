/**
 * Seeded random numbers, the same on every machine: mulberry32 by Tommy Ettinger, a 32-bit generator
 * with one integer of state. Good enough to sample words, but not for cryptography.
 *
 * @param {number} seed any finite number; only its lower 32 bits are used
 * @returns {() => number} a function that returns the next number in [0, 1)
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
