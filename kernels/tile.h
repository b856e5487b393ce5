/*
 * Tiles of a matrix product, held in vector registers while k runs: up to TILE_ROWS rows by 1 or 2 vectors, or one row
 * by WIDE vectors. Each element is summed in the order of k, whatever the tile.
 */
#ifndef RONDO_TILE_H
#define RONDO_TILE_H

#include "vector.h"

/*
 * As many rows as the registers hold, with EACH_ROW to repeat something for each: compilers keep an array in registers
 * only where every index is a literal.
 */
#if defined(__AVX512F__)
enum { TILE_ROWS = 12 };
#define EACH_ROW(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8) of(9) of(10) of(11)
#elif defined(__aarch64__)
enum { TILE_ROWS = 8 };
#define EACH_ROW(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7)
#elif defined(__AVX__)
enum { TILE_ROWS = 6 };
#define EACH_ROW(of) of(0) of(1) of(2) of(3) of(4) of(5)
#else
enum { TILE_ROWS = 4 };
#define EACH_ROW(of) of(0) of(1) of(2) of(3)
#endif
enum { PANEL = 2 * LANES, WIDE = 8 };

/*
 * Processors add an index to an address for nothing, so that one pointer serves several rows, and the registers of 12
 * pointers are saved. WebAssembly adds only constants; there each row has a pointer and several k follow one another.
 */
#if defined(__wasm__)
enum { ROWS_OF_POINTER = 1, UNROLLED = 4, UNROLLED_WHOLE = 8 };
#else
enum { ROWS_OF_POINTER = 3, UNROLLED = 1 };
#endif

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

/* Rows of the result, and of what is added to it: `added` is NULL for nothing. */
typedef struct {
  float *at;
  ptrdiff_t rows;
  const float *added;
  ptrdiff_t added_rows;
} Target;

/* Adds one k to the sums. */
INLINE void add_products(const int32_t rows, const int32_t vectors, Vector sums[TILE_ROWS][2],
                         const float *const at[TILE_ROWS], ptrdiff_t left_rows, const uint32_t left_offset,
                         const float *right) {
  const Vector first = load(right), second = vectors == 2 ? load(right + LANES) : first;
#define ADD_ROW(row)                                                                                                   \
  if (row < rows) {                                                                                                    \
    const Vector value = splat((at[row - row % ROWS_OF_POINTER] + row % ROWS_OF_POINTER * left_rows)[left_offset]);    \
    sums[row][0] = multiply_add(value, first, sums[row][0]);                                                           \
    if (vectors == 2) sums[row][1] = multiply_add(value, second, sums[row][1]);                                        \
  }
  EACH_ROW(ADD_ROW)
#undef ADD_ROW
}

/* One tile, `unrolled` k after another: the first three are literals. */
INLINE void tile(const int32_t rows, const int32_t vectors, const int32_t unrolled, Left left, Right right, int32_t k,
                 Target out) {
  Vector sums[TILE_ROWS][2] = {};
  const float *at[TILE_ROWS];
#define START(row)                                                                                                     \
  if (row < rows) at[row] = left.at + row * left.rows;
  EACH_ROW(START)
#undef START
  for (; k > 0; k -= unrolled) {
    /* Told nothing of the pointers, compilers neither split them up nor mix the instructions of different k. */
#define HIDE(row)                                                                                                      \
  if (row < rows && row % ROWS_OF_POINTER == 0) __asm__("" : "+r"(at[row]));
    EACH_ROW(HIDE)
#undef HIDE
    __asm__("" : "+r"(right.at));
#define NEXT(count)                                                                                                    \
  if (count < unrolled) {                                                                                              \
    if (count > 0 && k == count) break;                                                                                \
    add_products(rows, vectors, sums, at, left.rows, count * left.step, right.at + count * right.step);                \
  }
    NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5) NEXT(6) NEXT(7)
#undef NEXT
#define MOVE(row)                                                                                                      \
  if (row < rows && row % ROWS_OF_POINTER == 0) at[row] += unrolled * left.step;
    EACH_ROW(MOVE)
#undef MOVE
    right.at += unrolled * right.step;
  }
