/*
 * Loops over a tile for functions whose operations wait for one another: each runs on several of the machine's vectors at
 * once. A file defines VECTOR_PARTS, their number, before including this.
 */
#ifndef RONDO_PARTS_H
#define RONDO_PARTS_H

#include "elementwise.h"
#include "vector.h"

/* From one of this file's vectors to the next: they may be shorter than those of other files. */
INLINE ptrdiff_t step_of(Location from) { return from.step ? MACHINE_LANES : 0; }

/* The next `count` of the machine's vectors; the first of them stands in for those that are missing. */
INLINE Vector load_parts(Location from, int32_t count) {
  Parts vector;
  for (int32_t part = 0; part < VECTOR_PARTS; part++)
    vector.parts[part] = *(const UnalignedMachine *)(from.at + (part < count ? part * step_of(from) : 0));
  return vector.whole;
}

INLINE void store_parts(float *to, Vector x, int32_t count) {
  const Parts vector = {.whole = x};
  for (int32_t part = 0; part < count; part++) *(UnalignedMachine *)(to + part * MACHINE_LANES) = vector.parts[part];
}

/* Stores an expression of x and y, the elements of a and b, for all of a tile. */
#define IN_PARTS(expression)                                                                                           \
  {                                                                                                                    \
    int32_t left_over = (count + MACHINE_LANES - 1) / MACHINE_LANES;                                                   \
    for (; left_over >= VECTOR_PARTS; left_over -= VECTOR_PARTS, to += LANES) {                                        \
      const Vector x = load_parts(a, VECTOR_PARTS), y = load_parts(b, VECTOR_PARTS);                                   \
      (void)y;                                                                                                         \
      store_parts(to, expression, VECTOR_PARTS);                                                                       \
      a.at += VECTOR_PARTS * step_of(a);                                                                                   \
      b.at += VECTOR_PARTS * step_of(b);                                                                                   \
    }                                                                                                                  \
    if (left_over > 0) {                                                                                               \
      const Vector x = load_parts(a, left_over), y = load_parts(b, left_over);                                         \
      (void)y;                                                                                                         \
      store_parts(to, expression, left_over);                                                                          \
    }                                                                                                                  \
    break;                                                                                                             \
  }

#endif
