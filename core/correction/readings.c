/*
 * An exact search: branches of a trie are left out only if no word in them can be among the best. What a branch
 * can reach is bounded by the highest log-probability in it and the lowest cost in the latest row of slips.
 */
#include "correction/readings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "correction/variants.h"
#include "text/characters.h"

/* -- log-probabilities --------------------------------------------------------------------------------- */

static uint32_t first_learned_number(const elman_reader *reader) {
  return reader->model->vocabulary.size;
}

static bool mixes(const elman_reader *reader) {
  return reader->mixture->profile != NULL && reader->mixture->blend.mixes;
}

/* A word's probability or, without a profile, its logit. */
static float raw_of_number(const elman_reader *reader, uint32_t number) {
  return mixes(reader) ? reader->mixture->probabilities[number] : reader->output->logits[number];
}

/* The logarithm of a probability or, without a profile, the log-probability of a logit. */
static float log_of_raw(const elman_reader *reader, float raw) {
  return (float)(mixes(reader) ? log(raw) : raw - reader->output->log_normaliser);
}

float elman_reading_log(const elman_reader *reader, uint32_t number) {
  uint32_t rare = elman_first_tail_number(reader->model);
  bool is_rare = number >= rare;
  float value = log_of_raw(reader, raw_of_number(reader, is_rare ? ELMAN_UNKNOWN : number));
  return is_rare ? value + reader->model->tail.shares[number - rare].log : value;
}

elman_view elman_reading_word(const elman_reader *reader, uint32_t number) {
  uint32_t learned = first_learned_number(reader), rare = elman_first_tail_number(reader->model);
  if (number >= rare) return elman_vocabulary_entry(&reader->model->tail.words, number - rare);
  if (number < learned) return elman_vocabulary_entry(&reader->model->vocabulary, number);
  return elman_word_written(&reader->mixture->profile->counts, number - learned);
}

bool elman_reading_find(const elman_reader *reader, elman_view key, uint32_t *number) {
  const elman_model *model = reader->model;
  *number = elman_vocabulary_find_key(&model->vocabulary, key);
  if (*number != ELMAN_UNKNOWN) return true;
  uint32_t word = mixes(reader) ? elman_word_find(&reader->mixture->profile->counts, key)
                                 : ELMAN_NO_NODE;
  if (word != ELMAN_NO_NODE) {
    *number = first_learned_number(reader) + word;
    return true;
  }
  uint32_t rare = elman_tail_find(&model->tail, key);
  *number = elman_first_tail_number(model) + rare;
  return rare != ELMAN_UNKNOWN;
}

double elman_reading_unknown(const elman_reader *reader, elman_view key) {
  const elman_slip_costs *costs = &reader->corrector->costs;
  const elman_model *model = reader->model;
  double value = elman_reading_log(reader, ELMAN_UNKNOWN) + log(model->tail.rest);
  double spelling = elman_letters_nats(&model->tail.letters, key);
  return costs->context * value - costs->spelling * spelling - costs->unknown;
}

double elman_reading_score(const elman_reader *reader, elman_view word) {
  char folded[ELMAN_TEXT_CAPACITY(ELMAN_WORD_CAPACITY)];
  elman_view key;
  uint32_t number;
  if (!elman_vocabulary_key(&reader->model->vocabulary, word.bytes, word.length, folded,
                            sizeof folded, &key))
    return -INFINITY;
  if (!elman_reading_find(reader, key, &number)) return elman_reading_unknown(reader, key);
  return reader->corrector->costs.context * elman_reading_log(reader, number);
}

/* -- memory -------------------------------------------------------------------------------------------- */

size_t elman_corrector_bytes(const elman_model *model) {
  return sizeof(elman_corrector) + model->vocabulary.trie.count * sizeof(float);
}

elman_corrector *elman_corrector_open(const elman_model *model) {
  elman_corrector *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return NULL;
  opened->values = malloc((model->vocabulary.trie.count + 1) * sizeof *opened->values);
  if (opened->values == NULL) {
    free(opened);
    return NULL;
  }
  opened->costs = elman_usual_slip_costs;
  opened->slips.costs = &opened->costs;
  opened->slips.layout = &opened->layout;
  elman_layout_read(&opened->layout, (elman_view){"qwerty", 6}, NULL);
  return opened;
}

void elman_corrector_close(elman_corrector *corrector) {
  if (corrector != NULL) free(corrector->values);
  free(corrector);
}

/* -- what branches can reach ---------------------------------------------------------------------------- */

/* Branches keep the highest one of their words. Its logarithm is only computed where a search comes. */
static float raw_of_entry(const void *reader, uint32_t id) { return raw_of_number(reader, id); }

static float raw_of_learned(const void *of, uint32_t word) {
  const elman_reader *reader = of;
  return raw_of_number(reader, first_learned_number(reader) + word);
}

