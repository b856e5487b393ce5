/*
 * Time: the instructions of a scan, once per time index, one block of rows after another.
 *
 * Words: code, length, steps, rows, rows of a block (0: not by rows), reverse, words in before, in body, in after and in
 * idle, the view of the mask, then these four. Where there is idle, it runs in the place of the body for the rows of a
 * block before the first and after the last of which the mask is not 0.
 */
#include "program.h"

static void run_all(const int32_t *words, int32_t length, const Frame *frame) {
  for (const int32_t *end = words + length; words < end; words += words[1]) run_instruction(words, frame);
}

/* Runs instructions on the rows of a block from `first` to `end`, at the block's time. */
static void run_rows(const int32_t *words, int32_t length, Frame block, int32_t first, int32_t end) {
  if (first >= end) return;
  block.first_row += first;
  block.row_of_block = first;
  block.rows = end - first;
  run_all(words, length, &block);
}

static void run_masked_step(const int32_t *words, const int32_t *body, const int32_t *idle, Frame block) {
  const int32_t *view = words + 10, stride = strides_of(view)[0];
  const float *mask = first_row_of(view, 1, &block);
  int32_t first = 0, end = block.rows;
  while (end > first && mask[(ptrdiff_t)(end - 1) * stride] == 0) end--;
  while (first < end && mask[(ptrdiff_t)first * stride] == 0) first++;
  run_rows(idle, words[9], block, 0, first);
  run_rows(body, words[7], block, first, end);
  run_rows(idle, words[9], block, end, block.rows);
}

static void run_block(const int32_t *words, Frame frame) {
  const int32_t steps = words[2], reverse = words[5];
  const int32_t *before = words + SCAN_HEAD, *body = before + words[6], *after = body + words[7];
  const int32_t *idle = after + words[8];
  run_all(before, words[6], &frame);
  for (int32_t step = 0; step < steps; step++) {
    frame.time = reverse ? steps - 1 - step : step;
    if (words[9] > 0) run_masked_step(words, body, idle, frame);
    else run_all(body, words[7], &frame);
  }
  frame.time = 0;
  run_all(after, words[8], &frame);
}

/* The next block that no member has taken; `own` counts those of a member that is alone. */
static int32_t take_block(const Frame *frame, int32_t *own) {
  return frame->taken == NULL ? (*own)++ : (int32_t)__atomic_fetch_add(frame->taken, 1, __ATOMIC_RELAXED);
}

void run_scan(const int32_t *words, const Frame *frame) {
  const int32_t rows = words[3], most_rows = words[4];
  Frame block = *frame;
  block.time = 0;
  block.member = 0;
  block.members = 1;
  block.taken = NULL;
  if (most_rows == 0) {
    if (frame->member == 0) run_block(words, block);
    return;
  }
  /* Blocks of about the same size, as many for each member. */
  int32_t blocks = (rows + most_rows - 1) / most_rows;
  blocks = (blocks + frame->members - 1) / frame->members * frame->members;
  if (blocks > rows) blocks = rows;
  /*
   * A member that is done takes the next block, whoever made the one before: rows come longest first, so that the last
   * blocks, which even out the rest, make the least work.
   */
  int32_t own = 0;
  for (int32_t index; (index = take_block(frame, &own)) < blocks;) {
    block.first_row = (int32_t)((int64_t)index * rows / blocks);
    block.rows = (int32_t)((int64_t)(index + 1) * rows / blocks) - block.first_row;
    run_block(words, block);
  }
}
