/** Fetches the files of a model from a server. */

/**
 * @param {URL} folder address of the exported folder, ending with a slash
 * @returns {import('./manifest.js').ReadFile}
 */
export function fetchFrom(folder) {
  return async (path) => {
    const response = await fetch(new URL(path, folder), { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response.arrayBuffer();
  };
}
