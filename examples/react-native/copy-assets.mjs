// Copies the files of an export into the app: `npm run assets -- ../../exported/keyboard`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '../../exported/keyboard'] = process.argv.slice(2);
try {
  const words = readFileSync(join(folder, 'vocabulary.txt'), 'utf8').trimEnd().split('\n');
  mkdirSync('assets', { recursive: true });
  copyFileSync(join(folder, 'model.tflite'), 'assets/model.tflite');
  writeFileSync('assets/vocabulary.json', JSON.stringify(words));
} catch (error) {
  console.error(`error: ${error.message}; name the folder of an export`);
  process.exit(2);
}
