/* Threads that run a program together. */
#ifndef RONDO_TEAM_H
#define RONDO_TEAM_H

#include <stdint.h>

/* Tells the processor that this thread waits for another. */
static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Where members wait for one another. All zeros at first; the two numbers lie on cache lines of their own. */
typedef struct {
  int32_t arrived;
  char apart[60];
  int32_t phase;
  char apart_too[60];
} Meeting;

/* Returns once all members have come, and then sees all that they have written. */
void meet(Meeting *meeting, int32_t members);

/* Runs one member's share of a program; `slots`, `work` and what lies in the scratch slot are its own. */
void run_member(const int32_t *words, float *const *slots, float *work, Meeting *meeting, int32_t member,
                int32_t members);

#endif
