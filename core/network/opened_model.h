/* An open model, shared by its sessions. */
#ifndef ELMAN_OPENED_MODEL_H
#define ELMAN_OPENED_MODEL_H

#include <stdatomic.h>

#include "elman.h"
#include "model/blocklist.h"
#include "model/file.h"
#include "model/tail.h"
#include "model/vocabulary.h"
#include "network/network.h"

struct elman_model {
  atomic_flag in_use;
  size_t sessions;
  elman_view file;
  char *texts; /* name, licence and version, each terminated by a NUL */
  elman_contents contents;
  elman_vocabulary vocabulary;
  elman_tail tail; /* without tail words: of size 0 */
  elman_blocklist blocklist;
  elman_network network;
  elman_facts facts;
};

/* Start and finish a call on a model. Only one call may run at a time. */
elman_status elman_enter(elman_model *model, elman_error *error);
void elman_leave(elman_model *model);

#endif
