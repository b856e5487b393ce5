/*
 * Rows of a table by their numbers, and the reverse: sums of rows by their numbers.
 *
 * Words: code, length, rank, unit, rows of the table, sizes [..., width], views of the table [row, column], the indices
 * [..., 0] and the values [..., width].
 */
#include "math.h"
#include "program.h"

typedef struct {
  int32_t rank, rows, width;
  int32_t sizes[MAX_RANK];
  float *table, *indices, *values;
  const int32_t *table_strides, *index_strides, *value_strides;
} Gather;

static Gather read_gather(const int32_t *words, const Frame *frame) {
  Gather gather = {.rank = words[2], .rows = words[4]};
  const int32_t unit = words[3];
  read_sizes(gather.sizes, words + 5, gather.rank, unit, frame);
  gather.width = gather.sizes[gather.rank - 1];
  const int32_t *table = words + 5 + gather.rank;
  const int32_t *indices = table + VIEW_WORDS + 2, *values = indices + VIEW_WORDS + gather.rank;
  gather.table = place_of(table, frame);
  gather.indices = first_row_of(indices, unit, frame);
  gather.values = first_row_of(values, unit, frame);
  gather.table_strides = strides_of(table);
  gather.index_strides = strides_of(indices);
  gather.value_strides = strides_of(values);
  return gather;
}

/* The row of the table that the current index names, NULL when there is none. */
static float *row_at(const Gather *gather, const Counter *counter) {
  const int32_t row = *(const int32_t *)(gather->indices + offset_at(counter, gather->index_strides));
  return row >= 0 && row < gather->rows ? gather->table + (ptrdiff_t)row * gather->table_strides[0] : NULL;
}

void run_gather(const int32_t *words, const Frame *frame) {
  const Gather gather = read_gather(words, frame);
  if (is_empty(gather.rank, gather.sizes)) return;
  const ptrdiff_t stride = gather.value_strides[gather.rank - 1], table_stride = gather.table_strides[1];
  Stretches stretches = stretches_of(frame, gather.rank, gather.sizes, CACHE_LINE, 1);
  while (next_stretch(&stretches)) {
    const int32_t first = stretches.first, end = stretches.end;
    float *to = gather.values + offset_at(&stretches.line, gather.value_strides);
    const float *row = row_at(&gather, &stretches.line);
    if (row == NULL) {
      for (int32_t column = first; column < end; column++) to[column * stride] = NOT_A_NUMBER;
    } else if (stride == 1 && table_stride == 1) {
      for (int32_t column = first; column < end; column++) to[column] = row[column];
    } else {
      for (int32_t column = first; column < end; column++) to[column * stride] = row[column * table_stride];
    }
  }
}

/* A sum is made by one member in the order of the values: members share the columns. */
void run_scatter_add(const int32_t *words, const Frame *frame) {
  const Gather gather = read_gather(words, frame);
  const ptrdiff_t stride = gather.value_strides[gather.rank - 1], table_stride = gather.table_strides[1];
  const int32_t values = count_of(gather.rank - 1, gather.sizes);
  const Share share = share_of(frame, (gather.width + CACHE_LINE - 1) / CACHE_LINE, CACHE_LINE * (int64_t)values);
  const int32_t first = share.first * CACHE_LINE;
  const int32_t end = share.end * CACHE_LINE < gather.width ? share.end * CACHE_LINE : gather.width;
  if (first >= end) return;
  for (int32_t row = 0; row < gather.rows; row++) {
    for (int32_t column = first; column < end; column++)
      gather.table[row * (ptrdiff_t)gather.table_strides[0] + column * table_stride] = 0;
  }
  if (values == 0) return;
  Counter counter = counter_of(gather.rank - 1, gather.sizes);
  do {
    const float *from = gather.values + offset_at(&counter, gather.value_strides);
    float *row = row_at(&gather, &counter);
    if (row == NULL) continue;
    if (stride == 1 && table_stride == 1) {
      for (int32_t column = first; column < end; column++) row[column] += from[column];
    } else {
      for (int32_t column = first; column < end; column++) row[column * table_stride] += from[column * stride];
    }
  } while (advance(&counter));
}