void elman_readings_prepare(const elman_reader *reader) {
  elman_corrector *corrector = reader->corrector;
  elman_mixture *mixture = reader->mixture;
  bool is_mixed = mixes(reader), is_new = corrector->step != reader->output->step;
  if (is_mixed) {
    elman_mix(mixture, reader->model, reader->output, true);
    bool is_spelled = elman_mixture_spell(mixture);
    is_new = is_new || is_spelled || corrector->mixing != mixture->count;
    if (is_new) elman_trie_raise(&mixture->trie, mixture->reached, raw_of_learned, reader);
  }
  if (is_new || corrector->is_mixed != is_mixed)
    elman_trie_raise(&reader->model->vocabulary.trie, corrector->values, raw_of_entry, reader);
  corrector->step = reader->output->step;
  corrector->mixing = mixture->count;
  corrector->is_mixed = is_mixed;
}

/* -- the best readings ---------------------------------------------------------------------------------- */

static bool comes_before(const elman_reading *one, const elman_reading *other) {
  return one->score > other->score || (one->score == other->score && one->number < other->number);
}

void elman_readings_add(elman_readings *best, const elman_reading *reading) {
  size_t place = best->count;
  if (place == best->most && !comes_before(reading, &best->found[place - 1])) return;
  if (place == best->most) place--;
  for (; place > 0 && comes_before(reading, &best->found[place - 1]); place--)
    best->found[place] = best->found[place - 1];
  best->found[place] = *reading;
  best->count += best->count < best->most;
}

void elman_readings_remove(elman_readings *readings, size_t place) {
  memmove(readings->found + place, readings->found + place + 1,
          (--readings->count - place) * sizeof *readings->found);
}

/* The least score that is still wanted. */
static double least_wanted(const elman_reading_search *of) {
  const elman_readings *best = of->best;
  if (best->count < best->most) return of->floor;
  double last = best->found[best->most - 1].score;
  return last > of->floor ? last : of->floor;
}

/* Whether readings with this log-probability and this cost, or worse ones, may be wanted. */
static bool may_be_wanted(elman_reading_search *of, float value, float cost) {
  if (cost > of->limit || value == -INFINITY) return false;
  bool wanted = of->reader->corrector->costs.context * value - cost >= least_wanted(of);
  of->is_cut = of->is_cut || !wanted;
  return wanted;
}

/* -- which words are shown ------------------------------------------------------------------------------ */

static bool is_shown_learned(const elman_reader *reader, uint32_t word, bool all) {
  const elman_mixture *mixture = reader->mixture;
  if (!all && mixture->blocked[word]) return false;
  if (mixture->tails[word] == ELMAN_UNKNOWN &&
      mixture->profile->counts.words[word].count < ELMAN_SUGGESTED_COUNT)
    return false;
  elman_view folded = elman_word_folded(&mixture->profile->counts, word);
  return elman_text_is_word(folded.bytes, folded.length);
}

static bool is_shown_rare(const elman_reader *reader, uint32_t id, bool all) {
  if (mixes(reader) && reader->mixture->learned[id] != ELMAN_NO_NODE) return false;
  return all || !(reader->model->tail.words.flags[id] & ELMAN_BLOCKED);
}

bool elman_reading_is_shown(const elman_reader *reader, uint32_t number, bool all) {
  uint32_t learned = first_learned_number(reader), rare = elman_first_tail_number(reader->model);
  if (number >= rare) return is_shown_rare(reader, number - rare, all);
  if (number >= learned) return is_shown_learned(reader, number - learned, all);
  return all || !(reader->model->vocabulary.flags[number] & ELMAN_BLOCKED);
}

/* -- searching ------------------------------------------------------------------------------------------ */

/* Offer a word for each number of typed letters that it may stand for. */
static void offer_half(elman_reading_search *of, uint32_t number, size_t row, float value, float more) {
  const elman_corrector *corrector = of->reader->corrector;
  for (size_t i = 1; i < corrector->slips.count; i++) {
    float cost = corrector->slips.rows[row][i] + more;
    double score = corrector->costs.context * value - cost;
    if (cost <= of->limit && score >= of->floor && score > of->halves[i].score)
      of->halves[i] = (elman_half){number, score};
  }
}

/* What a word costs that should be spelled in another way. */
static float cost_of_misspelling(const elman_reading_search *of, elman_view key, uint32_t number) {
  bool is_misspelled = elman_reading_is_misspelled(of->reader, key, number);
  return is_misspelled ? (float)of->reader->corrector->costs.variant : 0;
}

