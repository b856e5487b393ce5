/* The steps of a map: each op is one loop over a tile. */
#ifndef RONDO_ELEMENTWISE_H
#define RONDO_ELEMENTWISE_H

#include "vector.h"

/* A tile, or with a step of 0 one vector that stands for all of it. */
typedef struct {
  float *at;
  ptrdiff_t step;
} Location;

/* Applies op to `count` elements and, to fill the last vector, up to LANES − 1 more; `to` may be an operand. */
void run_step(int32_t op, float *to, Location a, Location b, Location c, int32_t count);

#endif
