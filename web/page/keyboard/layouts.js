/** The layouts of the on-screen keyboard: rows of letters as the engine reads them, and pages of keys. */

/**
 * @typedef {'qwerty' | 'qwertz' | 'azerty'} LayoutName
 *
 * @typedef {'shift' | 'erase' | 'enter' | 'letters' | 'symbols'} Action
 *
 * @typedef {object} Key
 * @property {string} [text] what it types
 * @property {Action} [action] what it does instead
 * @property {number} x its left edge, in key widths from the left
 * @property {number} width in key widths
 *
 * @typedef {Key[]} Row
 *
 * @typedef {object} KeyPage
 * @property {number} columns its width, in key widths
 * @property {Row[]} rows
 */

/** For `engine.layout`. @type {Record<LayoutName, string>} */
export const LAYOUTS = {
  qwerty: '0 qwertyuiop\n0.5 asdfghjkl\n1.5 zxcvbnm\n',
  qwertz: '0 qwertzuiopü\n0 asdfghjklöä\n2 yxcvbnm\n',
  azerty: "0 azertyuiop\n0 qsdfghjklm\n2 wxcvbn'\n",
};

const SYMBOLS = '0 1234567890\n0 @#€_&-+()/\n0 =*"\':;!?\n';
/** The columns of the keys in the last row that do not type a letter. */
const SWITCH_WIDTH = 1.5;
const ENTER_WIDTH = 1.5;

/**
 * The layout that people with this language mostly have.
 *
 * @param {string} language such as "de-AT"
 * @returns {LayoutName}
 */
export function usualLayout(language) {
  const [name, region] = language.toLowerCase().split('-');
  if (['de', 'cs', 'hu', 'sk', 'sl', 'hr', 'sq'].includes(name)) return 'qwertz';
  if (region === 'ca' || region === 'nl') return 'qwerty';
  if (name === 'fr') return region === 'ch' ? 'qwertz' : 'azerty';
  return region === 'be' ? 'azerty' : 'qwerty';
}

/**
 * @param {LayoutName} name
 * @returns {KeyPage} of letters
 */
export function letterPage(name) {
  const rows = rowsOf(LAYOUTS[name]);
  const columns = Math.max(...rows.map(endOf));
  const last = rows[rows.length - 1];
  last.unshift({ action: 'shift', x: 0, width: last[0].x });
  last.push(closing({ action: 'erase' }, last, columns));
  return { columns, rows: [...rows, bottomRow({ action: 'symbols' }, columns)] };
}

/** @returns {KeyPage} of digits and marks */
export function symbolPage() {
  const rows = rowsOf(SYMBOLS);
  const columns = endOf(rows[0]);
  const last = rows[rows.length - 1];
  last.push(closing({ action: 'erase' }, last, columns));
  return { columns, rows: [...rows, bottomRow({ action: 'letters' }, columns)] };
}

/**
 * The key of a row that is nearest to a place.
 *
 * @param {Row} row
 * @param {number} x in key widths from the left
 * @returns {Key}
 */
export function keyAt(row, x) {
  return row.reduce((nearest, key) => (distance(key, x) < distance(nearest, x) ? key : nearest));
}

/**
 * @param {Key} key
 * @param {number} x
 */
const distance = ({ x: left, width }, x) => Math.max(left - x, x - left - width, 0);

/** @param {string} layout */
function rowsOf(layout) {
  return layout
    .trim()
    .split('\n')
    .map((line) => {
      const [offset, letters] = line.split(' ');
      return Array.from(
        letters,
        (text, place) => /** @type {Key} */ ({ text, ...at(offset, place) }),
      );
    });
}

/**
 * @param {string} offset
 * @param {number} place
 */
const at = (offset, place) => ({ x: Number(offset) + place, width: 1 });

/** @param {Row} row */
const endOf = (row) => row[row.length - 1].x + row[row.length - 1].width;

/**
 * @param {Pick<Key, 'action'>} key
 * @param {Row} row
 * @param {number} columns
 * @returns {Key} one that fills the rest of the row
 */
const closing = (key, row, columns) => ({ ...key, x: endOf(row), width: columns - endOf(row) });

/**
 * @param {Pick<Key, 'action'>} change the key that shows another page
 * @param {number} columns
 * @returns {Row}
 */
function bottomRow(change, columns) {
  const space = columns - SWITCH_WIDTH - ENTER_WIDTH - 3;
  const keys = [
    { ...change, width: SWITCH_WIDTH },
    { text: "'", width: 1 },
    { text: ',', width: 1 },
    { text: ' ', width: space },
    { text: '.', width: 1 },
    { action: /** @type {const} */ ('enter'), width: ENTER_WIDTH },
  ];
  let x = 0;
  return keys.map((key) => {
    x += key.width;
    return { ...key, x: x - key.width };
  });
}
