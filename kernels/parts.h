/*
 * Loops over a tile for functions whose operations wait for one another: each runs on several of the machine's vectors at
 * once, from several rows or from several stretches of one. A file defines VECTOR_PARTS, their number, before including this.
 */
#ifndef RONDO_PARTS_H
#define RONDO_PARTS_H

#include "elementwise.h"
#include "vector.h"

/* The parts of a tile that are done together: `length` elements of a row each. */
typedef struct {
  int32_t row, is_one_row, length;
} Group;

/* Rows that are too few for a group are groups of their own, in stretches that may overlap. */
INLINE Group group_at(int32_t row, int32_t rows, int32_t columns) {
  if (row + VECTOR_PARTS <= rows) return (Group){row, VECTOR_PARTS == 1, columns};
  const int32_t length = (columns + LANES - 1) / LANES * MACHINE_LANES;
  return (Group){row, 1, length < columns ? length : columns};
}

/* Where a part begins. */
INLINE float *begin_of(Group group, int32_t part, Location tile, int32_t columns) {
  const int32_t row = group.is_one_row ? group.row : group.row + part;
  const int32_t column = group.is_one_row ? part * group.length : 0;
  const int32_t last = columns - group.length;
  return tile.at + row * tile.row + (tile.step == 0 ? 0 : column < last ? column : last);
}

INLINE Vector load_parts(const float *const *from, int32_t column) {
  Parts vector;
  for (int32_t part = 0; part < VECTOR_PARTS; part++)
    vector.parts[part] = *(const UnalignedMachine *)(from[part] + column);
  return vector.whole;
}

INLINE void store_parts(float *const *to, int32_t column, Vector x) {
  const Parts vector = {.whole = x};
  for (int32_t part = 0; part < VECTOR_PARTS; part++) *(UnalignedMachine *)(to[part] + column) = vector.parts[part];
}

/* Stores an expression of x and y, the elements of a and b, for all of a tile. */
#define IN_PARTS(expression)                                                                                           \
  {                                                                                                                    \
    for (int32_t row = 0; row < rows;) {                                                                               \
      const Group group = group_at(row, rows, columns);                                                                \
      const float *at_a[VECTOR_PARTS], *at_b[VECTOR_PARTS];                                                            \
      float *at[VECTOR_PARTS];                                                                                         \
      for (int32_t part = 0; part < VECTOR_PARTS; part++) {                                                            \
        at_a[part] = begin_of(group, part, a, columns);                                                                \
        at_b[part] = begin_of(group, part, b, columns);                                                                \
        at[part] = begin_of(group, part, to, columns);                                                                 \
      }                                                                                                                \
      for (int32_t next = 0; next < group.length; next += MACHINE_LANES) {                                             \
        /* What is no whole number of vectors ends with one that overlaps the one before. */                           \
        const int32_t column = next + MACHINE_LANES <= group.length ? next : group.length - MACHINE_LANES;             \
        const Vector x = load_parts(at_a, a.step ? column : 0), y = load_parts(at_b, b.step ? column : 0);             \
        (void)y;                                                                                                       \
        store_parts(at, column, expression);                                                                           \
      }                                                                                                                \
      row += group.is_one_row ? 1 : VECTOR_PARTS;                                                                      \
    }                                                                                                                  \
    break;                                                                                                             \
  }

#endif
