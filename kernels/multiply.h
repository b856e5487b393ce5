/*
 * Products of two matrices. The right operand is packed in panels of 2 vectors, k after k, padded with zeros; k is cut into
 * blocks, and the rows and columns of the result into blocks of tiles, so that what is read again comes from a near
 * cache.
 *
 * Each element is summed in the same order whatever the shape and the split of rows: k ascending within blocks of
 * K_BLOCK, block after block. Where a second product is added, and all k of each are one block of rows as they lie, the
 * sum goes on from one to the other.
 */
#ifndef RONDO_MULTIPLY_H
#define RONDO_MULTIPLY_H

#include "panels.h"
#include "program.h"
#include "tile.h"

/* Up to IN_PLACE_ROWS rows, packing costs more than it saves. */
enum { K_BLOCK = 256, ROW_BLOCK = 96, COLUMN_BLOCK = 256, IN_PLACE_ROWS = 3 * TILE_ROWS };
/* Elements of work memory that a product needs. */
enum { MULTIPLY_WORK = K_BLOCK * COLUMN_BLOCK + ROW_BLOCK * K_BLOCK + LANES };

/*
 * The factors of a product; with `packed`, b.at holds panels of all k. What the columns of b sum up to is added to
 * `column_sums`, unless that is NULL.
 */
typedef struct {
  Matrix a, b;
  int32_t k;
  int packed;
  float *column_sums;
} Factors;

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

/* Adds up and stores a tile that lies in `values`: what of it belongs to the result. */
static void store_tile(const float *values, int32_t width, Result result, int32_t rows, int32_t columns) {
  const Matrix out = result.to, added = result.added;
  const int neighbours = out.columns == 1 && (added.at == NULL || added.columns == 1);
  for (int32_t row = 0; row < rows; row++) {
    const float *from = values + row * width, *before = added.at == NULL ? NULL : added.at + row * added.rows;
    float *to = out.at + row * out.rows;
    int32_t column = 0;
    for (; neighbours && column + LANES <= columns; column += LANES) {
      const Vector sums = load(from + column);
      store(to + column, before == NULL ? sums : load(before + column) + sums);
    }
    for (; column < columns; column++)
      to[column * out.columns] = before == NULL ? from[column] : before[column * added.columns] + from[column];
  }
}

/* Tiles of so many columns, one below another. */
static void run_stack(int32_t rows, int32_t width, int32_t count, Leg *legs, int32_t parts, Result result,
                      int32_t columns) {
  const Matrix to = result.to, added = result.added;
  if (columns == width && to.columns == 1 && (added.at == NULL || added.columns == 1))
    return run_tiles(rows, width, count, legs, parts, (Target){to.at, to.rows, added.at, added.rows});
  /* Not all columns belong to the result, or they are not neighbours there. */
  float values[TALL_ROWS * PANEL];
  for (; count > 0; count--) {
    run_tiles(rows, width, 1, legs, parts, (Target){values, width, NULL, 0});
    store_tile(values, width, result, rows, columns);
    for (int32_t part = 0; part < parts; part++) legs[part].left.at += legs[part].left.tiles;
    result = result_from(result, rows, 0);
  }
}

/* The widest tile for what is left of the columns. */
static int32_t width_of_tile(int32_t m, int32_t columns) {
  if (m == 1 && columns >= WIDE * LANES) return WIDE * LANES;
  return columns > LANES ? PANEL : columns > HALF ? LANES : HALF;
}

/* Some rows and all columns of factors, in one block of k. */
typedef struct {
  Matrix a;
  Right b;
  int32_t k;
} Block;

/* The sum of the products of up to two blocks. */
static void multiply_blocks(const Block *blocks, int32_t parts, Result result, int32_t m, int32_t n, float *work) {
  const Matrix a = blocks[0].a;
  const int32_t k = blocks[0].k;
  /* A tall tile uses most of each cache line of a turned operand that it touches; a low one would read it many times. */
  const int interleaved = parts == 1 && a.columns != 1 && TILE_ROWS < CACHE_LINE / 2;
  for (int32_t column = 0, width = 0; column < n; column += width) {
    width = width_of_tile(m, n - column);
    const int32_t columns = n - column < width ? n - column : width;
    const int32_t most = width == PANEL || interleaved ? TILE_ROWS : TALL_ROWS;
    /* Tiles of about the same number of rows: the first have one more than the others. */
    const int32_t tiles = (m + most - 1) / most, low = m / tiles, higher = m % tiles;
    for (int32_t is_low = 0, row = 0, tile = 0; is_low < 2; is_low++) {
      const int32_t rows = is_low ? low : low + 1, count = is_low ? tiles - higher : higher;
      if (count == 0) continue;
      Leg legs[2];
      for (int32_t part = 0; part < parts; part++) {
        const Matrix left = blocks[part].a;
        const Right right = blocks[part].b;
        legs[part] = (Leg){{left.at + row * left.rows, left.rows, left.columns, rows * left.rows},
                           {right.at + column / PANEL * right.panels, right.panels, right.step},
                           blocks[part].k};
      }
      if (interleaved) {
        legs[0].left = (Left){work + tile * TILE_ROWS * k, 1, TILE_ROWS, TILE_ROWS * k};
        for (int32_t index = 0; column == 0 && index < count; index++)
          interleave((Matrix){a.at + (row + index * rows) * a.rows, a.rows, a.columns}, rows, k, work + (tile + index) * TILE_ROWS * k);
      }
      run_stack(rows, width, count, legs, parts, result_from(result, row, column), columns);
      row += count * rows;
      tile += count;
    }
  }
}

