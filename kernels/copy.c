/*
 * Moves elements of any dtype from one arrangement to another.
 *
 * Words: code, length, rank, unit, sizes, views of the input and of the result.
 */
#include "program.h"
#include "vector.h"

void run_copy(const int32_t *words, const Frame *frame) {
  const int32_t rank = words[2], unit = words[3];
  int32_t sizes[MAX_RANK];
  read_sizes(sizes, words + 4, rank, unit, frame);
  if (is_empty(rank, sizes)) return;
  const int32_t *input = words + 4 + rank, *out = input + VIEW_WORDS + rank;
  const int32_t *input_strides = strides_of(input), *out_strides = strides_of(out);
  const float *from = first_row_of(input, unit, frame);
  float *to = first_row_of(out, unit, frame);
  const ptrdiff_t input_stride = input_strides[rank - 1], out_stride = out_strides[rank - 1];
  Stretches stretches = stretches_of(frame, rank, sizes, CACHE_LINE, 1);
  while (next_stretch(&stretches)) {
    const int32_t first = stretches.first, columns = stretches.end - first;
    const int32_t *source = (const int32_t *)from + offset_at(&stretches.line, input_strides) + first * input_stride;
    int32_t *target = (int32_t *)to + offset_at(&stretches.line, out_strides) + first * out_stride;
    if (input_stride == 1 && out_stride == 1) {
      __builtin_memcpy(target, source, (size_t)columns * sizeof *target);
    } else {
      for (int32_t column = 0; column < columns; column++) target[column * out_stride] = source[column * input_stride];
    }
  }
}
