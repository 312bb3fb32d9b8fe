/** Checks for the arguments of public functions. Each error states what was expected. */

/**
 * @param {unknown} value
 * @param {string} name
 * @throws {TypeError}
 */
export function checkText(value, name) {
  if (typeof value !== 'string')
    throw new TypeError(`${name} must be a string, not ${kind(value)}`);
}

/**
 * @param {unknown} values
 * @param {string} name
 * @throws {TypeError}
 */
export function checkTexts(values, name) {
  if (!Array.isArray(values)) {
    throw new TypeError(`${name} must be an array of strings, not ${kind(values)}`);
  }
  for (const value of values) checkText(value, `each of ${name}`);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {{least: number, most?: number, endless?: boolean}} range limits, both included;
 *   `endless` also allows Infinity
 * @throws {TypeError | RangeError}
 */
export function checkWhole(value, name, { least, most = Number.MAX_SAFE_INTEGER, endless }) {
  const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
  const number = checkNumber(value, name);
  if (endless && number === Infinity) return;
  if (!Number.isInteger(number) || number < least || number > most) {
    const other = endless ? ' or Infinity' : '';
    throw new RangeError(`${name} must be a whole number ${range}${other}, not ${number}`);
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {{least: number, most: number}} range
 * @throws {TypeError | RangeError}
 */
export function checkBetween(value, name, { least, most }) {
  const number = checkNumber(value, name);
  if (!(number >= least && number <= most)) {
    throw new RangeError(`${name} must be between ${least} and ${most}, not ${number}`);
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {number}
 * @throws {TypeError}
 */
export function checkNumber(value, name) {
  if (typeof value !== 'number')
    throw new TypeError(`${name} must be a number, not ${kind(value)}`);
  return value;
}

/**
 * @param {unknown} value an object of options
 * @param {string} name
 * @throws {TypeError}
 */
export function checkObject(value, name) {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name} must be an object, not ${kind(value)}`);
  }
}

/**
 * @param {unknown} touches
 * @throws {TypeError}
 */
export function checkTouches(touches) {
  if (!Array.isArray(touches)) {
    throw new TypeError(`touches must be an array, not ${kind(touches)}`);
  }
  for (const touch of touches) {
    if (touch === undefined) continue;
    checkObject(touch, 'each of touches');
    checkNumber(touch.x, 'x of a touch');
    checkNumber(touch.y, 'y of a touch');
  }
}

/**
 * @param {URL | string} value
 * @param {string} name
 * @returns {URL}
 * @throws {TypeError}
 */
export function checkAddress(value, name) {
  // `URL.canParse` is newer than the browsers that the page supports.
  try {
    return new URL(value);
  } catch {
    const shown = JSON.stringify(String(value));
    throw new TypeError(
      `${name} must be an absolute URL such as https://example.org/elman/, not ${shown}`,
    );
  }
}

/** @param {unknown} value */
const kind = (value) => (value === null ? 'null' : typeof value);
