/** What the page says about the model it runs. */

import { byId, element } from './ui.js';

/** @typedef {import('./manifest.js').Manifest} Manifest */

/**
 * @param {Manifest} manifest
 * @param {string} backend
 */
export function describe(manifest, backend) {
  const { created_from: source, network, files } = manifest;
  const bytes = Object.entries(files)
    .filter(([path]) => path.startsWith('tfjs/') || path === 'vocabulary.txt')
    .reduce((sum, [, file]) => sum + file.bytes, 0);
  const perplexity = manifest.artifacts.tfjs.metrics?.perplexity;
  const facts = [
    `Model ${manifest.name}`,
    `trained on ${source.corpus}, licence: ${source.licence}`,
    `${network.layers} × ${network.units} units`,
    `${network.vocabulary_size.toLocaleString('en')} words`,
    `${(bytes / 1e6).toFixed(1)} MB, checksums verified`,
    ...(Number.isFinite(perplexity) ? [`test perplexity ${Number(perplexity).toFixed(1)}`] : []),
    `runs on ${backend === 'wasm' ? 'WebAssembly' : 'plain JavaScript'}`,
  ];
  byId('about', HTMLElement).replaceChildren(...facts.map((fact) => element('li', '', fact)));
}
