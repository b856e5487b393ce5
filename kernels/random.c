/*
 * Uniform numbers in [0, 1) by Philox 4x32-10 (Salmon et al. 2011): number i is made of the key, the stream and i alone.
 *
 * Words: code, length, size, stream, views of the key [2] and of the result [size].
 */
#include "program.h"

typedef struct {
  uint32_t words[4];
} Block;

static Block philox(Block block, uint32_t key_0, uint32_t key_1) {
  for (int round = 0; round < 10; round++) {
    const uint64_t product_0 = (uint64_t)0xd2511f53 * block.words[0];
    const uint64_t product_1 = (uint64_t)0xcd9e8d57 * block.words[2];
    block = (Block){{(uint32_t)(product_1 >> 32) ^ block.words[1] ^ key_0, (uint32_t)product_1,
                     (uint32_t)(product_0 >> 32) ^ block.words[3] ^ key_1, (uint32_t)product_0}};
    key_0 += 0x9e3779b9;
    key_1 += 0xbb67ae85;
  }
  return block;
}

void run_random(const int32_t *words, const Frame *frame) {
  const int32_t size = words[2], stream = words[3];
  const int32_t *key = (const int32_t *)place_of(words + 4, frame);
  float *to = place_of(words + 4 + VIEW_WORDS + 1, frame);
  const Share share = share_of(frame, (size + CACHE_LINE - 1) / CACHE_LINE, CACHE_LINE);
  const int32_t end = share.end * CACHE_LINE < size ? share.end * CACHE_LINE : size;
  for (int32_t first = share.first * CACHE_LINE; first < end; first += 4) {
    const Block counter = {{(uint32_t)first / 4, (uint32_t)stream, 0, 0}};
    const Block block = philox(counter, (uint32_t)key[0], (uint32_t)key[1]);
    for (int32_t word = 0; word < 4 && first + word < end; word++)
      to[first + word] = (float)(block.words[word] >> 8) * 0x1p-24f;
  }
}
