/* The instruction sets that the kernels were compiled for, and which of them this processor has. */
#ifndef RONDO_SETS_H
#define RONDO_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "../team.h"

typedef struct {
  const char *name;
  void (*run_member)(const int32_t *words, float *const *slots, float *work, Meeting *meeting, int32_t member,
                     int32_t members);
  ptrdiff_t (*work_size)(const int32_t *words);
} InstructionSet;

/* The set of that index among those that this processor has, the fastest first; NULL past the last. */
const InstructionSet *instruction_set(int32_t index);

#endif
