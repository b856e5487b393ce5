/*
 * Time: the instructions of a scan, once per time index, one block of rows after another.
 *
 * Words: code, length, steps, rows, rows of a block (0: not by rows), reverse, words in before, in body and in after,
 * then these three.
 */
#include "program.h"

static void run_all(const int32_t *words, int32_t length, const Frame *frame) {
  for (const int32_t *end = words + length; words < end; words += words[1]) run_instruction(words, frame);
}

static void run_block(const int32_t *words, Frame frame) {
  const int32_t steps = words[2], reverse = words[5];
  const int32_t *before = words + SCAN_HEAD, *body = before + words[6], *after = body + words[7];
  run_all(before, words[6], &frame);
  for (int32_t step = 0; step < steps; step++) {
    frame.time = reverse ? steps - 1 - step : step;
    run_all(body, words[7], &frame);
  }
  frame.time = 0;
  run_all(after, words[8], &frame);
}

void run_scan(const int32_t *words, const Frame *frame) {
  const int32_t rows = words[3], most_rows = words[4];
  Frame block = *frame;
  block.member = 0;
  block.members = 1;
  if (most_rows == 0) {
    if (frame->member == 0) run_block(words, block);
    return;
  }
  /* Blocks of about the same size, as many for each member. */
  int32_t blocks = (rows + most_rows - 1) / most_rows;
  blocks = (blocks + frame->members - 1) / frame->members * frame->members;
  if (blocks > rows) blocks = rows;
  for (int32_t index = frame->member; index < blocks; index += frame->members) {
    block.first_row = (int32_t)((int64_t)index * rows / blocks);
    block.rows = (int32_t)((int64_t)(index + 1) * rows / blocks) - block.first_row;
    run_block(words, block);
  }
}
