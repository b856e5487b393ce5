/* Threads that run a program together. */
#ifndef RONDO_TEAM_H
#define RONDO_TEAM_H

#include <stdint.h>

enum { MOST_MEMBERS = 256 };

/* A function that the host of WebAssembly calls by its name. */
#if defined(__wasm__)
#define ENTRY(name) __attribute__((export_name(name)))
#else
#define ENTRY(name)
#endif

/* A number on a cache line of its own. */
typedef struct {
  uint32_t number;
  char apart[60];
} Apart;

/* Where members wait for one another, all zeros at first. Each number but `taken` has one member that writes it. */
typedef struct {
  /* Meetings that are over; written by the first member. */
  Apart over;
  /* The last meeting that each member has come to. */
  Apart came[MOST_MEMBERS];
  /* Blocks of rows that members have taken since they last met. */
  Apart taken;
  /* For WebAssembly: whether a member has failed, and whether the first may sleep, as the main thread of a page may not. */
  uint32_t broken, first_may_sleep;
} Meeting;

/* Tells the processor that this thread waits for another. */
static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Returns once all members have come, and then sees all that they have written. */
void meet(Meeting *meeting, int32_t member, int32_t members);

/* Runs one member's share of a program; `slots`, `work` and what lies in the scratch slot are its own. */
void run_member(const int32_t *words, float *const *slots, float *work, Meeting *meeting, int32_t member,
                int32_t members);

#endif
