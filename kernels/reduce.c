/*
 * Sums, maxima and positions of maxima over some dimensions. A sum is made of leaves of a fixed number of terms, and
 * leaves are added pairwise, so that the error of a long sum stays near that of a short one.
 *
 * Words: code, length, rank, reduced rank, unit, fold, accumulate, by columns, sizes, reduced sizes, views of the input
 * (all sizes) and of the result (sizes only).
 */
#include "math.h"
#include "program.h"

enum Fold { SUM, MAX, ARGMAX };
enum {
  LINE = 256,      /* terms in a leaf when neighbours in memory are added */
  ROWS = 32,       /* terms in a leaf when neighbours in memory belong to different results */
  COLUMNS = 512,   /* results made side by side */
  WIDTH = COLUMNS + LANES,
  LEVELS = 32,     /* of pairwise sums, enough for 2³² leaves */
};

ptrdiff_t reduce_work(const int32_t *words) {
  int by_columns = words[7];
  return by_columns ? LEVELS * WIDTH : LINE + LANES;
}

INLINE Vector combine(int32_t fold, Vector a, Vector b) { return fold == SUM ? a + b : maximum(a, b); }
INLINE float combine_numbers(int32_t fold, float a, float b) {
  return fold == SUM ? a + b : combine(fold, splat(a), splat(b))[0];
}
INLINE float start_of(int32_t fold) { return fold == SUM ? 0 : -INFINITE; }

/* Folds `count` neighbours in memory. */
INLINE float fold_line(const int32_t fold, const float *from, int32_t count) {
  Vector parts[4];
  for (int32_t part = 0; part < 4; part++) parts[part] = splat(start_of(fold));
  int32_t index = 0;
  for (; index + 4 * LANES <= count; index += 4 * LANES) {
    for (int32_t part = 0; part < 4; part++) parts[part] = combine(fold, parts[part], load(from + index + part * LANES));
  }
  for (; index + LANES <= count; index += LANES) parts[0] = combine(fold, parts[0], load(from + index));
  Vector all = combine(fold, combine(fold, parts[0], parts[1]), combine(fold, parts[2], parts[3]));
  float result = start_of(fold);
  for (; index < count; index++) result = combine_numbers(fold, result, from[index]);
  for (int32_t lane = 0; lane < LANES; lane++) result = combine_numbers(fold, result, all[lane]);
  return result;
}

/* Where the next elements to fold lie: lines of `length` elements along the last dimension, and a counter of lines. */
typedef struct {
  const float *from, *line;
  int32_t index, length;
  ptrdiff_t stride;
  const int32_t *strides;
  Counter lines;
} Terms;

static Terms terms_of(const float *from, int32_t rank, const int32_t *sizes, const int32_t *strides) {
  return (Terms){.from = from,
                 .line = from,
                 .index = 0,
                 .length = sizes[rank - 1],
                 .stride = strides[rank - 1],
                 .strides = strides,
                 .lines = counter_of(rank - 1, sizes)};
}

static inline const float *next_term(Terms *terms) {
  const float *place = terms->line + terms->index * terms->stride;
  if (++terms->index == terms->length) {
    terms->index = 0;
    advance(&terms->lines);
    terms->line = terms->from + offset_at(&terms->lines, terms->strides);
  }
  return place;
}

/* Folds all terms of one result, leaf by leaf. */
INLINE float fold_terms(const int32_t fold, Terms terms, int32_t count, float *work) {
  const int neighbours = terms.lines.rank == 0 && terms.stride == 1;
  if (neighbours && count <= LINE) return fold_line(fold, terms.from, count);
  float pending[LEVELS];
  uint32_t leaves = 0;
  int32_t level = 0;
  for (int32_t first = 0; first < count; first += LINE, leaves++) {
    const int32_t size = count - first < LINE ? count - first : LINE;
    const float *line = terms.from + first;
    if (!neighbours) {
      for (int32_t index = 0; index < size; index++) work[index] = *next_term(&terms);
      line = work;
    }
    float value = fold_line(fold, line, size);
    /* Two leaves make a pair, two pairs a pair of pairs: as carrying goes in counting. */
    for (level = 0; leaves >> level & 1; level++) value = combine_numbers(fold, pending[level], value);
    pending[level] = value;
  }
  float result = start_of(fold);
  for (level = 0; level < LEVELS; level++) {
    if (leaves >> level & 1) result = combine_numbers(fold, pending[level], result);
  }
  return result;
}

