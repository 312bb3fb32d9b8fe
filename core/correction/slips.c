#include "correction/slips.h"

#include <math.h>
#include <string.h>

#include "common/error.h"
#include "model/plain_letters.h"
#include "text/characters.h"

/* -- checking ------------------------------------------------------------------------------------------ */

#define COST(name) {#name, offsetof(elman_slip_costs, name), 0, MOST_COST}
#define MOST_COST 1000

typedef struct {
  const char *name;
  size_t offset;
  double least, most;
} cost_range;

static const cost_range cost_ranges[] = {
    COST(neighbour), COST(substitution), COST(vowel), COST(omission), COST(insertion), COST(brush),
    COST(transposition), COST(doubling), COST(undoubling), COST(mark), COST(extra_mark), COST(accent), COST(capital),
    COST(missing_space), COST(extra_space), COST(moved_space), COST(variant),
    COST(limit), COST(completion),
    {"touch_sigma", offsetof(elman_slip_costs, touch_sigma), 0.01, 100},
    {"context", offsetof(elman_slip_costs, context), 0, 10},
    {"spelling", offsetof(elman_slip_costs, spelling), 0, 10},
    {"unknown", offsetof(elman_slip_costs, unknown), -MOST_COST, MOST_COST},
    {"name", offsetof(elman_slip_costs, name), -MOST_COST, MOST_COST},
    {"stem", offsetof(elman_slip_costs, stem), -MOST_COST, MOST_COST},
    {"certain", offsetof(elman_slip_costs, certain), 0, 2},
    {"certain_known", offsetof(elman_slip_costs, certain_known), 0, 2},
    {"certain_unknown", offsetof(elman_slip_costs, certain_unknown), 0, 2},
    {"certain_revised", offsetof(elman_slip_costs, certain_revised), 0, 2},
    {"slip_rate", offsetof(elman_slip_costs, slip_rate), 0.001, 0.999},
    {"adaptation", offsetof(elman_slip_costs, adaptation), 0, 1},
};

elman_status elman_check_slip_costs(const elman_slip_costs *costs, elman_error *error) {
  for (size_t i = 0; i < sizeof cost_ranges / sizeof *cost_ranges; i++) {
    const cost_range *range = &cost_ranges[i];
    double value;
    memcpy(&value, (const char *)costs + range->offset, sizeof value);
    if (!(value >= range->least && value <= range->most))
      return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the cost %s is %g, but must be from %g to %g",
                        range->name, value, range->least, range->most);
  }
  return ELMAN_OK;
}

/* -- one letter instead of another ---------------------------------------------------------------------- */

static bool is_vowel(uint32_t point) {
  return point < ELMAN_ASCII && point > 0 && strchr("aeiouy", (int)point) != NULL;
}

static float lower_cost(float one, float other) { return one < other ? one : other; }

static float higher_cost(float one, float other) { return one > other ? one : other; }

static float square(float number) { return number * number; }

/* Of meaning one letter and choosing another. */
static float cost_of_choice(const elman_slips *of, uint32_t meant, uint32_t typed) {
  if (meant == typed) return 0;
  return (float)(is_vowel(meant) && is_vowel(typed) ? of->costs->vowel : of->costs->substitution);
}

/* Of one key instead of another, wherever the screen was touched. */
static float cost_of_keys(const elman_slips *of, uint32_t meant, uint32_t typed) {
  float cost = cost_of_choice(of, meant, typed);
  const elman_key *one = elman_layout_key(of->layout, meant);
  const elman_key *other = elman_layout_key(of->layout, typed);
  if (one == NULL || other == NULL) return cost;
  float distance = square(one->x - other->x) + square(one->y - other->y);
  float neighbour = (float)of->costs->neighbour * distance;
  return lower_cost(neighbour, cost);
}

static float distance_from(const elman_typed *typed, const elman_key *key) {
  return square(typed->touch.x - key->x) + square(typed->touch.y - key->y);
}

static float distance_from_nearest(const elman_layout *layout, const elman_typed *typed) {
  float nearest = INFINITY;
  for (size_t i = 0; i < layout->count; i++)
    nearest = lower_cost(nearest, distance_from(typed, &layout->keys[i]));
  return nearest;
}

