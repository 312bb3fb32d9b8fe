/** Constants that `web/build/page.mjs` inserts into the service worker. */
declare module 'elman:files' {
  /** The path of each file of the page, mapped to the first digits of its SHA-256. */
  export const WANTED: Record<string, string>;
  /** Files that are fetched on the first visit. */
  export const PRECACHED: string[];
  /** Identifies this set of files. */
  export const RELEASE: string;
}
