import { useMemo, useState } from 'react';
import { Pressable, StyleSheet, Text, TextInput, View } from 'react-native';
import { useTensorflowModel } from 'react-native-fast-tflite';
import { LanguageModel } from './language-model';

const vocabulary: string[] = require('./assets/vocabulary.json');

/** A text field with three suggestions above it. */
export default function App() {
  const loaded = useTensorflowModel(require('./assets/model.tflite'), []);
  const [text, setText] = useState('');
  const model = useMemo(
    () => loaded.model && new LanguageModel(loaded.model, vocabulary),
    [loaded.model],
  );
  const suggestions = useMemo(() => model?.suggest(text) ?? [], [model, text]);
  if (loaded.state === 'error') return <Text style={styles.page}>{loaded.error.message}</Text>;
  return (
    <View style={styles.page}>
      <View style={styles.strip}>
        {suggestions.map((word) => (
          <Pressable key={word} onPress={() => setText(accepted(text, word))}>
            <Text style={styles.word}>{word}</Text>
          </Pressable>
        ))}
      </View>
      <TextInput autoFocus multiline onChangeText={setText} style={styles.field} value={text} />
    </View>
  );
}

/** Return the text with the word that is being typed, if any, replaced by `word` and a space. */
function accepted(text: string, word: string): string {
  return `${text.replace(/[\p{L}\p{M}\p{N}'’-]+$/u, '')}${word} `;
}

const styles = StyleSheet.create({
  page: { flex: 1, padding: 24, paddingTop: 64 },
  strip: { flexDirection: 'row', justifyContent: 'space-around', minHeight: 40 },
  word: { fontSize: 18 },
  field: { borderRadius: 8, borderWidth: 1, flex: 1, fontSize: 18, padding: 12 },
});
