/*
 * Matrix products. The result is made in tiles held in vector registers while k runs: TILE_ROWS rows by 2 vectors, or
 * one row by WIDE vectors. The right operand is packed in panels of 2 vectors, k after k, padded with zeros; k is cut
 * into blocks, and the rows and columns of the result into blocks of tiles, so that what is read again comes from a near
 * cache.
 *
 * Each element is summed in the same order whatever the shape and the split of rows: k ascending within blocks of
 * K_BLOCK, block after block.
 *
 * Words: code, length, batch rank, unit, flags, m, n, k, batch sizes, views of a, b, the result and what is added to it
 * (the result itself when there is nothing to add).
 */
#include "program.h"
#include "vector.h"

#if defined(__AVX512F__)
enum { TILE_ROWS = 12 };
#elif defined(__AVX__)
enum { TILE_ROWS = 6 };
#else
enum { TILE_ROWS = 4 };
#endif
enum { PANEL = 2 * LANES, WIDE = 8, K_BLOCK = 256, ROW_BLOCK = 96, COLUMN_BLOCK = 256 };
enum { ADD = 1, PACKED = 2 };

/* A matrix in memory: its first element, elements between rows and between columns. */
typedef struct {
  float *at;
  ptrdiff_t rows, columns;
} Matrix;

/* Rows of the left operand: elements between rows and between neighbours in k. */
typedef struct {
  const float *at;
  ptrdiff_t rows, step;
} Left;

/* Columns of the right operand: elements between panels and between neighbours in k. */
typedef struct {
  const float *at;
  ptrdiff_t panels, step;
} Right;

/* Adds one k to the sums. */
INLINE void add_products(const int32_t rows, const int32_t vectors, Vector sums[TILE_ROWS][WIDE],
                         const float *const left[TILE_ROWS], const uint32_t left_offset, const float *right,
                         ptrdiff_t panels) {
  Vector columns[WIDE];
  for (int32_t v = 0; v < vectors; v++) {
    const float *panel = v < 2 ? right : right + v / 2 * panels;
    columns[v] = load(v % 2 == 0 ? panel : panel + LANES);
  }
  for (int32_t row = 0; row < rows; row++) {
    const Vector value = splat(left[row][left_offset]);
    for (int32_t v = 0; v < vectors; v++) sums[row][v] = multiply_add(value, columns[v], sums[row][v]);
  }
}

/* Where a product is stored, and the same part of what is added to it: `added.at` is NULL for nothing. */
typedef struct {
  Matrix to, added;
} Result;

/* The result from a row and a column on. */
static Result result_from(Result result, int32_t row, int32_t column) {
  result.to.at += row * result.to.rows + column * result.to.columns;
  if (result.added.at != NULL) result.added.at += row * result.added.rows + column * result.added.columns;
  return result;
}

/* One tile, of which `columns` columns are stored. */
INLINE void tile(const int32_t rows, const int32_t vectors, Left left, Right right, int32_t k, Result result,
                 int32_t columns) {
  Vector sums[TILE_ROWS][WIDE];
  const float *at[TILE_ROWS];
  for (int32_t row = 0; row < rows; row++) {
    for (int32_t v = 0; v < vectors; v++) sums[row][v] = splat(0);
    at[row] = left.at + row * left.rows;
  }
  /* Four at a time, each with an exit: compilers that see no end of a block between them mix their instructions, and
     run out of registers. */
  while (k > 0) {
    for (int32_t row = 0; row < rows; row++) __asm__("" : "+r"(at[row]));
    __asm__("" : "+r"(right.at));
#define NEXT(count)                                                                                                    \
  add_products(rows, vectors, sums, at, count * left.step, right.at + count * right.step, right.panels);               \
  if (--k == 0) break;
    NEXT(0) NEXT(1) NEXT(2) NEXT(3)
#undef NEXT
    for (int32_t row = 0; row < rows; row++) at[row] += 4 * left.step;
    right.at += 4 * right.step;
  }

  const Matrix out = result.to, added = result.added;
  if (columns == vectors * LANES && out.columns == 1 && (added.at == NULL || added.columns == 1)) {
    for (int32_t row = 0; row < rows; row++) {
      float *to = out.at + row * out.rows;
      if (added.at == NULL) {
        for (int32_t v = 0; v < vectors; v++) store(to + v * LANES, sums[row][v]);
      } else {
        const float *from = added.at + row * added.rows;
        for (int32_t v = 0; v < vectors; v++) store(to + v * LANES, load(from + v * LANES) + sums[row][v]);
      }
    }
    return;
  }
  for (int32_t row = 0; row < rows; row++) {
    float values[WIDE * LANES];
    for (int32_t v = 0; v < vectors; v++) store(values + v * LANES, sums[row][v]);
    for (int32_t column = 0; column < columns; column++) {
      const float before = added.at == NULL ? 0 : added.at[row * added.rows + column * added.columns];
      out.at[row * out.rows + column * out.columns] = before + values[column];
    }
  }
}

