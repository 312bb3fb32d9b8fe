#include "correction/completing.h"

#include "correction/typed.h"

/* Letters. With fewer, nearly all words are near. */
#define SHORTEST_SLIP 3

void elman_complete_slips(const elman_reader *reader, elman_view prefix, bool all, double floor,
                          elman_readings *readings) {
  elman_corrector *corrector = reader->corrector;
  elman_view key;
  readings->count = 0;
  if (!elman_start_typed(reader, prefix, NULL, 0, &key) || corrector->slips.count < SHORTEST_SLIP) return;
  elman_readings_prepare(reader);
  double unknown = elman_reading_unknown(reader, key);
  elman_reading_search search = {.reader = reader,
                                 .all = all,
                                 .completes = true,
                                 .key = {"", 0},
                                 .floor = floor > unknown ? floor : unknown,
                                 .limit = (float)corrector->costs.limit,
                                 .best = readings};
  elman_readings_find(&search);
}
