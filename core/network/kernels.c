/*
 * Integers are multiplied and added exactly, in whatever order, so that every processor gives the same
 * bits. So does the rounding: its only operations are single additions and products of floats.
 */
#include "network/kernels.h"

#include <string.h>

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

#if defined(__GNUC__) && defined(__x86_64__)
#define ELMAN_X86 1
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__GNUC__) && defined(__ARM_NEON)
#define ELMAN_NEON 1
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

/* -- products ---------------------------------------------------------------------------------------- */

static void multiply_plainly(const uint8_t *vector, const int8_t *rows, size_t columns,
                             int32_t sums[4]) {
  for (int r = 0; r < 4; r++, rows += columns) {
    int32_t sum = 0;
    for (size_t i = 0; i < columns; i++) sum += (int32_t)vector[i] * rows[i];
    sums[r] = sum;
  }
}

#if defined(ELMAN_X86) || defined(ELMAN_NEON)
/* The columns behind the last whole vector instruction. */
static inline void multiply_rest(const uint8_t *vector, const int8_t *rows, size_t columns,
                                 size_t first, bool is_signed, int32_t sums[4]) {
  for (size_t i = first; i < columns; i++) {
    int32_t number = is_signed && vector[i] > 127 ? vector[i] - 256 : vector[i];
    for (size_t r = 0; r < 4; r++) sums[r] += number * rows[r * columns + i];
  }
}
#endif

#ifdef ELMAN_X86
#define TARGET(names) __attribute__((target(names)))

TARGET("avx2")
static void store_sums(const __m256i lanes[4], int32_t sums[4]) {
  __m256i halves = _mm256_hadd_epi32(_mm256_hadd_epi32(lanes[0], lanes[1]),
                                     _mm256_hadd_epi32(lanes[2], lanes[3]));
  __m128i whole = _mm_add_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
  _mm_storeu_si128((__m128i *)(void *)sums, whole);
}

TARGET("avx2")
static void multiply_avx2(const uint8_t *vector, const int8_t *rows, size_t columns,
                          int32_t sums[4]) {
  __m256i lanes[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                      _mm256_setzero_si256()};
  size_t i = 0;
  for (; i + 16 <= columns; i += 16) {
    __m256i x = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)(vector + i)));
    for (size_t r = 0; r < 4; r++) {
      __m128i bytes = _mm_loadu_si128((const void *)(rows + r * columns + i));
      __m256i products = _mm256_madd_epi16(x, _mm256_cvtepi8_epi16(bytes));
      lanes[r] = _mm256_add_epi32(lanes[r], products);
    }
  }
  store_sums(lanes, sums);
  multiply_rest(vector, rows, columns, i, false, sums);
}

#if __GNUC__ >= 9 || defined(__clang__)
#define ELMAN_VNNI 1
TARGET("avx2,avx512vl,avx512vnni")
static void multiply_vnni(const uint8_t *vector, const int8_t *rows, size_t columns,
                          int32_t sums[4]) {
  __m256i lanes[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                      _mm256_setzero_si256()};
  size_t i = 0;
  for (; i + 32 <= columns; i += 32) {
    __m256i x = _mm256_loadu_si256((const void *)(vector + i));
    for (size_t r = 0; r < 4; r++) {
      __m256i bytes = _mm256_loadu_si256((const void *)(rows + r * columns + i));
      lanes[r] = _mm256_dpbusd_epi32(lanes[r], x, bytes);
    }
  }
  store_sums(lanes, sums);
  multiply_rest(vector, rows, columns, i, false, sums);
}
#endif

static bool reads_registers(uint64_t wanted) {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (((uint64_t)high << 32 | low) & wanted) == wanted;
}

/* A feature needs the processor, and a system that keeps its registers. */
static size_t find_kernels(elman_kernel found[ELMAN_MOST_KERNELS]) {
  enum { OSXSAVE = 1 << 27, AVX2 = 1 << 5, VNNI = 1 << 11, YMM = 0x6, ZMM = 0xe6 };
  unsigned a, b, c, d;
  size_t count = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE) || !reads_registers(YMM)) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & AVX2)) return 0;
#ifdef ELMAN_VNNI
  bool has_vl = b >> 31;
  if (has_vl && (c & VNNI) && reads_registers(ZMM))
    found[count++] = (elman_kernel){"AVX-512 VNNI", multiply_vnni, 128};
#endif
  found[count++] = (elman_kernel){"AVX2", multiply_avx2, 128};
  return count;
}

#elif defined(ELMAN_NEON)

static void store_sums(const int32x4_t lanes[4], int32_t sums[4]) {
  for (int r = 0; r < 4; r++) {
    int32x2_t pair = vadd_s32(vget_low_s32(lanes[r]), vget_high_s32(lanes[r]));
    sums[r] = vget_lane_s32(vpadd_s32(pair, pair), 0);
  }
}

