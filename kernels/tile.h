/*
 * Tiles of a matrix product, held in vector registers while k runs: up to TILE_ROWS rows by 2 vectors, up to TALL_ROWS
 * rows by one vector or half of one, or one row by WIDE vectors. Each element is summed in the order of k, whatever the
 * tile.
 */
#ifndef RONDO_TILE_H
#define RONDO_TILE_H

#include "vector.h"

/*
 * As many rows as the registers hold, with EACH_ROW to repeat something for each: compilers keep an array in registers
 * only where every index is a literal.
 */
#define FOUR(of) of(0) of(1) of(2) of(3)
#define SIX(of) FOUR(of) of(4) of(5)
#define EIGHT(of) SIX(of) of(6) of(7)
#define TWELVE(of) EIGHT(of) of(8) of(9) of(10) of(11)
#if defined(__AVX512F__)
enum { TILE_ROWS = 12, TALL_ROWS = 12 };
#define EACH_ROW TWELVE
#define EACH_TALL_ROW TWELVE
#elif defined(__aarch64__)
enum { TILE_ROWS = 8, TALL_ROWS = 12 };
#define EACH_ROW EIGHT
#define EACH_TALL_ROW TWELVE
#elif defined(__AVX__)
enum { TILE_ROWS = 6, TALL_ROWS = 12 };
#define EACH_ROW SIX
#define EACH_TALL_ROW TWELVE
#else
enum { TILE_ROWS = 4, TALL_ROWS = 8 };
#define EACH_ROW FOUR
#define EACH_TALL_ROW EIGHT
#endif
enum { PANEL = 2 * LANES, WIDE = 8 };

/* For the last columns half a vector, where that is one too: many machines do two at once. */
enum { HALF = LANES > 4 ? LANES / 2 : LANES };
typedef float HalfVector __attribute__((vector_size(4 * HALF)));
typedef float UnalignedHalf __attribute__((vector_size(4 * HALF), aligned(4), may_alias));

/*
 * Processors add an index to an address for nothing, so that one pointer serves several rows, and the registers of 12
 * pointers are saved. WebAssembly adds only constants; there each row has a pointer and several k follow one another.
 */
#if defined(__wasm__)
enum { ROWS_OF_POINTER = 1, UNROLLED = 4, UNROLLED_WHOLE = 8 };
#elif defined(__AVX__) && !defined(__AVX512F__)
enum { ROWS_OF_POINTER = 3, UNROLLED = 2 };
#else
enum { ROWS_OF_POINTER = 3, UNROLLED = 1 };
#endif

/* Rows of the left operand: elements between rows, between neighbours in k, and between tiles. */
typedef struct {
  const float *at;
  ptrdiff_t rows, step, tiles;
} Left;

/* Columns of the right operand: elements between panels and between neighbours in k. */
typedef struct {
  const float *at;
  ptrdiff_t panels, step;
} Right;

/*
 * Some k of the rows and columns of tiles. A sum may go through several legs one after another, each with operands of its
 * own: it stays in its register between them.
 */
typedef struct {
  Left left;
  Right right;
  int32_t k;
} Leg;

/* How a leg steps: elements between rows and neighbours in k of its left operand, and neighbours in k of the right one. */
typedef struct {
  ptrdiff_t rows, left, right;
} Steps;

/* What is not known, which is 0, is as the leg says. */
INLINE Steps steps_of(const Leg *leg, const Steps known) {
  return (Steps){known.rows ? known.rows : leg->left.rows, known.left ? known.left : leg->left.step,
                 known.right ? known.right : leg->right.step};
}

/* Rows of the result, and of what is added to it: `added` is NULL for nothing. */
typedef struct {
  float *at;
  ptrdiff_t rows;
  const float *added;
  ptrdiff_t added_rows;
} Target;

INLINE HalfVector load_half(const float *from) { return *(const UnalignedHalf *)from; }
INLINE void store_half(float *to, HalfVector x) { *(UnalignedHalf *)to = x; }

#define TILES panel_tiles
#define MOST_ROWS TILE_ROWS
#define EACH EACH_ROW
#define VECTOR Vector
#define VECTORS 2
#define TILES_LOAD load
#define TILES_STORE store
#include "tile_loop.h"
#undef TILES
#undef MOST_ROWS
#undef EACH
#undef VECTORS

#define TILES vector_tiles
#define MOST_ROWS TALL_ROWS
#define EACH EACH_TALL_ROW
#define VECTORS 1
#include "tile_loop.h"
#undef TILES
#undef VECTOR
#undef TILES_LOAD
#undef TILES_STORE

#define TILES half_tiles
#define VECTOR HalfVector
#define TILES_LOAD load_half
#define TILES_STORE store_half
#include "tile_loop.h"

