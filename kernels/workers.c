/*
 * A team in WebAssembly: every worker runs an instance of its own over one shared memory. The first member is the thread
 * that asks for a run; the others wait in `serve` for the next one, awake for a while and then asleep.
 */
#if defined(__wasm_atomics__)
#include "team.h"

#include <stddef.h>

/* What one run needs; of slots and work each member has its own, so many elements after those of the one before. */
typedef struct {
  const int32_t *words;
  float **slots;
  float *work;
  ptrdiff_t slots_apart, work_apart;
} Job;

typedef struct {
  Meeting meeting;
  /* Counts runs, for those who wait for the next, and how many of them sleep. */
  Apart round, sleepers;
  /* The workers that serve. */
  Apart present;
  Job job;
} Team;

static uint32_t next_round(Team *team, uint32_t seen) {
  /* Awake for some tens of microseconds. A nap ends by itself in a fifth of a second, should nobody end it. */
  enum { PATIENCE = 50000, NAP = 200000000 };
  uint32_t round = seen;
  for (int32_t turn = 0; turn < PATIENCE && round == seen; turn++) round = __atomic_load_n(&team->round.number, __ATOMIC_SEQ_CST);
  if (round != seen) return round;
  /* Whoever begins a round after this sees that somebody sleeps; a round begun before is seen here. */
  __atomic_add_fetch(&team->sleepers.number, 1, __ATOMIC_SEQ_CST);
  while ((round = __atomic_load_n(&team->round.number, __ATOMIC_SEQ_CST)) == seen)
    __builtin_wasm_memory_atomic_wait32((int32_t *)&team->round.number, (int32_t)seen, NAP);
  __atomic_sub_fetch(&team->sleepers.number, 1, __ATOMIC_SEQ_CST);
  return round;
}

static void begin_round(Team *team) {
  __atomic_add_fetch(&team->round.number, 1, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&team->sleepers.number, __ATOMIC_SEQ_CST) > 0)
    __builtin_wasm_memory_atomic_notify((int32_t *)&team->round.number, UINT32_MAX);
}

static void take_part(Team *team, int32_t member, int32_t members) {
  const Job job = team->job;
  run_member(job.words, job.slots + member * job.slots_apart, job.work + member * job.work_apart, &team->meeting, member,
             members);
}

/* Bytes of a team, which are all zeros at first. */
ENTRY("team_size") size_t team_size(void) { return sizeof(Team); }

ENTRY("present") uint32_t present(const Team *team) { return __atomic_load_n(&team->present.number, __ATOMIC_ACQUIRE); }

/* Runs a program with all members, of which this thread is the first. Traps when a member has failed. */
ENTRY("lead")
void lead(Team *team, const int32_t *words, float **slots, ptrdiff_t slots_apart, float *work, ptrdiff_t work_apart,
          int32_t members, int32_t may_sleep) {
  team->meeting.first_may_sleep = (uint32_t)may_sleep;
  team->job = (Job){words, slots, work, slots_apart, work_apart};
  begin_round(team);
  take_part(team, 0, members);
}

/* What a worker does. Ends with a trap. */
ENTRY("serve") void serve(Team *team, int32_t member, int32_t members) {
  __atomic_add_fetch(&team->present.number, 1, __ATOMIC_RELEASE);
  for (uint32_t round = 0;;) {
    round = next_round(team, round);
    if (__atomic_load_n(&team->meeting.broken, __ATOMIC_ACQUIRE)) __builtin_trap();
    take_part(team, member, members);
  }
}

/* Lets nobody wait for a member that has failed. */
ENTRY("abandon") void abandon(Team *team) {
  __atomic_store_n(&team->meeting.broken, 1, __ATOMIC_SEQ_CST);
  begin_round(team);
}

/* Says that a worker serves no more. */
ENTRY("leave") void leave(Team *team) {
  abandon(team);
  __atomic_sub_fetch(&team->present.number, 1, __ATOMIC_RELEASE);
}

#endif
