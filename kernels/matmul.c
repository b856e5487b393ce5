/*
 * Matrix products: what of each is this member's, and which rows and k of it count.
 *
 * Words: code, length, batch rank, unit, flags, m, n, k, batch sizes, views of a, b, the result and what is added to it
 * (the result itself when there is nothing to add); without batch, views of numbers that tell which rows of a count and
 * which k, of one stride each; for a second product, which is packed like the first, k and the views of a and b; for sums
 * of the columns of b, where neighbours in the result lie beside one another, their view.
 */
#include "multiply.h"

enum { ADD = 1, PACKED = 2, SOME_ROWS = 4, SOME_INNER = 8, TWO_PRODUCTS = 16, COLUMN_SUMS = 32 };

static Matrix turned_matrix(Matrix matrix) { return (Matrix){matrix.at, matrix.columns, matrix.rows}; }

ptrdiff_t matmul_work(const int32_t *words) {
  (void)words;
  return MULTIPLY_WORK;
}

/* Some rows and columns of the result. */
typedef struct {
  Share rows, columns;
} Part;

static Part all_of(int32_t m, int32_t n) { return (Part){{0, m}, {0, n}}; }

/*
 * This member's part of a result that all members share: a grid is laid over it, so many parts across and down that the
 * largest costs least. A part costs its multiply-adds and the reading of its rows and columns. Columns are shared out by
 * `grain`.
 */
static Part part_of_result(const Frame *frame, int32_t m, int32_t n, int32_t grain) {
  enum { READING = 8 };
  const int32_t grains = (n + grain - 1) / grain;
  int64_t least = INT64_MAX;
  Part part = {};
  for (int32_t across = 1; across <= frame->members; across++) {
    if (frame->members % across != 0) continue;
    const int32_t down = frame->members / across;
    const int64_t rows = (m + down - 1) / down, columns = (grains + across - 1) / across * grain;
    const int64_t cost = (rows + READING) * (columns + READING);
    if (cost >= least) continue;
    least = cost;
    part.rows = part_of(m, frame->member / across, down);
    part.columns = part_of(grains, frame->member % across, across);
  }
  part.columns.first *= grain;
  part.columns.end = part.columns.end * grain < n ? part.columns.end * grain : n;
  return part;
}

/* What of the factors makes a part of the result. */
static Factors factors_of(Factors factors, Part part) {
  factors.a = rows_from(factors.a, part.rows.first);
  factors.b.at += part.columns.first * (factors.packed ? factors.k : factors.b.columns);
  if (factors.column_sums != NULL) factors.column_sums += part.columns.first;
  return factors;
}

/* Makes a part of a product, to which that of `more` is added unless it is NULL. */
static void multiply_part(Factors factors, const Factors *more, Result result, Part part, float *work) {
  const int32_t m = part.rows.end - part.rows.first, n = part.columns.end - part.columns.first;
  if (m <= 0 || n <= 0) return;
  result = result_from(result, part.rows.first, part.columns.first);
  factors = factors_of(factors, part);
  if (more == NULL) multiply(factors, result, m, n, work);
  else multiply_two(factors, factors_of(*more, part), result, m, n, work);
}

/* Numbers that tell what counts: what they are 0 for does not. All does where `at` is NULL. */
typedef struct {
  const float *at;
  ptrdiff_t step;
} Counts;

static Counts counts_of(const int32_t *view, int is_given, const Frame *frame) {
  return (Counts){is_given ? place_of(view, frame) : NULL, strides_of(view)[0]};
}

/* From `first` on, what counts like `first` does. */
static Share run_from(Counts counts, int32_t first, int32_t end) {
  Share run = {first, end};
  if (counts.at == NULL) return run;
  const int is_counted = counts.at[first * counts.step] != 0;
  run.end = first + 1;
  while (run.end < end && (counts.at[run.end * counts.step] != 0) == is_counted) run.end++;
  return run;
}

static int is_counted(Counts counts, int32_t index) { return counts.at == NULL || counts.at[index * counts.step] != 0; }

/* Makes a part of a product of which some k do not count, run by run of those that do. */
static void multiply_inner(Factors factors, Result result, Part part, Counts inner, float *work) {
  if (inner.at == NULL) return multiply_part(factors, NULL, result, part, work);
  int is_first = 1;
  for (Share run = {0, 0}; run.end < factors.k;) {
    run = run_from(inner, run.end, factors.k);
    if (!is_counted(inner, run.first)) continue;
    const Matrix a = factors.a, b = rows_from(factors.b, run.first);
    const Matrix left = {a.at + run.first * a.columns, a.rows, a.columns};
    multiply_part((Factors){left, b, run.end - run.first, 0, NULL}, NULL, result, part, work);
    result.added = result.to;
    is_first = 0;
  }
  factors.k = 0;
  if (is_first) multiply_part(factors, NULL, result, part, work);
}

/* Makes a part of a product of which some rows and some k do not count. */
static void multiply_counted(Factors factors, Result result, Part part, Counts rows, Counts inner, float *work) {
  const Factors nothing = {factors.a, factors.b, 0, factors.packed, NULL};
  const int32_t end = part.rows.end;
  for (part.rows.end = part.rows.first; part.rows.end < end;) {
    part.rows = run_from(rows, part.rows.end, end);
    if (is_counted(rows, part.rows.first)) multiply_inner(factors, result, part, inner, work);
    else multiply_part(nothing, NULL, result, part, work);
  }
}