/* Rows in a row by rows known to the compiler, for each of the ways in which the operands lie. */
#define TILE_OF(count)                                                                                                 \
  case count:                                                                                                          \
    if (vectors == 1) tile(count, 1, left, right, k, result, columns);                                               \
    else tile(count, 2, left, right, k, result, columns);                                                            \
    break;
#if defined(__AVX512F__)
#define MORE_TILES TILE_OF(5) TILE_OF(6) TILE_OF(7) TILE_OF(8) TILE_OF(9) TILE_OF(10) TILE_OF(11) TILE_OF(12)
#elif defined(__AVX__)
#define MORE_TILES TILE_OF(5) TILE_OF(6)
#else
#define MORE_TILES
#endif
#define TILES                                                                                                          \
  switch (rows) {                                                                                                      \
    case 1:                                                                                                            \
      if (vectors == WIDE) tile(1, WIDE, left, right, k, result, columns);                                           \
      else if (vectors == 1) tile(1, 1, left, right, k, result, columns);                                            \
      else tile(1, 2, left, right, k, result, columns);                                                              \
      break;                                                                                                           \
      TILE_OF(2) TILE_OF(3) TILE_OF(4) MORE_TILES                                                                      \
  }

/* Left as it lies with neighbours in k side by side, right in panels. */
__attribute__((noinline)) static void tile_of_rows(int32_t rows, int32_t vectors, Left left, Right right, int32_t k, Result result,
                         int32_t columns) {
  left.step = 1;
  right.step = PANEL;
  TILES
}

/* Left interleaved, right in panels. */
__attribute__((noinline)) static void tile_of_interleaved(int32_t rows, int32_t vectors, Left left, Right right, int32_t k, Result result,
                         int32_t columns) {
  left.rows = 1;
  left.step = TILE_ROWS;
  right.step = PANEL;
  TILES
}

/* Both as they lie. */
__attribute__((noinline)) static void tile_in_place(int32_t rows, int32_t vectors, Left left, Right right, int32_t k, Result result,
                         int32_t columns) {
  left.step = 1;
  right.panels = PANEL;
  TILES
}

/* Writes a matrix [k, n] as panels, one after another. */
static void pack(Matrix from, int32_t k, int32_t n, float *to) {
  for (int32_t first = 0; first < n; first += PANEL) {
    const int32_t columns = n - first < PANEL ? n - first : PANEL;
    for (int32_t index = 0; index < k; index++, to += PANEL) {
      const float *row = from.at + index * from.rows + first * from.columns;
      if (columns == PANEL && from.columns == 1) {
        store(to, load(row));
        store(to + LANES, load(row + LANES));
      } else {
        for (int32_t column = 0; column < PANEL; column++) to[column] = column < columns ? row[column * from.columns] : 0;
      }
    }
  }
}

/* Writes rows [m, k] so that the rows of a tile lie side by side, k after k. */
static void interleave(Matrix from, int32_t m, int32_t k, float *to) {
  for (int32_t first = 0; first < m; first += TILE_ROWS) {
    const int32_t rows = m - first < TILE_ROWS ? m - first : TILE_ROWS;
    const float *column = from.at + first * from.rows;
    for (int32_t index = 0; index < k; index++, column += from.columns, to += TILE_ROWS) {
      if (rows == LANES && TILE_ROWS == LANES && from.rows == 1) store(to, load(column));
      else for (int32_t row = 0; row < rows; row++) to[row] = column[row * from.rows];
    }
  }
}

/* The product of some rows of a, all in one block of k, and some columns of b. */
static void multiply_block(Matrix a, Right right, Result result, int32_t m, int32_t n, int32_t k, int in_place,
                           float *work) {
  const int interleaved = a.columns != 1;
  if (interleaved) interleave(a, m, k, work);
  for (int32_t column = 0; column < n;) {
    const int32_t left_over = n - column;
    const int32_t vectors = m == 1 && left_over >= WIDE * LANES ? WIDE : left_over > LANES ? 2 : 1;
    const int32_t columns = left_over < vectors * LANES ? left_over : vectors * LANES;
    const Right panels = {right.at + column / PANEL * right.panels, right.panels, right.step};
    for (int32_t row = 0; row < m; row += TILE_ROWS) {
      const int32_t rows = m - row < TILE_ROWS ? m - row : TILE_ROWS;
      const Result to = result_from(result, row, column);
      if (interleaved) tile_of_interleaved(rows, vectors, (Left){work + row * k, 1, TILE_ROWS}, panels, k, to, columns);
      else {
        const Left left = {a.at + row * a.rows, a.rows, 1};
        if (in_place) tile_in_place(rows, vectors, left, panels, k, to, columns);
        else tile_of_rows(rows, vectors, left, panels, k, to, columns);
      }
    }
    column += columns;
  }
}