/* One row by WIDE vectors. */
static void wide_row(const Leg *legs, int32_t parts, Target out) {
#define EACH_VECTOR(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7)
  Vector sums[WIDE] = {};
  for (const Leg *leg = legs; leg < legs + parts; leg++) {
    const Right right = leg->right;
    const float *value_at = leg->left.at;
    const float *panels[WIDE / 2] = {right.at, right.at + right.panels, right.at + 2 * right.panels,
                                     right.at + 3 * right.panels};
    for (int32_t k = leg->k; k > 0; k--, value_at += leg->left.step) {
      const Vector value = splat(*value_at);
#define ADD_VECTOR(v) sums[v] = multiply_add(value, load(panels[v / 2] + v % 2 * LANES), sums[v]);
      EACH_VECTOR(ADD_VECTOR)
#undef ADD_VECTOR
      for (int32_t panel = 0; panel < WIDE / 2; panel++) {
        __asm__("" : "+r"(panels[panel]));
        panels[panel] += right.step;
      }
    }
  }
#define STORE_VECTOR(v)                                                                                                \
  store(out.at + v * LANES, out.added ? load(out.added + v * LANES) + sums[v] : sums[v]);
  EACH_VECTOR(STORE_VECTOR)
#undef STORE_VECTOR
#undef EACH_VECTOR
}

/* Goes from a number of rows to a literal. */
#define PANEL_TILES(row)                                                                                               \
  case row + 1: return panel_tiles(row + 1, UNROLLED, known, count, legs, parts, out);
#define VECTOR_TILES(row)                                                                                              \
  case row + 1: return vector_tiles(row + 1, UNROLLED, known, count, legs, parts, out);
#define HALF_TILES(row)                                                                                                \
  case row + 1: return half_tiles(row + 1, UNROLLED, known, count, legs, parts, out);
#define SWITCHES                                                                                                       \
  if (columns == PANEL) {                                                                                              \
    switch (rows) { EACH_ROW(PANEL_TILES) }                                                                            \
  }                                                                                                                    \
  if (columns == LANES) {                                                                                              \
    switch (rows) { EACH_TALL_ROW(VECTOR_TILES) }                                                                      \
  }                                                                                                                    \
  if (HALF < LANES) {                                                                                                  \
    switch (rows) { EACH_TALL_ROW(HALF_TILES) }                                                                        \
  }
#if defined(__wasm__)
/*
 * With steps that are literals too: rows as they lie, and interleaved. Whole tiles have functions of their own, for
 * compilers of WebAssembly save every register that any part of a function needs.
 */
#define AS_ROWS ((Steps){0, 1, PANEL})
#define INTERLEAVED ((Steps){1, TILE_ROWS, PANEL})
__attribute__((noinline)) static void whole_tiles_of_rows(int32_t count, const Leg *legs, int32_t parts, Target out) {
  panel_tiles(TILE_ROWS, UNROLLED_WHOLE, AS_ROWS, count, legs, parts, out);
}

__attribute__((noinline)) static void tiles_of_rows(int32_t rows, int32_t columns, int32_t count, const Leg *legs,
                                                    int32_t parts, Target out) {
  const Steps known = AS_ROWS;
  if (rows == TILE_ROWS && columns == PANEL) return whole_tiles_of_rows(count, legs, parts, out);
  SWITCHES
}

__attribute__((noinline)) static void whole_tiles_of_interleaved(int32_t count, const Leg *legs, int32_t parts,
                                                                 Target out) {
  panel_tiles(TILE_ROWS, UNROLLED_WHOLE, INTERLEAVED, count, legs, parts, out);
}

__attribute__((noinline)) static void tiles_of_interleaved(int32_t rows, int32_t columns, int32_t count,
                                                           const Leg *legs, int32_t parts, Target out) {
  const Steps known = INTERLEAVED;
  if (rows == TILE_ROWS && columns == PANEL) return whole_tiles_of_interleaved(count, legs, parts, out);
  SWITCHES
}

/* Whether every leg steps like that. */
static int all_step(const Leg *legs, int32_t parts, Steps known) {
  for (const Leg *leg = legs; leg < legs + parts; leg++) {
    if (leg->right.step != known.right || leg->left.step != known.left) return 0;
    if (known.rows != 0 && leg->left.rows != known.rows) return 0;
  }
  return 1;
}
#endif

__attribute__((noinline)) static void tiles_of_any(int32_t rows, int32_t columns, int32_t count, const Leg *legs,
                                                   int32_t parts, Target out) {
  const Steps known = {0, 0, 0};
  SWITCHES
}

/* `count` tiles of that size, one below another, all of whose vectors are stored; one where there is one row. */
static inline void run_tiles(int32_t rows, int32_t columns, int32_t count, const Leg *legs, int32_t parts,
                             Target out) {
  if (columns == WIDE * LANES) return wide_row(legs, parts, out);
#if defined(__wasm__)
  if (all_step(legs, parts, AS_ROWS)) return tiles_of_rows(rows, columns, count, legs, parts, out);
  if (all_step(legs, parts, INTERLEAVED)) return tiles_of_interleaved(rows, columns, count, legs, parts, out);
#endif
  tiles_of_any(rows, columns, count, legs, parts, out);
}

#endif
