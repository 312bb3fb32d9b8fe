/** The list of models that lie beside the page, which `web/build/build.mjs` writes. */

/** @typedef {{name: string, folder: string, bytes: number}} Listed `folder` ends in a slash */

/**
 * @param {unknown} value parsed `models.json`, written by nobody knows whom
 * @returns {Listed[]}
 */
export function listedModels(value) {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry) =>
      typeof entry?.name === 'string' &&
      // No way up and no other host.
      /^model(s\/[\w.-]+)?\/$/.test(entry.folder) &&
      !entry.folder.includes('..') &&
      Number.isFinite(entry.bytes),
  );
}
