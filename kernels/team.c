#include "team.h"

#if !defined(__wasm__)
#include <sched.h>
#endif

/* Others are about to come, unless their core does something else just now. */
static void wait_a_little(int32_t turn) {
  pause_briefly();
#if !defined(__wasm__)
  enum { PATIENCE = 4096 };
  if (turn > PATIENCE) sched_yield();
#else
  (void)turn;
#endif
}

void meet(Meeting *meeting, int32_t members) {
  const int32_t phase = __atomic_load_n(&meeting->phase, __ATOMIC_ACQUIRE);
  if (__atomic_add_fetch(&meeting->arrived, 1, __ATOMIC_ACQ_REL) == members) {
    __atomic_store_n(&meeting->arrived, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&meeting->phase, phase + 1, __ATOMIC_RELEASE);
    return;
  }
  for (int32_t turn = 0; __atomic_load_n(&meeting->phase, __ATOMIC_ACQUIRE) == phase; turn += turn < 1 << 30)
    wait_a_little(turn);
}
