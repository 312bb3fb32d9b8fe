/**
 * Computes in Node.js the results that a browser must reproduce.
 *
 *     node reference.mjs EXPORTED_FOLDER TASK.json ANSWER.json
 *
 * `TASK.json` contains a text to complete, a text to score, a prompt with options, and a golden record.
 */

import { command, readJson, writeJson } from '../../web/command.mjs';
import { openModel } from '../../web/replay/node_model.mjs';
import { Engine } from '../../web/engine/engine.js';
import { replay } from '../../web/replay/replay.js';

await command(async ([folder, taskFile, answerFile]) => {
  const { typed, scored, prompt, options, golden } = await readJson(taskFile);
  const { backend, model, vocabulary } = await openModel(folder);
  const engine = new Engine(model, vocabulary);
  let written = '';
  for await (const { text } of engine.generate(prompt, options)) written = text;
  const { words } = await engine.score(scored);
  await writeJson(answerFile, {
    suggestions: (await engine.predict(typed, 3)).map(({ word }) => word),
    bits: words.map(({ logProbability }) => -logProbability / Math.LN2),
    written,
    replayed: { backend, ...(await replay(model, vocabulary, golden)) },
  });
});