/* The first of the greatest, where a NaN that is first stays and others lose. */
static int32_t position_of_maximum(Terms terms, int32_t count) {
  int32_t best = 0;
  float most = 0;
  for (int32_t index = 0; index < count; index++) {
    const float value = *next_term(&terms);
    if (index > 0 && !(value > most)) continue;
    best = index;
    most = value;
  }
  return best;
}

static void put(float *to, float value, int accumulate) { *to = accumulate ? *to + value : value; }

/* Folds some rows of `vectors` vectors of columns, and what is pending below `level`, to `level`. */
INLINE void fold_leaf(const int32_t fold, const int32_t vectors, const float *const *rows, int32_t size, int32_t column,
                      float *work, int32_t level) {
  Vector values[4];
  for (int32_t v = 0; v < vectors; v++) values[v] = load(rows[0] + column + v * LANES);
  for (int32_t row = 1; row < size; row++) {
    for (int32_t v = 0; v < vectors; v++) values[v] = combine(fold, values[v], load(rows[row] + column + v * LANES));
  }
  for (int32_t v = 0; v < vectors; v++) {
    float *place = work + column + v * LANES;
    for (int32_t lower = 0; lower < level; lower++) values[v] = combine(fold, load(place + lower * WIDTH), values[v]);
    store(place + level * WIDTH, values[v]);
  }
}

/* Folds rows of `columns` neighbours in memory, each column to a result of its own. */
INLINE void fold_rows(const int32_t fold, Terms terms, int32_t count, int32_t columns, float *work) {
  uint32_t leaves = 0;
  for (int32_t first = 0; first < count; first += ROWS, leaves++) {
    const float *rows[ROWS];
    const int32_t size = count - first < ROWS ? count - first : ROWS;
    for (int32_t row = 0; row < size; row++) rows[row] = next_term(&terms);
    int32_t level = 0;
    while (leaves >> level & 1) level++;
    /* Several columns at once, for each addition waits for the one before it. */
    enum { TOGETHER = 4 };
    int32_t column = 0;
    for (; column + TOGETHER * LANES <= columns; column += TOGETHER * LANES)
      fold_leaf(fold, TOGETHER, rows, size, column, work, level);
    for (; column < columns; column += LANES) fold_leaf(fold, 1, rows, size, column, work, level);
  }
  /* The result goes to the lowest level. */
  for (int32_t column = 0; column < columns; column += LANES) {
    Vector value = splat(start_of(fold));
    for (int32_t level = 0; level < LEVELS; level++) {
      if (leaves >> level & 1) value = combine(fold, load(work + level * WIDTH + column), value);
    }
    store(work + column, value);
  }
}

void run_reduce(const int32_t *words, const Frame *frame) {
  const int32_t rank = words[2], reduced_rank = words[3], unit = words[4], fold = words[5], accumulate = words[6];
  const int by_columns = words[7];
  int32_t sizes[MAX_RANK];
  read_sizes(sizes, words + 8, rank, unit, frame);
  if (is_empty(rank, sizes)) return;
  const int32_t *reduced = words + 8 + rank;
  const int32_t *input = reduced + reduced_rank, *out = input + VIEW_WORDS + rank + reduced_rank;
  const int32_t *strides = strides_of(input), *out_strides = strides_of(out);
  const int32_t count = count_of(reduced_rank, reduced);
  const float *from = first_row_of(input, unit, frame);
  float *to = first_row_of(out, unit, frame);

  const ptrdiff_t stride = strides[rank - 1], out_stride = out_strides[rank - 1];
  Stretches stretches = stretches_of(frame, rank, sizes, by_columns ? CACHE_LINE : 1, count);
  while (next_stretch(&stretches)) {
    const float *first = from + offset_at(&stretches.line, strides);
    float *place = to + offset_at(&stretches.line, out_strides);
    for (int32_t index = stretches.first; index < stretches.end; index += by_columns ? COLUMNS : 1) {
      const Terms terms = terms_of(first + index * stride, reduced_rank, reduced, strides + rank);
      float *result = place + index * out_stride;
      if (fold == ARGMAX) *(int32_t *)result = position_of_maximum(terms, count);
      else if (by_columns) {
        const int32_t columns = stretches.end - index < COLUMNS ? stretches.end - index : COLUMNS;
        if (fold == SUM) fold_rows(SUM, terms, count, columns, frame->work);
        else fold_rows(MAX, terms, count, columns, frame->work);
        for (int32_t column = 0; column < columns; column++)
          put(result + column * out_stride, frame->work[column], accumulate);
      } else if (fold == SUM) put(result, fold_terms(SUM, terms, count, frame->work), accumulate);
      else put(result, fold_terms(MAX, terms, count, frame->work), accumulate);
    }
  }
}
