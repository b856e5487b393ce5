/*
 * Matrix products. The result is made in tiles of TILE_ROWS x TILE_COLUMNS held in vector registers while k runs. The
 * right operand is read from panels: TILE_COLUMNS columns, k after k, padded with zeros. k is cut into blocks and the
 * rows and columns of the result into blocks of tiles, so that what is read again comes from a near cache.
 *
 * Each element is summed in the same order whatever the shape and the split of rows: k ascending within blocks of
 * K_BLOCK, block after block.
 *
 * Words: code, length, batch rank, unit, flags, m, n, k, batch sizes, views of a, b and the result.
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
enum { TILE_COLUMNS = 2 * LANES, K_BLOCK = 256, COLUMN_BLOCK = 256 };
enum { ACCUMULATE = 1, PACKED = 2 };

/* A matrix in memory: its first element, elements between rows and between columns. */
typedef struct {
  float *at;
  ptrdiff_t rows, columns;
} Matrix;

/* One tile: a of `rows` rows, times a panel of b. `add` keeps what is in `out`, of which `columns` are stored. */
INLINE void tile(const int32_t rows, Matrix a, const float *panel, int32_t k, Matrix out, int32_t columns, int add) {
  Vector sums[TILE_ROWS][2];
  for (int32_t row = 0; row < rows; row++) sums[row][0] = sums[row][1] = splat(0);
  for (int32_t index = 0; index < k; index++, panel += TILE_COLUMNS) {
    const Vector left = load(panel), right = load(panel + LANES);
    for (int32_t row = 0; row < rows; row++) {
      const Vector value = splat(a.at[row * a.rows + index * a.columns]);
      sums[row][0] = multiply_add(value, left, sums[row][0]);
      sums[row][1] = multiply_add(value, right, sums[row][1]);
    }
  }
  for (int32_t row = 0; row < rows; row++) {
    float *to = out.at + row * out.rows;
    if (columns == TILE_COLUMNS && out.columns == 1) {
      store(to, add ? load(to) + sums[row][0] : sums[row][0]);
      store(to + LANES, add ? load(to + LANES) + sums[row][1] : sums[row][1]);
    } else {
      float values[TILE_COLUMNS];
      store(values, sums[row][0]);
      store(values + LANES, sums[row][1]);
      for (int32_t column = 0; column < columns; column++) {
        float *place = to + column * out.columns;
        *place = add ? *place + values[column] : values[column];
      }
    }
  }
}

static void any_tile(int32_t rows, Matrix a, const float *panel, int32_t k, Matrix out, int32_t columns, int add) {
  switch (rows) {
#define CASE(count)                                                                                                   \
  case count: tile(count, a, panel, k, out, columns, add); break;
    CASE(1) CASE(2) CASE(3) CASE(4)
#if defined(__AVX__)
    CASE(5) CASE(6)
#endif
#if defined(__AVX512F__)
    CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#endif
  }
}

/* Writes a matrix [k, n] as panels, one after another. */
static void pack(Matrix from, int32_t k, int32_t n, float *to) {
  for (int32_t first = 0; first < n; first += TILE_COLUMNS) {
    const int32_t columns = n - first < TILE_COLUMNS ? n - first : TILE_COLUMNS;
    for (int32_t index = 0; index < k; index++, to += TILE_COLUMNS) {
      const float *row = from.at + index * from.rows + first * from.columns;
      if (columns == TILE_COLUMNS && from.columns == 1) {
        store(to, load(row));
        store(to + LANES, load(row + LANES));
      } else {
        for (int32_t column = 0; column < TILE_COLUMNS; column++)
          to[column] = column < columns ? row[column * from.columns] : 0;
      }
    }
  }
}

/* One matrix product; with `packed`, b.at holds panels of all k. */
static void multiply(Matrix a, Matrix b, Matrix out, int32_t m, int32_t n, int32_t k, int add, int packed, float *work) {
  for (int32_t first_k = 0; first_k < k || first_k == 0; first_k += K_BLOCK, add = 1) {
    const int32_t depth = k - first_k < K_BLOCK ? k - first_k : K_BLOCK;
    for (int32_t block = 0; block < n; block += COLUMN_BLOCK) {
      const int32_t width = n - block < COLUMN_BLOCK ? n - block : COLUMN_BLOCK;
      const float *panels = work;
      ptrdiff_t panel_size = depth * TILE_COLUMNS;
      if (packed) {
        panel_size = (ptrdiff_t)k * TILE_COLUMNS;
        panels = b.at + block / TILE_COLUMNS * panel_size + first_k * TILE_COLUMNS;
      } else {
        Matrix part = {b.at + first_k * b.rows + block * b.columns, b.rows, b.columns};
        pack(part, depth, width, work);
      }
      for (int32_t column = 0; column < width; column += TILE_COLUMNS, panels += panel_size) {
        const int32_t columns = width - column < TILE_COLUMNS ? width - column : TILE_COLUMNS;
        for (int32_t row = 0; row < m; row += TILE_ROWS) {
          Matrix rows = {a.at + row * a.rows + first_k * a.columns, a.rows, a.columns};
          Matrix to = {out.at + row * out.rows + (block + column) * out.columns, out.rows, out.columns};
          any_tile(m - row < TILE_ROWS ? m - row : TILE_ROWS, rows, panels, depth, to, columns, add);
        }
      }
    }
  }
}

ptrdiff_t matmul_work(const int32_t *words) { return words[4] & PACKED ? 0 : K_BLOCK * COLUMN_BLOCK; }

void run_matmul(const int32_t *words, const Frame *frame) {
  const int32_t rank = words[2], unit = words[3], flags = words[4], n = words[6], k = words[7];
  const int32_t m = rank > 0 ? words[5] : rows_in(frame, words[5], unit);
  int32_t batch[MAX_RANK];
  read_sizes(batch, words + 8, rank, unit, frame);
  if (m == 0 || n == 0 || is_empty(rank, batch)) return;

  const int32_t *a_view = words + 8 + rank;
  const int32_t *b_view = a_view + VIEW_WORDS + rank + 2;
  const int32_t *out_view = b_view + VIEW_WORDS + rank + 2;
  const int32_t *a_strides = strides_of(a_view), *b_strides = strides_of(b_view), *out_strides = strides_of(out_view);
  float *a = first_row_of(a_view, unit, frame);
  /* Without batch dimensions b is one matrix for all rows. */
  float *b = rank > 0 ? first_row_of(b_view, unit, frame) : place_of(b_view, frame);
  float *out = first_row_of(out_view, unit, frame);
  Counter counter = counter_of(rank, batch);
  do {
    multiply((Matrix){a + offset_at(&counter, a_strides), a_strides[rank], a_strides[rank + 1]},
             (Matrix){b + offset_at(&counter, b_strides), b_strides[rank], b_strides[rank + 1]},
             (Matrix){out + offset_at(&counter, out_strides), out_strides[rank], out_strides[rank + 1]}, m, n, k,
             flags & ACCUMULATE, flags & PACKED, frame->work);
  } while (advance(&counter));
}

/* Words: code, length, k, n, input view, view of the panels. */
void run_pack(const int32_t *words, const Frame *frame) {
  const int32_t *input = words + 4, *strides = strides_of(input);
  Matrix from = {place_of(input, frame), strides[0], strides[1]};
  pack(from, words[2], words[3], place_of(input + VIEW_WORDS + 2, frame));
}
