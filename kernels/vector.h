/*
 * Vectors of float32 over the compilers' vector extensions, so that one source serves every instruction set. The few
 * operations that need more than arithmetic operators are named here.
 *
 * A file may define VECTOR_PARTS before including this: each Vector is then made of so many of the machine's, so that
 * there is something to do while an operation waits for another. Natively gcc takes comparisons of such vectors apart lane
 * by lane: files with comparisons define it for WebAssembly alone. A file that widens its numbers to float64 may define
 * HALF_VECTORS, so that there the machine's vectors hold the wide ones.
 */
#ifndef RONDO_VECTOR_H
#define RONDO_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Bytes of the machine's vectors. */
#if defined(__AVX512F__)
#define MACHINE_BYTES 64
#elif defined(__AVX__)
#define MACHINE_BYTES 32
#else
#define MACHINE_BYTES 16
#endif

#if !defined(VECTOR_PARTS)
#define VECTOR_PARTS 1
#endif
/* Elements of the machine's vectors, as far as they are used. */
#if defined(HALF_VECTORS) && !defined(__wasm__)
#define MACHINE_LANES (MACHINE_BYTES / 8)
#else
#define MACHINE_LANES (MACHINE_BYTES / 4)
#endif
/* Elements of a Vector. */
#define LANES (VECTOR_PARTS * MACHINE_LANES)

#define INLINE static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef int32_t Integers __attribute__((vector_size(4 * LANES)));
typedef float Machine __attribute__((vector_size(4 * MACHINE_LANES)));
typedef float UnalignedMachine __attribute__((vector_size(4 * MACHINE_LANES), aligned(4), may_alias));
typedef union {
  Vector whole;
  Machine parts[VECTOR_PARTS];
} Parts;
typedef float UnalignedVector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t UnalignedIntegers __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE Vector load(const float *from) { return *(const UnalignedVector *)from; }
INLINE void store(float *to, Vector x) { *(UnalignedVector *)to = x; }
/* Stores the first `count` elements, or all where there are fewer. */
INLINE void store_first(float *to, Vector x, int32_t count) {
  typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
  if (count >= LANES) {
    store(to, x);
    return;
  }
  float values[LANES];
  store(values, x);
  int32_t index = 0;
  for (; index + 4 <= count; index += 4) *(Four *)(to + index) = *(const Four *)(values + index);
  for (; index < count; index++) to[index] = values[index];
}
INLINE Integers load_integers(const float *from) { return *(const UnalignedIntegers *)from; }
INLINE void store_integers(float *to, Integers x) { *(UnalignedIntegers *)to = x; }

INLINE Vector splat(float x) { return x - (Vector){}; }
INLINE Integers splat_integer(int32_t x) { return x - (Integers){}; }
/*
 * A constant in every element. Compilers for WebAssembly make vector constants anew wherever they are used, by several
 * instructions; read from memory one is enough.
 */
#if defined(__wasm__)
#define CONSTANT(x)                                                                                                    \
  ({                                                                                                                   \
    static const float value = x;                                                                                      \
    const float *at = &value;                                                                                          \
    __asm__("" : "+r"(at));                                                                                            \
    splat(*at);                                                                                                        \
  })
#define INTEGER_CONSTANT(x)                                                                                            \
  ({                                                                                                                   \
    static const int32_t value = x;                                                                                    \
    const int32_t *at = &value;                                                                                        \
    __asm__("" : "+r"(at));                                                                                            \
    splat_integer(*at);                                                                                                \
  })
#else
#define CONSTANT(x) splat(x)
#define INTEGER_CONSTANT(x) splat_integer(x)
#endif

INLINE Integers bits_of(Vector x) { return (Integers)x; }
INLINE Vector from_bits(Integers x) { return (Vector)x; }

/* `a` where the mask is all ones, `b` where it is 0. */
INLINE Vector choose(Integers mask, Vector a, Vector b) {
  return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}

/* a·b + c, rounded once or twice, whichever is faster. */
INLINE Vector multiply_add(Vector a, Vector b, Vector c) { return a * b + c; }

/* Apply a builtin, which is for the machine's vectors, to each part. */
#define UNARY(builtin, x)                                                                                              \
  ({                                                                                                                   \
    Parts operand = {.whole = x};                                                                                      \
    for (int part = 0; part < VECTOR_PARTS; part++) operand.parts[part] = builtin(operand.parts[part]);                \
    operand.whole;                                                                                                     \
  })