static void offer_word(elman_reading_search *of, const elman_trie_node *node, const char *texts,
                       size_t row, float cost) {
  uint32_t number = of->first + node->word;
  elman_view key = {texts + node->text, node->depth};
  if (elman_compare(key, of->key) == 0 || !elman_reading_is_shown(of->reader, number, of->all)) return;
  float value = elman_reading_log(of->reader, number);
  float more = cost_of_misspelling(of, key, number);
  cost += more;
  if (of->halves != NULL) offer_half(of, number, row, value, more);
  if (of->halves != NULL || !may_be_wanted(of, value, cost)) return;
  elman_reading reading = {number, cost, of->reader->corrector->costs.context * value - cost};
  elman_readings_add(of->best, &reading);
}

/* Where a search stands: what the nodes above spell, and the lowest cost at which they matched all typed
 * letters. */
typedef struct {
  size_t bytes, row;
  float reached;
} trie_place;

/* How many letters of a branch's words count after a row. */
static elman_slip_rest rest_of(const elman_reading_search *of, const elman_trie_node *node, size_t row) {
  if (of->halves != NULL) return (elman_slip_rest){0, ELMAN_MOST_TYPED};
  int fewest = node->shortest - (int)row;
  return (elman_slip_rest){of->completes || fewest < 0 ? 0 : fewest, node->longest - (int)row};
}

/* Add rows for the letters of a node. Returns false if its branch cannot have a wanted word. */
static bool spell_node(elman_reading_search *of, const elman_trie *trie, const float *values, uint32_t at,
                       trie_place *place) {
  const elman_trie_node *node = &trie->nodes[at];
  elman_slips *slips = &of->reader->corrector->slips;
  elman_view key = {trie->texts + node->text, node->depth};
  float value = of->is_raw ? log_of_raw(of->reader, values[at]) : values[at] + of->shift;
  while (place->bytes < key.length) {
    elman_character next = elman_character_at(key, place->bytes);
    place->bytes += next.width;
    elman_slips_add(slips, ++place->row, next.point);
    float cost = elman_slips_cost(slips, place->row);
    float least = elman_slips_least(slips, place->row, rest_of(of, node, place->row));
    if (of->completes && cost < place->reached) place->reached = cost;
    if (place->reached == 0) return false;
    if (place->reached < least) least = place->reached;
    if (!may_be_wanted(of, value, least)) return false;
  }
  return true;
}

static void search_branch(elman_reading_search *of, const elman_trie *trie, const float *values,
                          uint32_t at, trie_place place) {
  const elman_trie_node *node = &trie->nodes[at];
  if (!spell_node(of, trie, values, at, &place)) return;
  if (node->is_word) {
    float cost = elman_slips_cost(&of->reader->corrector->slips, place.row);
    offer_word(of, node, trie->texts, place.row, of->completes ? place.reached : cost);
  }
  for (uint32_t child = at + 1; child < node->end; child = trie->nodes[child].end)
    search_branch(of, trie, values, child, place);
}

static void search_list(elman_reading_search *of, const elman_trie *trie, const float *values,
                        uint32_t first) {
  of->first = first;
  if (trie->count > 0) search_branch(of, trie, values, 0, (trie_place){0, 0, INFINITY});
}

void elman_readings_search(elman_reading_search *of) {
  const elman_reader *reader = of->reader;
  const elman_model *model = reader->model;
  const elman_corrector *corrector = reader->corrector;
  of->is_raw = true;
  search_list(of, &model->vocabulary.trie, corrector->values, 0);
  if (mixes(reader))
    search_list(of, &reader->mixture->trie, reader->mixture->reached, first_learned_number(reader));
  of->is_raw = false;
  of->shift = elman_reading_log(reader, ELMAN_UNKNOWN);
  search_list(of, &model->tail.words.trie, model->tail.highest, elman_first_tail_number(reader->model));
}

/* The floor of the first pass, and how much lower it is in each further one until a reading is found. */
#define FIRST_FLOOR (-8)
#define DEEPER 8

/* Leave out readings that are too much worse than the best one. */
static void drop_unlikely(elman_readings *best) {
  while (best->count > 1 &&
         best->found[best->count - 1].score < best->found[0].score - ELMAN_READING_WINDOW)
    best->count--;
}

void elman_readings_find(elman_reading_search *search) {
  double least = search->floor;
  elman_readings *best = search->best;
  for (double floor = FIRST_FLOOR;; floor -= DEEPER) {
    if (best->count > 0 && best->found[0].score - ELMAN_READING_WINDOW < floor + DEEPER)
      floor = best->found[0].score - ELMAN_READING_WINDOW;
    search->floor = floor > least ? floor : least;
    search->is_cut = false;
    best->count = 0;
    elman_readings_search(search);
    bool is_deep = best->count > 0 && best->found[0].score - ELMAN_READING_WINDOW >= search->floor;
    if (!search->is_cut || best->count == best->most || is_deep || floor <= least) break;
  }
  drop_unlikely(best);
}