/* Of touching the screen there in order to hit a key, relative to the nearest one. Without the touch or the
 * key, INFINITY. */
static float cost_of_touch(const elman_slips *of, uint32_t meant, const elman_typed *typed) {
  const elman_key *key = elman_layout_key(of->layout, meant);
  if (key == NULL || !typed->is_touched) return INFINITY;
  float distance = distance_from(typed, key) - typed->nearest;
  return distance / (2 * square((float)of->costs->touch_sigma));
}

/* Of a letter that was typed for another one with the same accents or none. */
static float cost_of_letter(const elman_slips *of, uint32_t meant, uint32_t plain,
                            const elman_typed *typed) {
  float touched = cost_of_touch(of, plain, typed);
  if (touched == INFINITY) return cost_of_keys(of, meant, plain);
  /* The finger missed the key of the meant letter, or another letter was chosen. */
  float missed = cost_of_touch(of, meant, typed), chosen = touched + cost_of_choice(of, meant, plain);
  return lower_cost(missed, chosen);
}

static float cost_of_replacing(const elman_slips *of, uint32_t meant, const elman_typed *typed) {
  if (meant == typed->point) return cost_of_letter(of, meant, meant, typed);
  uint32_t one = elman_without_accents(meant), other = elman_without_accents(typed->point);
  bool is_accented = one != meant || other != typed->point;
  uint32_t lower = elman_folded(one), folded = elman_folded(other);
  float cost = cost_of_letter(of, lower, folded, typed);
  if (is_accented) cost += (float)of->costs->accent;
  if (lower != one || folded != other) cost += (float)of->costs->capital;
  return cost;
}

static const float *costs_of_replacing(elman_slips *of, uint32_t meant) {
  bool is_ascii = meant < ELMAN_ASCII;
  float *costs = of->replaced[is_ascii ? meant : ELMAN_ASCII];
  if (is_ascii && of->is_known[meant]) return costs;
  if (is_ascii) of->is_known[meant] = true;
  for (size_t i = 0; i < of->count; i++) costs[i + 1] = cost_of_replacing(of, meant, &of->typed[i]);
  return costs;
}

/* The square of the largest distance of neighbours. */
#define ADJACENT 1.5f

/* -- letters too many or too few ------------------------------------------------------------------------ */

static bool are_adjacent(const elman_slips *of, uint32_t one, uint32_t other) {
  const elman_key *a = elman_layout_key(of->layout, one), *b = elman_layout_key(of->layout, other);
  return a != NULL && b != NULL && square(a->x - b->x) + square(a->y - b->y) <= ADJACENT;
}

/* Whether a typed letter is next to the one before or after it. */
static bool is_brushed(const elman_slips *of, size_t place) {
  uint32_t point = of->typed[place].point;
  return (place > 0 && are_adjacent(of, point, of->typed[place - 1].point)) ||
         (place + 1 < of->count && are_adjacent(of, point, of->typed[place + 1].point));
}

static float cost_of_inserting(const elman_slips *of, size_t place) {
  uint32_t point = of->typed[place].point;
  if (elman_is_mark(point)) return (float)of->costs->extra_mark;
  bool is_doubled = place > 0 && of->typed[place - 1].point == point;
  if (is_doubled) return (float)of->costs->doubling;
  return (float)(is_brushed(of, place) ? of->costs->brush : of->costs->insertion);
}

static float cost_of_omitting(const elman_slips *of, size_t row) {
  uint32_t point = of->points[row];
  if (elman_is_mark(point)) return (float)of->costs->mark;
  bool is_double = row > 1 && of->points[row - 1] == point;
  return (float)(is_double ? of->costs->undoubling : of->costs->omission);
}

/* -- rows ---------------------------------------------------------------------------------------------- */

/* The places of a letter among the typed ones. */
static uint64_t places_of(const elman_slips *of, uint32_t point) {
  uint64_t places = 0;
  if (point < ELMAN_ASCII) return of->places[point];
  for (size_t i = 0; i < of->count; i++) places |= (uint64_t)(of->typed[i].point == point) << i;
  return places;
}

/* What typed letters that are left cost at least if so many letters can follow. */
static inline float cost_of_rest(const elman_slips *of, int place, elman_slip_rest rest) {
  float left = (float)((int)of->count - place);
  float over = (left - (float)rest.most) * of->fewer, under = ((float)rest.fewest - left) * of->more;
  return higher_cost(higher_cost(over, under), 0);
}