#define STORE_ROW(row)                                                                                                 \
  if (row < rows) {                                                                                                    \
    float *to = out.at + row * out.rows;                                                                               \
    const float *added = out.added + row * out.added_rows;                                                             \
    store(to, out.added ? load(added) + sums[row][0] : sums[row][0]);                                                  \
    if (vectors == 2) store(to + LANES, out.added ? load(added + LANES) + sums[row][1] : sums[row][1]);                \
  }
  EACH_ROW(STORE_ROW)
#undef STORE_ROW
}

/* One row by WIDE vectors. */
static void wide_row(Left left, Right right, int32_t k, Target out) {
#define EACH_VECTOR(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7)
  Vector sums[WIDE] = {};
  const float *panels[WIDE / 2] = {right.at, right.at + right.panels, right.at + 2 * right.panels,
                                   right.at + 3 * right.panels};
  for (; k > 0; k--, left.at += left.step) {
    const Vector value = splat(*left.at);
#define ADD_VECTOR(v) sums[v] = multiply_add(value, load(panels[v / 2] + v % 2 * LANES), sums[v]);
    EACH_VECTOR(ADD_VECTOR)
#undef ADD_VECTOR
    for (int32_t panel = 0; panel < WIDE / 2; panel++) {
      __asm__("" : "+r"(panels[panel]));
      panels[panel] += right.step;
    }
  }
#define STORE_VECTOR(v)                                                                                                \
  store(out.at + v * LANES, out.added ? load(out.added + v * LANES) + sums[v] : sums[v]);
  EACH_VECTOR(STORE_VECTOR)
#undef STORE_VECTOR
#undef EACH_VECTOR
}

/* Goes from numbers to literals. */
#define TILE_OF(count)                                                                                                 \
  case count + 1:                                                                                                      \
    if (vectors == 1) tile(count + 1, 1, UNROLLED, left, right, k, out);                                               \
    else tile(count + 1, 2, UNROLLED, left, right, k, out);                                                            \
    break;
#if defined(__wasm__)
/*
 * With steps that are literals too: rows as they lie, and interleaved. Whole tiles have functions of their own, for
 * compilers of WebAssembly save every register that any part of a function needs.
 */
__attribute__((noinline)) static void whole_tile_of_rows(Left left, Right right, int32_t k, Target out) {
  left.step = 1;
  right.step = PANEL;
  tile(TILE_ROWS, 2, UNROLLED_WHOLE, left, right, k, out);
}

__attribute__((noinline)) static void tile_of_rows(int32_t rows, int32_t vectors, Left left, Right right, int32_t k,
                                                   Target out) {
  if (rows == TILE_ROWS && vectors == 2) return whole_tile_of_rows(left, right, k, out);
  left.step = 1;
  right.step = PANEL;
  switch (rows) { EACH_ROW(TILE_OF) }
}

__attribute__((noinline)) static void whole_tile_of_interleaved(Left left, Right right, int32_t k, Target out) {
  left.rows = 1;
  left.step = TILE_ROWS;
  right.step = PANEL;
  tile(TILE_ROWS, 2, UNROLLED_WHOLE, left, right, k, out);
}

__attribute__((noinline)) static void tile_of_interleaved(int32_t rows, int32_t vectors, Left left, Right right,
                                                          int32_t k, Target out) {
  if (rows == TILE_ROWS && vectors == 2) return whole_tile_of_interleaved(left, right, k, out);
  left.rows = 1;
  left.step = TILE_ROWS;
  right.step = PANEL;
  switch (rows) { EACH_ROW(TILE_OF) }
}
#endif

__attribute__((noinline)) static void tile_of_any(int32_t rows, int32_t vectors, Left left, Right right, int32_t k,
                                                  Target out) {
  switch (rows) { EACH_ROW(TILE_OF) }
}

/* One tile of any size, all of whose vectors are stored. */
static inline void run_tile(int32_t rows, int32_t vectors, Left left, Right right, int32_t k, Target out) {
  if (vectors == WIDE) return wide_row(left, right, k, out);
#if defined(__wasm__)
  if (right.step == PANEL && left.step == 1) return tile_of_rows(rows, vectors, left, right, k, out);
  if (right.step == PANEL && left.rows == 1 && left.step == TILE_ROWS)
    return tile_of_interleaved(rows, vectors, left, right, k, out);
#endif
  tile_of_any(rows, vectors, left, right, k, out);
}

#endif
