/* The entries: running a program, and the work memory that it needs. */
#include "program.h"
#include "team.h"

void run_instruction(const int32_t *words, const Frame *frame) {
  switch (words[0]) {
    case MAP: run_map(words, frame); break;
    case MATMUL: run_matmul(words, frame); break;
    case PACK: run_pack(words, frame); break;
    case REDUCE: run_reduce(words, frame); break;
    case GATHER: run_gather(words, frame); break;
    case SCATTER_ADD: run_scatter_add(words, frame); break;
    case COPY: run_copy(words, frame); break;
    case RANDOM: run_random(words, frame); break;
    case SCAN: run_scan(words, frame); break;
  }
}

/*
 * Instructions up to `end`, or to END when it is NULL. The members of a team wait for one another after each.
 *
 * Words of a loop: code, length, steps, reverse, then the instructions that run once per time index.
 */
static void run_list(const int32_t *words, const int32_t *end, Frame frame, Meeting *meeting) {
  for (; end == NULL ? words[0] != END : words < end; words += words[1]) {
    if (words[0] == LOOP) {
      Frame inner = frame;
      for (int32_t step = 0; step < words[2]; step++) {
        inner.time = words[3] ? words[2] - 1 - step : step;
        run_list(words + LOOP_HEAD, words + words[1], inner, meeting);
      }
      continue;
    }
    run_instruction(words, &frame);
    if (frame.members > 1) meet(meeting, frame.member, frame.members);
  }
}

ENTRY("run_member")
void run_member(const int32_t *words, float *const *slots, float *work, Meeting *meeting, int32_t member,
                int32_t members) {
  const Frame frame = {
      .slots = slots, .work = work, .time = 0, .first_row = 0, .rows = -1, .row_of_block = 0, .member = member, .members = members,
      .taken = members > 1 ? &meeting->taken.number : NULL};
  run_list(words, NULL, frame, meeting);
}

ENTRY("run") void run(const int32_t *words, float *const *slots, float *work) {
  run_member(words, slots, work, NULL, 0, 1);
}

/* Elements of work memory for the instructions up to `end`, or to END when it is NULL. */
static ptrdiff_t most_work(const int32_t *words, const int32_t *end) {
  ptrdiff_t most = 0;
  for (; end == NULL ? words[0] != END : words < end; words += words[1]) {
    ptrdiff_t work = 0;
    switch (words[0]) {
      case MAP: work = map_work(words); break;
      case MATMUL: work = matmul_work(words); break;
      case REDUCE: work = reduce_work(words); break;
      case SCAN: work = most_work(words + SCAN_HEAD, words + words[1]); break;
      case LOOP: work = most_work(words + LOOP_HEAD, words + words[1]); break;
    }
    if (work > most) most = work;
  }
  return most;
}

ENTRY("work_size") ptrdiff_t work_size(const int32_t *words) { return most_work(words, NULL); }
