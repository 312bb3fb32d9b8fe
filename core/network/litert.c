/* The network in LiteRT: one step at a time, on one thread, with buffers that are made once. */
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "network/litert_api.h"
#include "network/network.h"

/* The version of the API that `libLiteRt.so` 2.3 reports for its CPU. */
#define API_MAJOR 1
#define CPU_OPTIONS "xnnpack"
#define CPU_SETTINGS "num_threads = 1\n"

typedef struct {
  LiteRtEnvironment environment;
  LiteRtModel model;
  LiteRtCompiledModel compiled;
  LiteRtTensorBuffer inputs[2], outputs[2];
  int token, state, logits, next_state; /* positions */
  size_t state_bytes, logits_bytes;
} litert;

static elman_status failed(elman_error *error, const char *task, LiteRtStatus status) {
  return elman_fail(error, ELMAN_ERROR_RUNTIME, "LiteRT failed (%d) while %s", status, task);
}

static elman_status create_environment(litert *network, elman_error *error) {
  /* By default, LiteRT would load GPU libraries and log to standard error. */
  const LiteRtEnvOption options[] = {
      {LITERT_OPTION_ACCELERATORS, {LITERT_ANY_INTEGER, {.integer = LITERT_CPU}}},
      {LITERT_OPTION_LOGGING, {LITERT_ANY_INTEGER, {.integer = LITERT_LOG_ERRORS}}}};
  LiteRtStatus status = LiteRtCreateEnvironment(2, options, &network->environment);
  return status ? failed(error, "creating an environment", status) : ELMAN_OK;
}

/* LiteRT does not report its own version, only that of its CPU accelerator. */
static elman_status check_version(LiteRtEnvironment environment, elman_error *error) {
  size_t count = 0;
  LiteRtAccelerator cpu = NULL;
  LiteRtApiVersion version = {0, 0, 0};
  if (LiteRtGetNumAccelerators(environment, &count) || count == 0 ||
      LiteRtGetAccelerator(environment, 0, &cpu) || LiteRtGetAcceleratorVersion(cpu, &version))
    return elman_fail(error, ELMAN_ERROR_VERSION, "libLiteRt.so has no CPU accelerator");
  if (version.major != API_MAJOR)
    return elman_fail(error, ELMAN_ERROR_VERSION,
                      "libLiteRt.so has API version %d.%d, but this library needs %d: use LiteRT 2.3",
                      version.major, version.minor, API_MAJOR);
  return ELMAN_OK;
}

static elman_status create_litert_model(elman_view file, litert *network, elman_error *error) {
  LiteRtModel model = NULL;
  /* LiteRT 2.3 needs no environment here. Older versions expect the bytes as the first argument and
   * reject a null pointer, so they fail here before reading anything. */
  LiteRtStatus status = LiteRtCreateModelFromBuffer(NULL, file.bytes, file.length, &model);
  if (status != LITERT_OK || model == NULL)
    return elman_fail(error, ELMAN_ERROR_VERSION,
                      "LiteRT cannot read the model (%d): use LiteRT 2.3", status);
  network->model = model;
  return ELMAN_OK;
}

static LiteRtStatus add_cpu_settings(LiteRtOptions options) {
  LiteRtOpaqueOptions opaque = NULL;
  char *settings = malloc(sizeof CPU_SETTINGS);
  if (settings == NULL) return -1;
  memcpy(settings, CPU_SETTINGS, sizeof CPU_SETTINGS);
  LiteRtStatus status = LiteRtCreateOpaqueOptions(CPU_OPTIONS, settings, free, &opaque);
  if (status != LITERT_OK) {
    free(settings);
    return status;
  }
  status = LiteRtAddOpaqueOptions(options, opaque);
  if (status != LITERT_OK) LiteRtDestroyOpaqueOptions(opaque);
  return status;
}

static elman_status compile(litert *network, elman_error *error) {
  LiteRtOptions options = NULL;
  LiteRtStatus status = LiteRtCreateOptions(&options);
  if (status != LITERT_OK) return failed(error, "creating options", status);
  status = LiteRtSetOptionsHardwareAccelerators(options, LITERT_CPU);
  if (status == LITERT_OK) status = add_cpu_settings(options);
  if (status == LITERT_OK)
    status = LiteRtCreateCompiledModel(network->environment, network->model, options,
                                       &network->compiled);
  LiteRtDestroyOptions(options);
  return status ? failed(error, "compiling the model", status) : ELMAN_OK;
}