/* One matrix product; with `packed`, b.at holds panels of all k. */
static void multiply(Matrix a, Matrix b, Result result, int32_t m, int32_t n, int32_t k, int packed, float *work) {
  float *interleaved = work + K_BLOCK * COLUMN_BLOCK;
  /* Packing pays only when there is more than one tile to read the panels. */
  const int in_place = !packed && m <= TILE_ROWS && a.columns == 1 && b.columns == 1;
  for (int32_t first_k = 0; first_k < k || first_k == 0; first_k += K_BLOCK, result.added = result.to) {
    const int32_t depth = k - first_k < K_BLOCK ? k - first_k : K_BLOCK;
    for (int32_t column = 0; column < n; column += COLUMN_BLOCK) {
      const int32_t width = n - column < COLUMN_BLOCK ? n - column : COLUMN_BLOCK;
      const Matrix part = {b.at + first_k * b.rows + column * b.columns, b.rows, b.columns};
      Right right = {work, depth * PANEL, PANEL};
      if (packed) right = (Right){b.at + (ptrdiff_t)column * k + first_k * PANEL, (ptrdiff_t)k * PANEL, PANEL};
      else if (in_place) right = (Right){part.at, PANEL, part.rows};
      else pack(part, depth, width, work);
      for (int32_t row = 0; row < m; row += ROW_BLOCK) {
        const Matrix rows = {a.at + row * a.rows + first_k * a.columns, a.rows, a.columns};
        const int32_t count = m - row < ROW_BLOCK ? m - row : ROW_BLOCK;
        multiply_block(rows, right, result_from(result, row, column), count, width, depth, in_place, interleaved);
      }
    }
  }
}

static Matrix turn(Matrix matrix) { return (Matrix){matrix.at, matrix.columns, matrix.rows}; }

ptrdiff_t matmul_work(const int32_t *words) {
  (void)words;
  return K_BLOCK * COLUMN_BLOCK + ROW_BLOCK * K_BLOCK;
}

/* Some rows and columns of the result. */
typedef struct {
  Share rows, columns;
} Part;

static Part all_of(int32_t m, int32_t n) { return (Part){{0, m}, {0, n}}; }

/*
 * This member's part of a result that all members share: a grid is laid over it, so many parts across and down that the
 * largest costs least. A part costs its multiply-adds and the reading of its rows and columns.
 */
static Part part_of_result(const Frame *frame, int32_t m, int32_t n) {
  enum { READING = 8 };
  const int32_t panels = (n + PANEL - 1) / PANEL;
  int64_t least = INT64_MAX;
  Part part = {};
  for (int32_t across = 1; across <= frame->members; across++) {
    if (frame->members % across != 0) continue;
    const int32_t down = frame->members / across;
    const int64_t rows = (m + down - 1) / down, columns = (panels + across - 1) / across * PANEL;
    const int64_t cost = (rows + READING) * (columns + READING);
    if (cost >= least) continue;
    least = cost;
    part.rows = part_of(m, frame->member / across, down);
    part.columns = part_of(panels, frame->member % across, across);
  }
  part.columns.first *= PANEL;
  part.columns.end = part.columns.end * PANEL < n ? part.columns.end * PANEL : n;
  return part;
}

/* Makes a part of one matrix product. */
static void multiply_part(Matrix a, Matrix b, Result result, Part part, int32_t k, int packed, float *work) {
  const int32_t row = part.rows.first, m = part.rows.end - row;
  const int32_t column = part.columns.first, n = part.columns.end - column;
  if (m <= 0 || n <= 0) return;
  a.at += row * a.rows;
  b.at += column * (packed ? k : b.columns);
  multiply(a, b, result_from(result, row, column), m, n, k, packed, work);
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

  const int packed = flags & PACKED;
  /* outᵀ = bᵀ·aᵀ, where that makes neighbours of the result neighbours in memory. */
  const int turned = out_strides[rank] == 1 && out_strides[rank + 1] != 1 && !packed;
  /* Members share out the products, or when these are few, each of them. */
  const int64_t size = (int64_t)m * n * k;
  const int32_t products = count_of(rank, batch);
  const int shares_each = products < 4 * frame->members && is_shared(frame, size);
  const Part part = !shares_each ? turned ? all_of(n, m) : all_of(m, n)
                    : turned     ? part_of_result(frame, n, m)
                                 : part_of_result(frame, m, n);
  const Share share = shares_each ? (Share){0, products} : share_of(frame, products, size);
  Counter counter = counter_of(rank, batch);
  go_to(&counter, share.first);
  for (int32_t left = share.end - share.first; left > 0; left--) {
    const Matrix a = {a_first + offset_at(&counter, a_strides), a_strides[rank], a_strides[rank + 1]};
    const Matrix b = {b_first + offset_at(&counter, b_strides), b_strides[rank], b_strides[rank + 1]};
    const Matrix out = {out_first + offset_at(&counter, out_strides), out_strides[rank], out_strides[rank + 1]};
    Matrix added = {added_first + offset_at(&counter, added_strides), added_strides[rank], added_strides[rank + 1]};
    if (!(flags & ADD)) added.at = NULL;
    if (turned) multiply_part(turn(b), turn(a), (Result){turn(out), turn(added)}, part, k, 0, frame->work);
    else multiply_part(a, b, (Result){out, added}, part, k, packed, frame->work);
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
