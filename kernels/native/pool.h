/* The threads of the process that run programs: one program at a time, by as many members as are asked for. */
#ifndef RONDO_POOL_H
#define RONDO_POOL_H

#include "sets.h"

typedef struct {
  const InstructionSet *set;
  const int32_t *words;
  /* One list of slots and one piece of work memory for each member. */
  float *const *const *slots;
  float *const *work;
  int32_t members;
} Job;

/*
 * Runs a program; the calling thread is one of the members. Returns when it is done. Threads that cannot be started are
 * done without.
 */
void run_job(const Job *job);

#endif