/* -- tensors --------------------------------------------------------------------------------------- */

/* The shape that a tensor must have according to the facts. */
typedef struct {
  const char *name;
  int element_type, rank;
  int32_t dimensions[3];
} expected_tensor;

static bool is_as_expected(const LiteRtRankedTensorType *type, const expected_tensor *expected) {
  if (type->element_type != expected->element_type || type->layout.has_strides ||
      type->layout.rank != (unsigned)expected->rank)
    return false;
  size_t bytes = (size_t)expected->rank * sizeof *expected->dimensions;
  return memcmp(type->layout.dimensions, expected->dimensions, bytes) == 0;
}

typedef struct {
  LiteRtStatus (*name)(LiteRtSignature, size_t, const char **);
  LiteRtStatus (*tensor)(LiteRtSignature, size_t, LiteRtTensor *);
  LiteRtStatus (*requirements)(LiteRtCompiledModel, size_t, size_t,
                               LiteRtTensorBufferRequirements *);
} side;

static const side input_side = {LiteRtGetSignatureInputName, LiteRtGetSignatureInputTensorByIndex,
                                LiteRtGetCompiledModelInputBufferRequirements};
static const side output_side = {LiteRtGetSignatureOutputName,
                                 LiteRtGetSignatureOutputTensorByIndex,
                                 LiteRtGetCompiledModelOutputBufferRequirements};

static size_t size_of(const expected_tensor *expected) {
  size_t count = 1;
  for (int i = 0; i < expected->rank; i++) count *= (size_t)expected->dimensions[i];
  return 4 * count;
}

/* Create the buffer of the tensor at a position. It must be one of the two expected tensors; `*which`
 * receives its index. */
static elman_status open_tensor(litert *network, LiteRtSignature signature, const side *from,
                                int position, elman_view list, const expected_tensor expected[2],
                                LiteRtTensorBuffer *buffer, int *which, elman_error *error) {
  const char *name = NULL;
  LiteRtTensor tensor = NULL;
  LiteRtRankedTensorType type;
  LiteRtTensorBufferRequirements requirements = NULL;
  size_t size = 0, index = (size_t)position;
  if (from->name(signature, index, &name) || from->tensor(signature, index, &tensor) ||
      LiteRtGetRankedTensorType(tensor, &type))
    return failed(error, "reading the model's tensors", -1);
  *which = strcmp(name, expected[0].name) == 0 ? 0 : 1;
  if (strcmp(name, expected[*which].name) != 0 || !elman_is_listed(list, position, name) ||
      !is_as_expected(&type, &expected[*which]))
    return elman_fail(error, ELMAN_ERROR_MODEL,
                      "its tensor %.40s does not have the shape or position that its facts state",
                      name);
  LiteRtStatus status = from->requirements(network->compiled, 0, index, &requirements);
  if (status == LITERT_OK)
    status = LiteRtCreateManagedTensorBufferFromRequirements(network->environment, &type,
                                                             requirements, buffer);
  if (status == LITERT_OK) status = LiteRtGetTensorBufferPackedSize(*buffer, &size);
  if (status != LITERT_OK || size != size_of(&expected[*which]))
    return failed(error, "creating a tensor buffer", status);
  return ELMAN_OK;
}

