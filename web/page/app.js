/** The page as an app: it works offline after the first visit, and takes up new versions. */

import { byId } from './ui.js';

/** Installs the service worker; a page without one works as well, online. */
export async function startApp() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // The first worker takes over a page that is as new as itself.
  let hadOne = Boolean(serviceWorker.controller);
  let asked = false;
  const take = (/** @type {ServiceWorker} */ fresh) => {
    asked = true;
    fresh.postMessage('take over');
  };
  const found = (/** @type {ServiceWorker} */ fresh) => {
    if (isUnused()) take(fresh);
    else offer(() => (fresh.state === 'installed' ? take(fresh) : location.reload()));
  };
  // It changes for all tabs at once: what another one has asked for is only offered here.
  serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload();
    else if (hadOne) offer(() => location.reload());
    hadOne = true;
  });
  try {
    const registration = await serviceWorker.register('service-worker.js');
    if (registration.waiting && hadOne) found(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const fresh = registration.installing;
      fresh?.addEventListener('statechange', () => {
        if (fresh.state === 'installed' && serviceWorker.controller) found(fresh);
      });
    });
  } catch {
    // Private windows and old browsers refuse it.
  }
}

/** Nobody has written anything here yet. */
function isUnused() {
  return byId('write-text', HTMLTextAreaElement).value === '' && performance.now() < 3000;
}

/**
 * Nobody's text is lost: the new version comes when it is asked for, or with the next visit.
 *
 * @param {() => void} accepted
 */
function offer(accepted) {
  byId('update', HTMLElement).hidden = false;
  byId('update-now', HTMLButtonElement).onclick = accepted;
}
