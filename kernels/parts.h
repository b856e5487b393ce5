/*
 * Loops over a tile for functions whose operations wait for one another: each runs on several of the machine's vectors at
 * once. A file defines VECTOR_PARTS, their number, before including this.
 */
#ifndef RONDO_PARTS_H
#define RONDO_PARTS_H

#include "elementwise.h"
#include "vector.h"

/* Elements from one of the machine's vectors to the next. */
INLINE ptrdiff_t step_of(Location from) { return from.step ? MACHINE_LANES : 0; }

INLINE Vector load_parts(const float *from, ptrdiff_t step) {
  Parts vector;
  for (int32_t part = 0; part < VECTOR_PARTS; part++)
    vector.parts[part] = *(const UnalignedMachine *)(from + part * step);
  return vector.whole;
}

INLINE void store_parts(float *to, Vector x) {
  const Parts vector = {.whole = x};
  for (int32_t part = 0; part < VECTOR_PARTS; part++)
    *(UnalignedMachine *)(to + part * MACHINE_LANES) = vector.parts[part];
}

/*
 * Where a part of what is left of a row from `column` on begins. A row may end within one of the machine's vectors, which
 * then overlaps the one before; parts that are too many repeat the last.
 */
INLINE int32_t last_place(int32_t column, int32_t part, int32_t columns) {
  const int32_t place = column + part * MACHINE_LANES;
  return place < columns - MACHINE_LANES ? place : columns - MACHINE_LANES;
}

INLINE Vector load_last(Location from, int32_t column, int32_t columns) {
  Parts vector;
  for (int32_t part = 0; part < VECTOR_PARTS; part++)
    vector.parts[part] = *(const UnalignedMachine *)(from.at + (from.step ? last_place(column, part, columns) : 0));
  return vector.whole;
}

INLINE void store_last(float *to, Vector x, int32_t column, int32_t columns) {
  const Parts vector = {.whole = x};
  for (int32_t part = 0; part < VECTOR_PARTS; part++)
    *(UnalignedMachine *)(to + last_place(column, part, columns)) = vector.parts[part];
}

/* Stores an expression of x and y, the elements of a and b, for all of a tile. */
#define IN_PARTS(expression)                                                                                           \
  {                                                                                                                    \
    for (int32_t row = 0; row < rows; row++, a.at += a.row, b.at += b.row, to.at += to.row) {                          \
      const float *at_a = a.at, *at_b = b.at;                                                                          \
      int32_t column = 0;                                                                                              \
      for (; column + LANES <= columns; column += LANES) {                                                             \
        const Vector x = load_parts(at_a, step_of(a)), y = load_parts(at_b, step_of(b));                               \
        (void)y;                                                                                                       \
        store_parts(to.at + column, expression);                                                                       \
        at_a += VECTOR_PARTS * step_of(a);                                                                             \
        at_b += VECTOR_PARTS * step_of(b);                                                                             \
      }                                                                                                                \
      if (column < columns) {                                                                                          \
        const Vector x = load_last(a, column, columns), y = load_last(b, column, columns);                             \
        (void)y;                                                                                                       \
        store_last(to.at, expression, column, columns);                                                                \
      }                                                                                                                \
    }                                                                                                                  \
    break;                                                                                                             \
  }

#endif
