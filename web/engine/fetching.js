/** Files of a model that lies beside the page. */

/**
 * @param {URL} folder address with a slash at its end
 * @returns {import('./manifest.js').ReadFile}
 */
export function fetchFrom(folder) {
  return async (path) => {
    const response = await fetch(new URL(path, folder), { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response.arrayBuffer();
  };
}
