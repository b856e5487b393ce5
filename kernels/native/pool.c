#include "pool.h"

#include "cores.h"

#include <pthread.h>
#include <signal.h>

/* How often a thread without work looks for the next job before it sleeps: some tens of microseconds. */
enum { PATIENCE = 2000 };

static struct {
  /* Held by whoever runs a job, from beginning to end. */
  pthread_mutex_t running;
  /* Guards what sleeping threads wait for. */
  pthread_mutex_t lock;
  pthread_cond_t announced;
  /* Counts jobs in its upper bits; members of the latest in the lower. */
  uint64_t announcement;
  const Job *job;
  Meeting meeting;
  /* Threads besides the one that calls. */
  int32_t threads;
  /* Whether each member begins on a core of its own. */
  int has_cores;
} pool = {.running = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER, .announced = PTHREAD_COND_INITIALIZER};

enum { MEMBER_BITS = 16 };

/* Nothing of the job is touched after the last meeting: it may be gone. */
static void take_part(const Job *job, int32_t member, int32_t members) {
  job->set->run_member(job->words, job->slots[member], job->work[member], &pool.meeting, member, members);
  meet(&pool.meeting, member, members);
}

static uint64_t next_announcement(uint64_t seen) {
  for (int32_t turn = 0; turn < PATIENCE; turn++) {
    const uint64_t latest = __atomic_load_n(&pool.announcement, __ATOMIC_ACQUIRE);
    if (latest != seen) return latest;
    pause_briefly();
  }
  pthread_mutex_lock(&pool.lock);
  while (__atomic_load_n(&pool.announcement, __ATOMIC_ACQUIRE) == seen) pthread_cond_wait(&pool.announced, &pool.lock);
  const uint64_t latest = __atomic_load_n(&pool.announcement, __ATOMIC_ACQUIRE);
  pthread_mutex_unlock(&pool.lock);
  return latest;
}

static void *live(void *argument) {
  const int32_t member = (int32_t)(intptr_t)argument;
  for (uint64_t seen = 0;;) {
    if (__atomic_load_n(&pool.has_cores, __ATOMIC_RELAXED)) hold_core(member);
    seen = next_announcement(seen);
    let_go_of_core();
    const int32_t members = (int32_t)(seen & ((1 << MEMBER_BITS) - 1));
    if (member < members) take_part(pool.job, member, members);
  }
  return NULL;
}

/* Starts threads until there are enough for so many members, and returns for how many there are. */
static int32_t gather_members(int32_t members) {
  if (members > MOST_MEMBERS) members = MOST_MEMBERS;
  if (pool.threads + 1 >= members) return members;
  /* Signals are for the threads of the host. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (; pool.threads + 1 < members; pool.threads++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, live, (void *)(intptr_t)(pool.threads + 1)) != 0) break;
    pthread_detach(thread);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (fill_cores(pool.threads + 1)) __atomic_store_n(&pool.has_cores, 1, __ATOMIC_RELAXED);
  return pool.threads + 1;
}

static void announce(const Job *job, int32_t members) {
  pool.job = job;
  const uint64_t count = (pool.announcement >> MEMBER_BITS) + 1;
  pthread_mutex_lock(&pool.lock);
  __atomic_store_n(&pool.announcement, count << MEMBER_BITS | (uint64_t)members, __ATOMIC_RELEASE);
  pthread_cond_broadcast(&pool.announced);
  pthread_mutex_unlock(&pool.lock);
}

void run_job(const Job *job) {
  pthread_mutex_lock(&pool.running);
  const int32_t members = job->members > 1 ? gather_members(job->members) : 1;
  if (members > 1 && pool.has_cores) hold_core(0);
  if (members > 1) announce(job, members);
  let_go_of_core();
  take_part(job, 0, members);
  pthread_mutex_unlock(&pool.running);
}