#define BINARY(builtin, x, y)                                                                                          \
  ({                                                                                                                   \
    Parts left = {.whole = x}, right = {.whole = y};                                                                   \
    for (int part = 0; part < VECTOR_PARTS; part++) left.parts[part] = builtin(left.parts[part], right.parts[part]);   \
    left.whole;                                                                                                        \
  })

/* What x86 has an instruction for, by its size. */
#if defined(__x86_64__) && !defined(HALF_VECTORS)
#if defined(__AVX512F__)
#define X86(name) _mm512_##name##_ps
#elif defined(__AVX__)
#define X86(name) _mm256_##name##_ps
#else
#define X86(name) _mm_##name##_ps
#endif
#endif

/* The least of both, x where either is NaN; likewise the greatest. */
INLINE Vector at_most(Vector x, Vector limit) {
#if defined(__wasm_simd128__)
  return BINARY(__builtin_wasm_pmin_f32x4, x, limit);
#elif defined(X86)
  return BINARY(X86(min), limit, x);
#else
  return choose(limit < x, limit, x);
#endif
}
INLINE Vector at_least(Vector x, Vector limit) {
#if defined(__wasm_simd128__)
  return BINARY(__builtin_wasm_pmax_f32x4, x, limit);
#elif defined(X86)
  return BINARY(X86(max), limit, x);
#else
  return choose(x < limit, limit, x);
#endif
}

INLINE Vector absolute(Vector x) { return from_bits(bits_of(x) & INTEGER_CONSTANT(0x7fffffff)); }
INLINE Integers is_nan(Vector x) { return x != x; }
INLINE int any(Integers mask) {
  int32_t all = 0;
  for (int lane = 0; lane < LANES; lane++) all |= mask[lane];
  return all != 0;
}

/* The greater, NaN when either is NaN, +0 of two zeros when either is. */
INLINE Vector maximum(Vector a, Vector b) {
#if defined(__wasm_simd128__)
  return BINARY(__builtin_wasm_max_f32x4, a, b);
#else
  Vector equal = from_bits(bits_of(a) & bits_of(b));
  return choose(a > b, a, choose(a < b, b, choose(a == b, equal, a + b)));
#endif
}
INLINE Vector minimum(Vector a, Vector b) {
#if defined(__wasm_simd128__)
  return BINARY(__builtin_wasm_min_f32x4, a, b);
#else
  Vector equal = from_bits(bits_of(a) | bits_of(b));
  return choose(a < b, a, choose(a > b, b, choose(a == b, equal, a + b)));
#endif
}

INLINE Vector square_root(Vector x) {
#if defined(__wasm_simd128__)
  return UNARY(__builtin_wasm_sqrt_f32x4, x);
#elif defined(X86)
  return UNARY(X86(sqrt), x);
#else
  for (int lane = 0; lane < LANES; lane++) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}

/* Rounded towards zero and saturated; 0 for NaN. */
INLINE Integers to_integers(Vector x) {
#if defined(__wasm_simd128__) && VECTOR_PARTS == 1
  return __builtin_wasm_trunc_saturate_s_i32x4_f32x4(x);
#else
  Integers fits = (x > splat(-2147483648.0f)) & (x < splat(2147483648.0f));
  Integers converted = __builtin_convertvector(choose(fits, x, splat(0)), Integers);
  Integers high = (x >= splat(2147483648.0f)) & 0x7fffffff;
  Integers low = (x <= splat(-2147483648.0f)) & (-2147483647 - 1);
  return converted | high | low;
#endif
}
INLINE Vector to_floats(Integers x) { return __builtin_convertvector(x, Vector); }

INLINE Vector round_down(Vector x) {
#if defined(__wasm_simd128__)
  return UNARY(__builtin_wasm_floor_f32x4, x);
#else
  Vector whole = to_floats(to_integers(x));
  whole -= from_bits((whole > x) & bits_of(splat(1)));
  /* From 2²³ on every number is whole; the sign is kept for −0. */
  whole = from_bits(bits_of(whole) | (bits_of(x) & (-2147483647 - 1)));
  return choose(absolute(x) < splat(8388608.0f), whole, x);
#endif
}

#endif
