/** Colours for numbers below and above zero, painted on a canvas in the page's own light or dark. */

/** @typedef {[number, number, number]} Colour red, green, blue; 0 to 255 */
/** @typedef {{low: Colour, middle: Colour, high: Colour}} Scale */

/** @returns {Scale} */
function scale() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) =>
    /** @type {Colour} */ (style.getPropertyValue(name).trim().split(/\s+/).map(Number));
  return {
    low: colour('--heat-low'),
    middle: colour('--heat-middle'),
    high: colour('--heat-high'),
  };
}

/**
 * One pixel a number, row by row; the style sheet makes the pixels larger.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} width numbers in a row
 * @param {number} most the magnitude that has the full colour, and all beyond it
 */
export function paintCells(canvas, values, width, most) {
  const { low, middle, high } = scale();
  canvas.width = Math.min(width, values.length);
  canvas.height = Math.ceil(values.length / width);
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let place = 0; place < values.length; place += 1) {
    const value = Math.max(-1, Math.min(1, values[place] / most));
    const end = value < 0 ? low : high;
    const share = Math.abs(value);
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * place + channel] = middle[channel] + share * (end[channel] - middle[channel]);
    }
    image.data[4 * place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/**
 * @param {() => void} repaint called when light turns to dark, or back
 */
export function onColourChange(repaint) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
}
