#include "sets.h"

#define DECLARE(set)                                                                                                   \
  void set##_run_member(const int32_t *, float *const *, float *, Meeting *, int32_t, int32_t);                        \
  ptrdiff_t set##_work_size(const int32_t *);
#define SET(set, label) {label, set##_run_member, set##_work_size}

#if defined(__x86_64__)
DECLARE(avx512)
DECLARE(avx2)
DECLARE(sse2)
static const InstructionSet sets[] = {SET(avx512, "AVX-512"), SET(avx2, "AVX2"), SET(sse2, "SSE2")};

/* Whether the processor has it and the operating system keeps its registers. */
static int is_supported(int32_t index) {
  __builtin_cpu_init();
  switch (index) {
    case 0:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
    case 1:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("bmi2");
    default: return 1;
  }
}
#else
DECLARE(base)
#if defined(__aarch64__)
static const InstructionSet sets[] = {SET(base, "NEON")};
#else
static const InstructionSet sets[] = {SET(base, "the compiler's default")};
#endif
static int is_supported(int32_t index) {
  (void)index;
  return 1;
}
#endif

const InstructionSet *instruction_set(int32_t index) {
  for (int32_t candidate = 0; candidate < (int32_t)(sizeof sets / sizeof *sets); candidate++) {
    if (is_supported(candidate) && index-- == 0) return &sets[candidate];
  }
  return NULL;
}
