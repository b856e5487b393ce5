/* What JavaScript hands to the addon. Readers throw an error in JavaScript and return 0 when it is something else. */
#ifndef RONDO_ARGUMENTS_H
#define RONDO_ARGUMENTS_H

#include <node_api.h>

/* Throws an error with that message; returns NULL. */
napi_value fail(napi_env env, const char *message);

int read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments);
int read_integer(napi_env env, napi_value value, int32_t *integer);
/* The length of an array. */
int read_length(napi_env env, napi_value array, uint32_t *length);
/* Elements of an Int32Array. */
int read_integers(napi_env env, napi_value array, int32_t **elements, size_t *length);
/* Where the Float32Array or Int32Array at `index` of an array begins. */
int read_place(napi_env env, napi_value array, uint32_t index, float **place);
/* Where an ArrayBuffer begins, and its bytes. */
int read_buffer(napi_env env, napi_value buffer, void **place, size_t *size);
int read_external(napi_env env, napi_value value, void **data);

#endif
