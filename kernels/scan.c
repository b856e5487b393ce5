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
  const int32_t block_rows = words[4];
  Frame block = *frame;
  if (block_rows == 0) {
    run_block(words, block);
    return;
  }
  const int32_t rows = frame->rows < 0 ? words[3] : frame->rows;
  for (int32_t first = 0; first < rows; first += block_rows) {
    block.first_row = frame->first_row + first;
    block.rows = rows - first < block_rows ? rows - first : block_rows;
    run_block(words, block);
  }
}
