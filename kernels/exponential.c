/* The steps of a map that are made of exponentials and logarithms. */
#define VECTOR_PARTS 4
#include "math.h"
#include "parts.h"

void run_exponential(int32_t op, Location to, Location a, int32_t rows, int32_t columns) {
  Location b = a;
  switch (op) {
    case EXP: IN_PARTS(exponential(x))
    case LOG: IN_PARTS(logarithm(x))
    case LOG1P: IN_PARTS(logarithm_of_1_plus(x))
    case TANH: IN_PARTS(hyperbolic_tangent(x))
    case SIGMOID: IN_PARTS(logistic(x))
  }
}
