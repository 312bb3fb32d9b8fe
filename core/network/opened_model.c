#include "network/opened_model.h"

#include "common/error.h"

elman_status elman_enter(elman_model *model, elman_error *error) {
  if (atomic_flag_test_and_set_explicit(&model->in_use, memory_order_acquire))
    return elman_fail(error, ELMAN_ERROR_BUSY, "another call on this model is running");
  return ELMAN_OK;
}

void elman_leave(elman_model *model) {
  atomic_flag_clear_explicit(&model->in_use, memory_order_release);
}