static void multiply_neon(const uint8_t *vector, const int8_t *rows, size_t columns,
                          int32_t sums[4]) {
  int32x4_t lanes[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  size_t i = 0;
  for (; i + 16 <= columns; i += 16) {
    int8x16_t x = vreinterpretq_s8_u8(vld1q_u8(vector + i));
    for (size_t r = 0; r < 4; r++) {
      int8x16_t bytes = vld1q_s8(rows + r * columns + i);
      lanes[r] = vpadalq_s16(lanes[r], vmull_s8(vget_low_s8(x), vget_low_s8(bytes)));
      lanes[r] = vpadalq_s16(lanes[r], vmull_s8(vget_high_s8(x), vget_high_s8(bytes)));
    }
  }
  store_sums(lanes, sums);
  multiply_rest(vector, rows, columns, i, true, sums);
}

/* Dot products are a part of ARMv8.2 that Linux names at run time, and Apple's processors all have. */
#if defined(__aarch64__) && (defined(__linux__) || defined(__ARM_FEATURE_DOTPROD))
#define ELMAN_DOTPROD 1
#if defined(__ARM_FEATURE_DOTPROD)
#define TARGET_DOTPROD
#elif defined(__clang__)
#define TARGET_DOTPROD __attribute__((target("dotprod")))
#else
#define TARGET_DOTPROD __attribute__((target("arch=armv8.2-a+dotprod")))
#endif

TARGET_DOTPROD
static void multiply_dotprod(const uint8_t *vector, const int8_t *rows, size_t columns,
                             int32_t sums[4]) {
  int32x4_t lanes[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  size_t i = 0;
  for (; i + 16 <= columns; i += 16) {
    int8x16_t x = vreinterpretq_s8_u8(vld1q_u8(vector + i));
    for (size_t r = 0; r < 4; r++)
      lanes[r] = vdotq_s32(lanes[r], x, vld1q_s8(rows + r * columns + i));
  }
  store_sums(lanes, sums);
  multiply_rest(vector, rows, columns, i, true, sums);
}

static bool has_dotprod(void) {
#if defined(__ARM_FEATURE_DOTPROD)
  return true;
#else
  enum { ASIMDDP = 1 << 20 };
  return getauxval(AT_HWCAP) & ASIMDDP;
#endif
}
#endif

static size_t find_kernels(elman_kernel found[ELMAN_MOST_KERNELS]) {
  size_t count = 0;
#ifdef ELMAN_DOTPROD
  if (has_dotprod()) found[count++] = (elman_kernel){"NEON dot products", multiply_dotprod, 0};
#endif
  found[count++] = (elman_kernel){"NEON", multiply_neon, 0};
  return count;
}

#else

static size_t find_kernels(elman_kernel found[ELMAN_MOST_KERNELS]) {
  (void)found;
  return 0;
}

#endif

size_t elman_kernels(elman_kernel found[ELMAN_MOST_KERNELS]) {
  size_t count = find_kernels(found);
  found[count++] = (elman_kernel){"plain C", multiply_plainly, 128};
  return count;
}

/* -- rounding ---------------------------------------------------------------------------------------- */

#define LANES 16

static inline float lower(float one, float other) { return one < other ? one : other; }
static inline float higher(float one, float other) { return one > other ? one : other; }

/* The lowest and the highest number, and 0. In lanes, so that compilers use vector instructions. */
static void find_range(const float *values, size_t count, float *lowest, float *highest) {
  float low[LANES] = {0}, high[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) {
      low[lane] = lower(values[i + lane], low[lane]);
      high[lane] = higher(values[i + lane], high[lane]);
    }
  for (; i < count; i++) {
    low[0] = lower(values[i], low[0]);
    high[0] = higher(values[i], high[0]);
  }
  *lowest = *highest = 0;
  for (size_t lane = 0; lane < LANES; lane++) {
    *lowest = lower(low[lane], *lowest);
    *highest = higher(high[lane], *highest);
  }
}

static inline int32_t clamped_byte(int32_t number) {
  return number < -128 ? -128 : number > 127 ? 127 : number;
}

/* The nearest integer, ties to even, of a number below 2^22, and any integer of another one. In the sum
 * with 3 * 2^22 the last bit of the mantissa counts ones. */
static inline int32_t nearest(float number) {
  float sum = number + 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &sum, sizeof bits);
  int32_t whole = (int32_t)(bits & 0x7fffffff) - 0x4b400000;
  return bits >> 31 ? INT32_MIN / 2 : whole;
}

/* The number that stands for 0: of the two ends of the range, the one that gives the smaller error. */
static int32_t zero_point(float lowest, float highest, float per_unit) {
  float from_low = -128 + lowest * per_unit, from_high = 127 + highest * per_unit;
  float zero = from_low + from_high > 0 ? -128 - lowest * per_unit : 127 - highest * per_unit;
  return clamped_byte(nearest(zero));
}

elman_rounding elman_quantise(const float *values, size_t count, int32_t offset, uint8_t *vector) {
  float lowest, highest;
  find_range(values, count, &lowest, &highest);
  float per_unit = lowest == highest ? 1 : 255 / (highest - lowest);
  int32_t zero = zero_point(lowest, highest, per_unit);
  for (size_t i = 0; i < count; i++)
    vector[i] = (uint8_t)(clamped_byte(nearest(values[i] * per_unit) + zero) + offset);
  return (elman_rounding){1 / per_unit, zero + offset};
}
