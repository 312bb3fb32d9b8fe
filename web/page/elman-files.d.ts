/** What `web/build/page.mjs` puts into the service worker. */
declare module 'elman:files' {
  /** Each file of the page, and the first digits of its SHA-256. */
  export const WANTED: Record<string, string>;
  /** Fetched at the first visit. */
  export const PRECACHED: string[];
  /** Names this set of files. */
  export const RELEASE: string;
}
