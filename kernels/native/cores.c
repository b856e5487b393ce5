#define _GNU_SOURCE
#include "cores.h"

#if defined(__linux__)
#include <sched.h>

/* The core at a place among those of a set. */
static int nth_core(const cpu_set_t *cores, int32_t place) {
  int core = 0;
  for (; core < CPU_SETSIZE; core++) {
    if (CPU_ISSET(core, cores) && place-- == 0) break;
  }
  return core;
}

/* Goes on where it is if that core is not to be had any more. */
static void run_on(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  sched_setaffinity(0, sizeof only, &only);
}

int fill_cores(int32_t members) {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof cores, &cores) == 0 && members >= CPU_COUNT(&cores);
}

/* Where this thread could run before it was held. */
static __thread cpu_set_t before;
static __thread int is_held = 0;

void hold_core(int32_t member) {
  is_held = sched_getaffinity(0, sizeof before, &before) == 0 && member < CPU_COUNT(&before);
  if (is_held) run_on(nth_core(&before, member));
}

void let_go_of_core(void) {
  if (is_held) sched_setaffinity(0, sizeof before, &before);
  is_held = 0;
}
#else
/* Elsewhere threads cannot be told where to run. */
int fill_cores(int32_t members) { return (void)members, 0; }
void hold_core(int32_t member) { (void)member; }
void let_go_of_core(void) {}
#endif
