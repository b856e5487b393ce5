/* The steps of a map that are made of logarithms. */
#if defined(__wasm__)
#define VECTOR_PARTS 4
#endif
#include "math.h"
#include "parts.h"

void run_logarithm(int32_t op, Location to, Location a, int32_t rows, int32_t columns) {
  Location b = a;
  switch (op) {
    case LOG: IN_PARTS(logarithm(x))
    case LOG1P: IN_PARTS(logarithm_of_1_plus(x))
  }
}
