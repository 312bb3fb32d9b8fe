#include "session/completing.h"

#include "session/typed.h"

/* Letters. With fewer, nearly all words are near. */
#define SHORTEST_SLIP 3

void elman_complete_slips(elman_session *session, const elman_output *output, bool all, double floor,
                          elman_readings *readings) {
  elman_corrector *corrector = session->corrector;
  elman_view key;
  readings->count = 0;
  if (!elman_start_typed(session, NULL, 0, &key) || corrector->slips.count < SHORTEST_SLIP) return;
  elman_readings_prepare(session, output);
  double unknown = elman_reading_unknown(session, output, key);
  elman_reading_search search = {.session = session,
                                 .output = output,
                                 .all = all,
                                 .completes = true,
                                 .key = {"", 0},
                                 .floor = floor > unknown ? floor : unknown,
                                 .limit = (float)corrector->costs.limit,
                                 .best = readings};
  elman_readings_find(&search);
}