/* The second product in words: k, views of a and of the panels. */
static Factors factors_in(const int32_t *words, int32_t unit, const Frame *frame) {
  const int32_t *a_view = words + 1, *a = strides_of(a_view);
  const Matrix panels = {place_of(a_view + VIEW_WORDS + 2, frame), 0, 0};
  return (Factors){{first_row_of(a_view, unit, frame), a[0], a[1]}, panels, words[0], 1, NULL};
}

void run_matmul(const int32_t *words, const Frame *frame) {
  const int32_t rank = words[2], unit = words[3], flags = words[4], n = words[6], k = words[7];
  const int32_t m = rank > 0 ? words[5] : rows_in(frame, words[5], unit);
  int32_t batch[MAX_RANK];
  read_sizes(batch, words + 8, rank, unit, frame);
  if (m == 0 || n == 0 || is_empty(rank, batch)) return;

  const int32_t *a_view = words + 8 + rank;
  const int32_t *b_view = a_view + VIEW_WORDS + rank + 2;
  const int32_t *out_view = b_view + VIEW_WORDS + rank + 2;
  const int32_t *added_view = out_view + VIEW_WORDS + rank + 2;
  const int32_t *a_strides = strides_of(a_view), *b_strides = strides_of(b_view);
  const int32_t *out_strides = strides_of(out_view), *added_strides = strides_of(added_view);
  float *a_first = first_row_of(a_view, unit, frame);
  /* Without batch dimensions b is one matrix for all rows. */
  float *b_first = rank > 0 ? first_row_of(b_view, unit, frame) : place_of(b_view, frame);
  float *out_first = first_row_of(out_view, unit, frame);
  float *added_first = first_row_of(added_view, unit, frame);
  const int32_t *rows_view = added_view + VIEW_WORDS + rank + 2, *inner_view = rows_view + VIEW_WORDS + 1;
  const int32_t *last = inner_view + VIEW_WORDS + 1;
  Factors more = {};
  if (flags & TWO_PRODUCTS) more = factors_in(last, unit, frame);

  const int packed = flags & PACKED;
  /* outᵀ = bᵀ·aᵀ, where that makes neighbours of the result neighbours in memory. */
  const int turned = out_strides[rank] == 1 && out_strides[rank + 1] != 1 && !packed;
  /* Members share out the products, or when these are few, each of them. */
  const int64_t size = (int64_t)m * n * (k + more.k);
  const int32_t products = count_of(rank, batch);
  const int shares_each = products < 4 * frame->members && is_shared(frame, size);
  const Part part = !shares_each ? turned ? all_of(n, m) : all_of(m, n)
                    : turned     ? part_of_result(frame, n, m, LANES)
                                 : part_of_result(frame, m, n, packed ? PANEL : LANES);
  /* Turned, rows are columns: what does not count there is zeros, and is multiplied like the rest. */
  const Counts rows = counts_of(rows_view, flags & SOME_ROWS && !turned, frame);
  const Counts inner = counts_of(inner_view, flags & SOME_INNER, frame);
  const Share share = shares_each ? (Share){0, products} : share_of(frame, products, size);
  Counter counter = counter_of(rank, batch);
  go_to(&counter, share.first);
  for (int32_t left = share.end - share.first; left > 0; left--) {
    const Matrix a = {a_first + offset_at(&counter, a_strides), a_strides[rank], a_strides[rank + 1]};
    const Matrix b = {b_first + offset_at(&counter, b_strides), b_strides[rank], b_strides[rank + 1]};
    const Matrix out = {out_first + offset_at(&counter, out_strides), out_strides[rank], out_strides[rank + 1]};
    Matrix added = {added_first + offset_at(&counter, added_strides), added_strides[rank], added_strides[rank + 1]};
    if (!(flags & ADD)) added.at = NULL;
    const Result result = {out, added}, result_turned = {turned_matrix(out), turned_matrix(added)};
    /* Of those who make some rows each, the first sums up the columns. */
    float *column_sums = flags & COLUMN_SUMS && part.rows.first == 0 ? place_of(last, frame) : NULL;
    for (int32_t column = part.columns.first; column_sums && column < part.columns.end; column++) column_sums[column] = 0;
    const Factors factors = {a, b, k, packed, column_sums};
    const Factors factors_turned = {turned_matrix(b), turned_matrix(a), k, 0, NULL};
    if (flags & TWO_PRODUCTS) multiply_part(factors, &more, result, part, frame->work);
    else if (turned) multiply_counted(factors_turned, result_turned, part, rows, inner, frame->work);
    else multiply_counted(factors, result, part, rows, inner, frame->work);
    advance(&counter);
  }
}

/* Words: code, length, k, n, input view, view of the panels. */
void run_pack(const int32_t *words, const Frame *frame) {
  const int32_t k = words[2], n = words[3];
  const int32_t *input = words + 4, *strides = strides_of(input);
  const Share share = share_of(frame, (n + PANEL - 1) / PANEL, (int64_t)k * PANEL);
  const int32_t first = share.first * PANEL;
  Matrix from = {place_of(input, frame) + first * strides[1], strides[0], strides[1]};
  const int32_t columns = (share.end * PANEL < n ? share.end * PANEL : n) - first;
  pack(from, k, columns, place_of(input + VIEW_WORDS + 2, frame) + first * k);
}