static Matrix rows_from(Matrix matrix, int32_t row) {
  matrix.at += row * matrix.rows;
  return matrix;
}

/* The panels of some columns and k of packed factors. */
static Right panels_from(Factors factors, int32_t column, int32_t k) {
  return (Right){factors.b.at + (ptrdiff_t)column * factors.k + k * PANEL, (ptrdiff_t)factors.k * PANEL, PANEL};
}

/* Adds up so many neighbouring vectors, a literal, k ascending. */
INLINE void add_vectors(const int32_t vectors, const float *at, ptrdiff_t step, int32_t k, float *sums) {
  Vector totals[2] = {};
  for (; k > 0; k--, at += step) {
    for (int32_t v = 0; v < vectors; v++) totals[v] += load(at + v * LANES);
  }
  for (int32_t v = 0; v < vectors; v++) store(sums + v * LANES, load(sums + v * LANES) + totals[v]);
}

/* Adds up the columns of panels. */
static void add_columns(Right panels, int32_t k, int32_t n, float *sums) {
  for (int32_t column = 0; column < n;) {
    const float *at = panels.at + column / PANEL * panels.panels + column % PANEL;
    if (n - column >= PANEL) {
      add_vectors(2, at, panels.step, k, sums + column);
      column += PANEL;
    } else if (n - column >= LANES) {
      add_vectors(1, at, panels.step, k, sums + column);
      column += LANES;
    } else {
      float sum = 0;
      for (int32_t index = 0; index < k; index++) sum += at[index * panels.step];
      sums[column++] += sum;
    }
  }
}

/* One matrix product. */
static void multiply(Factors factors, Result result, int32_t m, int32_t n, float *work) {
  const Matrix a = factors.a, b = factors.b;
  const int32_t k = factors.k;
  float *interleaved = work + K_BLOCK * COLUMN_BLOCK;
  const int in_place = !factors.packed && m <= IN_PLACE_ROWS && b.columns == 1;
  for (int32_t column = 0; column < n; column += COLUMN_BLOCK) {
    const int32_t width = n - column < COLUMN_BLOCK ? n - column : COLUMN_BLOCK;
    for (int32_t first_k = 0; first_k < k || first_k == 0; first_k += K_BLOCK) {
      const int32_t depth = k - first_k < K_BLOCK ? k - first_k : K_BLOCK;
      const Matrix part = {b.at + first_k * b.rows + column * b.columns, b.rows, b.columns};
      Right right = {work, depth * PANEL, PANEL};
      if (factors.packed) right = panels_from(factors, column, first_k);
      else if (in_place) right = (Right){part.at, PANEL, part.rows};
      else pack(part, depth, width, work);
      if (factors.column_sums != NULL) add_columns(right, depth, width, factors.column_sums + column);
      for (int32_t row = 0; row < m; row += ROW_BLOCK) {
        const Block block = {{a.at + row * a.rows + first_k * a.columns, a.rows, a.columns}, right, depth};
        const int32_t count = m - row < ROW_BLOCK ? m - row : ROW_BLOCK;
        Result part_of_result = result_from(result, row, column);
        if (first_k > 0) part_of_result.added = part_of_result.to;
        multiply_blocks(&block, 1, part_of_result, count, width, interleaved);
      }
    }
  }
}

/* Whether tiles can go through rows as they lie, and through all k at once. */
static int is_one_block(Factors factors) { return factors.k <= K_BLOCK && factors.a.columns == 1; }

/* The sum of two products of packed factors. */
static void multiply_two(Factors first, Factors second, Result result, int32_t m, int32_t n, float *work) {
  if (!is_one_block(first) || !is_one_block(second)) {
    multiply(first, result, m, n, work);
    result.added = result.to;
    return multiply(second, result, m, n, work);
  }
  for (int32_t column = 0; column < n; column += COLUMN_BLOCK) {
    const int32_t width = n - column < COLUMN_BLOCK ? n - column : COLUMN_BLOCK;
    for (int32_t row = 0; row < m; row += ROW_BLOCK) {
      const Block blocks[] = {{rows_from(first.a, row), panels_from(first, column, 0), first.k},
                              {rows_from(second.a, row), panels_from(second, column, 0), second.k}};
      const int32_t count = m - row < ROW_BLOCK ? m - row : ROW_BLOCK;
      multiply_blocks(blocks, 2, result_from(result, row, column), count, width, work);
    }
  }
}

#endif
