#include "team.h"

#if !defined(__wasm__)
#include <sched.h>
#endif

/* How often a member looks before it gives its core to others: some tens of microseconds. */
#if defined(__wasm__)
enum { PATIENCE = 20000 };
#else
enum { PATIENCE = 2000 };
#endif

/* Lets others have the core for a while, those perhaps that this member waits for. */
static void rest(const Meeting *meeting, uint32_t *number, uint32_t old, int32_t member) {
#if !defined(__wasm__)
  (void)meeting, (void)number, (void)old, (void)member;
  sched_yield();
#elif defined(__wasm_atomics__)
  /* Nobody wakes a member here: naps are short instead. */
  const int64_t nanoseconds = 50000;
  if (__atomic_load_n(&meeting->broken, __ATOMIC_ACQUIRE)) __builtin_trap();
  if (member > 0 || meeting->first_may_sleep) __builtin_wasm_memory_atomic_wait32((int32_t *)number, (int32_t)old, nanoseconds);
#else
  (void)meeting, (void)number, (void)old, (void)member;
#endif
}

/* Returns when a number is the one that is wanted. */
static void await(const Meeting *meeting, uint32_t *number, uint32_t wanted, int32_t member) {
  for (int32_t turn = 0;; turn += turn < PATIENCE) {
    const uint32_t seen = __atomic_load_n(number, __ATOMIC_ACQUIRE);
    if (seen == wanted) return;
    if (turn < PATIENCE) pause_briefly();
    else rest(meeting, number, seen, member);
  }
}

void meet(Meeting *meeting, int32_t member, int32_t members) {
  const uint32_t next = __atomic_load_n(&meeting->over.number, __ATOMIC_RELAXED) + 1;
  if (member > 0) {
    __atomic_store_n(&meeting->came[member].number, next, __ATOMIC_RELEASE);
    await(meeting, &meeting->over.number, next, member);
    return;
  }
  for (int32_t other = 1; other < members; other++) await(meeting, &meeting->came[other].number, next, member);
  __atomic_store_n(&meeting->taken.number, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&meeting->over.number, next, __ATOMIC_RELEASE);
}
