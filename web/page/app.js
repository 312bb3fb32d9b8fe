/** The page as an installable app: works offline after the first visit and installs new versions. */

import { byId } from './ui.js';

/** Install the service worker. Without one, the page still works online. */
export async function startApp() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // When the first worker takes control, the page is already up to date.
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
  // The controller changes for all tabs at once. If another tab asked for it, only offer a reload here.
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
    // Private windows and old browsers do not allow service workers.
  }
}

/** Whether the page has just loaded and nothing has been typed. */
function isUnused() {
  return byId('write-text', HTMLTextAreaElement).value === '' && performance.now() < 3000;
}

/**
 * Offer the new version instead of reloading, so that no text is lost. It loads when the user accepts,
 * or on the next visit.
 *
 * @param {() => void} accepted
 */
function offer(accepted) {
  byId('update', HTMLElement).hidden = false;
  byId('update-now', HTMLButtonElement).onclick = accepted;
}
