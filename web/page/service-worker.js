/**
 * Caches the page for offline use. Each file is stored under the hash of its content, so a new version
 * fetches only the files that changed. Files that are no longer needed are deleted.
 */

import { PRECACHED, RELEASE, WANTED } from 'elman:files';

/** Distinguishes this page's caches from those of other pages on the same host. */
const PREFIX = `elman ${new URL(scope().registration.scope).pathname} `;
const CACHE = PREFIX + RELEASE;

scope().addEventListener('install', (event) => event.waitUntil(install()));
scope().addEventListener('activate', (event) => event.waitUntil(activate()));
scope().addEventListener('fetch', (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event.request, path));
});
scope().addEventListener('message', (event) => {
  if (event.data === 'take over') scope().skipWaiting();
});

/** @returns {WorkerScope} */
function scope() {
  return /** @type {any} */ (globalThis);
}

/**
 * @typedef {object} WorkerScope the part of a service worker's global scope used here
 * @property {{scope: string}} registration
 * @property {{claim: () => Promise<void>}} clients
 * @property {() => Promise<void>} skipWaiting
 * @property {(name: string, listener: (event: any) => void) => void} addEventListener
 */

async function install() {
  const cache = await caches.open(CACHE);
  const older = await ownCaches();
  for (const path of PRECACHED) {
    const key = keyOf(path);
    const known = await firstMatch(older, key);
    await cache.put(key, known ?? (await fetched(path)));
  }
}

async function activate() {
  const cache = await caches.open(CACHE);
  const older = (await ownCaches()).filter((name) => name !== CACHE);
  for (const key of Object.keys(WANTED).map(keyOf)) {
    const known = (await cache.match(key)) ? undefined : await firstMatch(older, key);
    if (known) await cache.put(key, known);
  }
  for (const name of older) await caches.delete(name);
  await scope().clients.claim();
}

/** @returns {Promise<string[]>} names of all versions of this page's cache */
async function ownCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
}

/**
 * @param {string[]} names
 * @param {string} key
 */
async function firstMatch(names, key) {
  for (const name of names) {
    const found = await (await caches.open(name)).match(key);
    if (found) return found;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {string} an address that changes with the content
 */
const keyOf = (path) => new URL(`${path}?${WANTED[path]}`, scope().registration.scope).href;

/**
 * Fetch a file from the server. Throws unless its content is what this version was built with.
 *
 * @param {string} path
 */
async function fetched(path) {
  const response = await fetch(new URL(path, scope().registration.scope), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const digits = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!digits.startsWith(WANTED[path])) throw new Error(`${path} is from another version`);
  // Browsers reject a redirected response to a navigation, and some servers redirect index.html to "/".
  return response.redirected ? new Response(bytes, { headers: response.headers }) : response;
}

/**
 * @param {Request} request
 * @returns {string | undefined} the requested file, if it is one of the page's
 */
function pathOf({ method, url }) {
  const { href: root } = new URL(scope().registration.scope);
  if (method !== 'GET' || !url.startsWith(root)) return undefined;
  const path = url.slice(root.length).split(/[?#]/)[0] || 'index.html';
  return Object.hasOwn(WANTED, path) ? path : undefined;
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function answer(request, path) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(keyOf(path));
  if (known) return known;
  try {
    const fresh = await fetched(path);
    await cache.put(keyOf(path), fresh.clone());
    return fresh;
  } catch {
    return await fetch(request);
  }
}
