/** The page as an app: it works offline after the first visit, and takes up new versions. */

import { byId } from './ui.js';

/** Installs the service worker; a page without one works as well, online. */
export async function startApp() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // The first worker takes over a page that is as new as itself.
  let hadOne = Boolean(serviceWorker.controller);
  serviceWorker.addEventListener('controllerchange', () => {
    if (hadOne) location.reload();
    hadOne = true;
  });
  try {
    const registration = await serviceWorker.register('service-worker.js');
    if (registration.waiting && hadOne) offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const fresh = registration.installing;
      fresh?.addEventListener('statechange', () => {
        if (fresh.state === 'installed' && serviceWorker.controller) offer(fresh);
      });
    });
  } catch {
    // Private windows and old browsers refuse it.
  }
}

/**
 * Nobody's text is lost: the new version comes when it is asked for, or with the next visit.
 *
 * @param {ServiceWorker} fresh
 */
function offer(fresh) {
  const isUnused = byId('write-text', HTMLTextAreaElement).value === '' && performance.now() < 3000;
  const take = () => fresh.postMessage('take over');
  if (isUnused) return take();
  byId('update', HTMLElement).hidden = false;
  byId('update-now', HTMLButtonElement).addEventListener('click', take, { once: true });
}
