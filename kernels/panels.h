/* Operands of matrix products, rearranged so that what a tile needs next lies next in memory. */
#ifndef RONDO_PANELS_H
#define RONDO_PANELS_H

#include "tile.h"

/* A matrix in memory: its first element, elements between rows and between columns. */
typedef struct {
  float *at;
  ptrdiff_t rows, columns;
} Matrix;

/* Four neighbours in memory. */
typedef float Four __attribute__((vector_size(16)));
typedef float UnalignedFour __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__clang__) || __GNUC__ >= 12
#define CHOOSE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define CHOOSE(a, b, ...) __builtin_shuffle(a, b, (int32_t __attribute__((vector_size(16)))){__VA_ARGS__})
#endif

/* Turns 4 by 4: `from` has 4 neighbours in each of 4 lines, `to` has them in columns. */
INLINE void turn_four(const float *from, ptrdiff_t lines, float *to, ptrdiff_t to_lines) {
  const Four a = *(const UnalignedFour *)from, b = *(const UnalignedFour *)(from + lines);
  const Four c = *(const UnalignedFour *)(from + 2 * lines), d = *(const UnalignedFour *)(from + 3 * lines);
  const Four ab_low = CHOOSE(a, b, 0, 4, 1, 5), ab_high = CHOOSE(a, b, 2, 6, 3, 7);
  const Four cd_low = CHOOSE(c, d, 0, 4, 1, 5), cd_high = CHOOSE(c, d, 2, 6, 3, 7);
  *(UnalignedFour *)to = CHOOSE(ab_low, cd_low, 0, 1, 4, 5);
  *(UnalignedFour *)(to + to_lines) = CHOOSE(ab_low, cd_low, 2, 3, 6, 7);
  *(UnalignedFour *)(to + 2 * to_lines) = CHOOSE(ab_high, cd_high, 0, 1, 4, 5);
  *(UnalignedFour *)(to + 3 * to_lines) = CHOOSE(ab_high, cd_high, 2, 3, 6, 7);
}

/* to[i·width + j] = from[j·lines + i·step] for i below `k` and j below `count`. */
static void turn(const float *from, ptrdiff_t lines, ptrdiff_t step, int32_t k, int32_t count, float *to,
                 int32_t width) {
  int32_t line = 0;
  for (; step == 1 && line + 4 <= count; line += 4) {
    const float *four = from + line * lines;
    int32_t index = 0;
    for (; index + 4 <= k; index += 4) turn_four(four + index, lines, to + index * width + line, width);
    for (; index < k; index++) {
      for (int32_t j = 0; j < 4; j++) to[index * width + line + j] = four[j * lines + index];
    }
  }
  for (; line < count; line++) {
    for (int32_t index = 0; index < k; index++) to[index * width + line] = from[line * lines + index * step];
  }
}

/* Fills the last panel of `columns` columns with zeros. */
static void pad(float *panel, int32_t k, int32_t columns) {
  for (int32_t index = 0; index < k; index++, panel += PANEL) {
    for (int32_t column = columns; column < PANEL; column++) panel[column] = 0;
  }
}

/* Writes a matrix [k, n] as panels, one after another. */
static void pack(Matrix from, int32_t k, int32_t n, float *to) {
  const int32_t whole = n / PANEL, left_over = n % PANEL;
  if (from.columns == 1) {
    /* Row by row, for long stretches of memory come fast. */
    for (int32_t index = 0; index < k; index++, to += PANEL) {
      const float *row = from.at + index * from.rows;
      float *panel = to;
      for (int32_t count = 0; count < whole; count++, panel += k * PANEL, row += PANEL) {
        store(panel, load(row));
        store(panel + LANES, load(row + LANES));
      }
      for (int32_t column = 0; column < left_over; column++) panel[column] = row[column];
    }
    to -= k * PANEL;
  } else {
    for (int32_t first = 0; first < n; first += PANEL) {
      const int32_t columns = n - first < PANEL ? n - first : PANEL;
      turn(from.at + first * from.columns, from.columns, from.rows, k, columns, to + first * k, PANEL);
    }
  }
  if (left_over > 0) pad(to + (n - left_over) * k, k, left_over);
}

/* Writes rows [m, k] of a tile side by side, k after k, and up to a vector past the end. */
static void interleave(Matrix from, int32_t m, int32_t k, float *to) {
  if (from.rows != 1) return turn(from.at, from.rows, from.columns, k, m, to, TILE_ROWS);
  for (int32_t index = 0; index < k; index++, from.at += from.columns, to += TILE_ROWS) {
    for (int32_t row = 0; row < m; row += LANES) store(to + row, load(from.at + row));
  }
}

#endif