static elman_status open_tensors(litert *network, const elman_contents *contents,
                                 elman_error *error) {
  int32_t layers = (int32_t)contents->layers, units = (int32_t)contents->units;
  const expected_tensor ins[2] = {{"token", LITERT_INT32, 1, {1, 0, 0}},
                                  {"state", LITERT_FLOAT32, 3, {layers, 1, units}}};
  const expected_tensor outs[2] = {
      {"logits", LITERT_FLOAT32, 2, {1, (int32_t)contents->vocabulary_size, 0}},
      {"next_state", LITERT_FLOAT32, 3, {layers, 1, units}}};
  LiteRtSignature signature = NULL;
  size_t signatures = 0, inputs = 0, outputs = 0;
  if (LiteRtGetNumModelSignatures(network->model, &signatures) || signatures != 1 ||
      LiteRtGetModelSignature(network->model, 0, &signature) ||
      LiteRtGetNumSignatureInputs(signature, &inputs) || inputs != 2 ||
      LiteRtGetNumSignatureOutputs(signature, &outputs) || outputs != 2)
    return elman_fail(error, ELMAN_ERROR_MODEL,
                      "it must have one signature with two inputs and two outputs");
  int in[2] = {-1, -1}, out[2] = {-1, -1}, which;
  elman_status status = ELMAN_OK;
  for (int i = 0; i < 2 && !status; i++) {
    status = open_tensor(network, signature, &input_side, i, contents->inputs, ins,
                         &network->inputs[i], &which, error);
    if (!status) in[which] = i;
  }
  for (int i = 0; i < 2 && !status; i++) {
    status = open_tensor(network, signature, &output_side, i, contents->outputs, outs,
                         &network->outputs[i], &which, error);
    if (!status) out[which] = i;
  }
  if (!status && (in[0] < 0 || in[1] < 0 || out[0] < 0 || out[1] < 0))
    return elman_fail(error, ELMAN_ERROR_MODEL, "two of its tensors have the same name");
  network->token = in[0], network->state = in[1];
  network->logits = out[0], network->next_state = out[1];
  return status;
}

static void close_litert(void *host) {
  litert *network = host;
  for (int i = 0; i < 2; i++) {
    if (network->inputs[i] != NULL) LiteRtDestroyTensorBuffer(network->inputs[i]);
    if (network->outputs[i] != NULL) LiteRtDestroyTensorBuffer(network->outputs[i]);
  }
  if (network->compiled != NULL) LiteRtDestroyCompiledModel(network->compiled);
  if (network->model != NULL) LiteRtDestroyModel(network->model);
  if (network->environment != NULL) LiteRtDestroyEnvironment(network->environment);
  free(network);
}

/* -- running --------------------------------------------------------------------------------------- */

/* Write values to a tensor, or zeros if `values` is NULL. */
static LiteRtStatus write_tensor(LiteRtTensorBuffer buffer, const void *values, size_t bytes) {
  void *memory = NULL;
  LiteRtStatus status = LiteRtLockTensorBuffer(buffer, &memory, LITERT_LOCK_WRITE);
  if (status != LITERT_OK) return status;
  if (values != NULL)
    memcpy(memory, values, bytes);
  else
    memset(memory, 0, bytes);
  return LiteRtUnlockTensorBuffer(buffer);
}

static LiteRtStatus read_tensor(LiteRtTensorBuffer buffer, void *values, size_t bytes) {
  void *memory = NULL;
  if (values == NULL) return LITERT_OK;
  LiteRtStatus status = LiteRtLockTensorBuffer(buffer, &memory, LITERT_LOCK_READ);
  if (status != LITERT_OK) return status;
  memcpy(values, memory, bytes);
  return LiteRtUnlockTensorBuffer(buffer);
}

static int step_litert(void *host, int32_t token_id, const float *state, float *logits,
                       float *next_state) {
  litert *network = host;
  LiteRtStatus status =
      write_tensor(network->inputs[network->token], &token_id, sizeof token_id);
  if (!status)
    status = write_tensor(network->inputs[network->state], state, network->state_bytes);
  if (!status)
    status = LiteRtRunCompiledModel(network->compiled, 0, 2, network->inputs, 2,
                                    network->outputs);
  if (!status)
    status = read_tensor(network->outputs[network->logits], logits, network->logits_bytes);
  if (!status)
    status = read_tensor(network->outputs[network->next_state], next_state, network->state_bytes);
  return status;
}

elman_status elman_litert(const elman_contents *contents, elman_network *network,
                          elman_error *error) {
  litert *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening LiteRT");
  network->host = opened, network->step = step_litert, network->close = close_litert;
  opened->state_bytes = elman_state_count(network) * sizeof(float);
  opened->logits_bytes = (size_t)network->vocabulary_size * sizeof(float);
  elman_status status = create_environment(opened, error);
  if (!status) status = check_version(opened->environment, error);
  if (!status) status = create_litert_model(contents->file, opened, error);
  if (!status) status = compile(opened, error);
  if (!status) status = open_tensors(opened, contents, error);
  return status;
}
