/** A diverging colour scale for values below and above zero, in the page's light or dark theme. */

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
 * Paint one pixel per value, row by row. The style sheet scales the canvas up.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} width values per row
 * @param {number} most magnitude from which the full colour is used
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
 * @param {() => void} repaint called when the colour scheme changes
 */
export function onColourChange(repaint) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
}
