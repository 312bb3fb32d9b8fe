/**
 * Evaluate the exported TensorFlow.js model on held-out documents.
 *
 *     node web/replay/evaluate_node.mjs exported/default documents.json likelihoods.json
 *
 * `documents.json` is a list of lists of token ids, each with the end tokens of its segments but without
 * the initial `</s>`. The output holds the sums that `evaluate` in `replay.js` describes.
 */

import { UserError, command, readJson, writeJson } from '../command.mjs';
import { openModel } from './node_model.mjs';
import { evaluate } from './replay.js';

await command(async ([folder, documentsFile, outputFile]) => {
  if (!outputFile) {
    throw new UserError('usage: evaluate_node.mjs MODEL_FOLDER DOCUMENTS.json OUT.json');
  }
  const documents = await readJson(documentsFile);
  const { backend, model, vocabulary } = await openModel(folder);
  await writeJson(outputFile, {
    backend,
    ...(await evaluate(model, documents, vocabulary.isWord)),
  });
});
