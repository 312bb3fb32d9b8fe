/** Reads the list of models hosted with the page, which `web/build/build.mjs` writes. */

/** @typedef {{name: string, folder: string, bytes: number}} Listed `folder` ends with a slash */

/**
 * @param {unknown} value parsed `models.json`, which is not trusted
 * @returns {Listed[]}
 */
export function listedModels(value) {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry) =>
      typeof entry?.name === 'string' &&
      // Only folders below the page on the same host.
      /^model(s\/[\w.-]+)?\/$/.test(entry.folder) &&
      !entry.folder.includes('..') &&
      Number.isFinite(entry.bytes),
  );
}
