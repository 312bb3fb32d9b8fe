/**
 * Replay a golden record through the exported TensorFlow.js model in Node.js.
 *
 *     node web/replay/replay_node.mjs exported/default exported/default/golden.json replayed.json
 */

import { UserError, command, readJson, writeJson } from '../command.mjs';
import { openModel } from './node_model.mjs';
import { replay } from './replay.js';

await command(async ([folder, goldenFile, outputFile]) => {
  if (!outputFile) throw new UserError('usage: replay_node.mjs MODEL_FOLDER GOLDEN.json OUT.json');
  const golden = await readJson(goldenFile);
  const { backend, model, vocabulary } = await openModel(folder);
  await writeJson(outputFile, {
    backend,
    ...(await replay(model, vocabulary, golden)),
  });
});
