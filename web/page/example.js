import { open } from '../engine/index.js';

const [input, list] = ['text', 'words'].map((id) => document.getElementById(id));
const engine = await open(new URL('model/', location.href), { wasmFolder: 'wasm/' });
async function suggest() {
  const words = await engine.predict(/** @type {HTMLInputElement} */ (input).value, 5);
  list?.replaceChildren(words.map(({ word }) => word).join(' · '));
}
input?.addEventListener('input', suggest);
await suggest();
