/**
 * The negative log-likelihood of documents under the exported TensorFlow.js model.
 *
 *     node web/evaluate_node.mjs exported/default documents.json likelihoods.json
 *
 * `documents.json` is a list of lists of token ids, each with the ends of its segments and without the
 * `</s>` that begins it. The answer holds, for each, `negative_log_likelihood` in nats and `tokens`.
 */

import { UserError, command, openModel, readJson, writeJson } from './node_model.mjs';
import { evaluate } from './src/replay.js';

await command(async ([folder, documentsFile, outputFile]) => {
  if (!outputFile) {
    throw new UserError('usage: evaluate_node.mjs MODEL_FOLDER DOCUMENTS.json OUT.json');
  }
  const documents = await readJson(documentsFile);
  const { backend, model } = await openModel(folder);
  await writeJson(outputFile, { backend, documents: await evaluate(model, documents) });
});