/* The same for a swap of the row's letter, which must have been typed second, and the next one. */
static float least_by_swap(const elman_slips *of, size_t row, elman_slip_rest rest) {
  uint64_t swapped = row == 0 ? 0 : places_of(of, of->points[row]) >> 1;
  float least = INFINITY;
  rest.fewest++;
  rest.most++;
  for (size_t i = 0; swapped != 0; i++, swapped >>= 1)
    if (swapped & 1) least = lower_cost(least, of->rows[row - 1][i] + cost_of_rest(of, (int)i, rest));
  return least + (float)of->costs->transposition;
}

float elman_slips_least(const elman_slips *of, size_t row, elman_slip_rest rest) {
  float least = least_by_swap(of, row, rest), found[ELMAN_SLIP_COLUMNS];
  int count = (int)of->count;
  for (int i = 0; i <= count; i++) found[i] = of->rows[row][i] + cost_of_rest(of, i, rest);
  for (int i = 0; i <= count; i++) least = lower_cost(least, found[i]);
  return least;
}

/* What letters too many or too few cost at least. */
static void set_rest_costs(elman_slips *of) {
  const elman_slip_costs *costs = of->costs;
  of->more = lower_cost((float)costs->omission, (float)costs->undoubling);
  of->fewer = lower_cost(lower_cost((float)costs->insertion, (float)costs->brush),
                    lower_cost((float)costs->doubling, (float)costs->extra_mark));
}

void elman_slips_start(elman_slips *of, const elman_typed *typed, size_t count) {
  of->count = count;
  memcpy(of->typed, typed, count * sizeof *typed);
  memset(of->is_known, 0, sizeof of->is_known);
  memset(of->places, 0, sizeof of->places);
  of->rows[0][0] = 0;
  for (size_t i = 0; i < count; i++) {
    if (typed[i].point < ELMAN_ASCII) of->places[typed[i].point] |= (uint64_t)1 << i;
    if (typed[i].is_touched) of->typed[i].nearest = distance_from_nearest(of->layout, &typed[i]);
    float touched = cost_of_touch(of, typed[i].point, &of->typed[i]);
    of->touched[i + 1] = touched < INFINITY ? touched : 0;
    of->inserted[i + 1] = cost_of_inserting(of, i) + of->touched[i + 1];
    of->rows[0][i + 1] = of->rows[0][i] + of->inserted[i + 1];
  }
  set_rest_costs(of);
}

void elman_slips_start_at(elman_slips *of, const float *costs) {
  memcpy(of->rows[0], costs, (of->count + 1) * sizeof *costs);
}

/* Lower the costs of a row where its last two letters were typed in the other order. */
static void transpose(elman_slips *of, size_t row) {
  uint64_t swapped = places_of(of, of->points[row]) & places_of(of, of->points[row - 1]) >> 1;
  for (size_t i = 2; swapped != 0; i++, swapped >>= 1) {
    if (!(swapped & 1)) continue;
    float touched = of->touched[i - 1] + of->touched[i];
    float cost = of->rows[row - 2][i - 2] + (float)of->costs->transposition + touched;
    of->rows[row][i] = lower_cost(of->rows[row][i], cost);
  }
}

void elman_slips_add(elman_slips *of, size_t row, uint32_t point) {
  of->points[row] = point;
  const float *replaced = costs_of_replacing(of, point), *before = of->rows[row - 1];
  float omitted = cost_of_omitting(of, row), *costs = of->rows[row];
  costs[0] = before[0] + omitted;
  for (size_t i = 1; i <= of->count; i++)
    costs[i] = lower_cost(before[i - 1] + replaced[i], before[i] + omitted);
  if (row > 1) transpose(of, row);
  for (size_t i = 1; i <= of->count; i++) costs[i] = lower_cost(costs[i], costs[i - 1] + of->inserted[i]);
}

float elman_slips_literal(elman_slips *of) {
  float cost = 0;
  for (size_t i = 0; i < of->count; i++)
    cost += costs_of_replacing(of, of->typed[i].point)[i + 1];
  return cost;
}
