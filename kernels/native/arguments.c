#include "arguments.h"

napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

static int expect(napi_env env, int holds, const char *message) {
  if (!holds) napi_throw_type_error(env, NULL, message);
  return holds;
}

int read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
  size_t given = count;
  const napi_status status = napi_get_cb_info(env, info, &given, arguments, NULL, NULL);
  return expect(env, status == napi_ok && given == count, "Expected another number of arguments.");
}

int read_integer(napi_env env, napi_value value, int32_t *integer) {
  return expect(env, napi_get_value_int32(env, value, integer) == napi_ok, "Expected a number.");
}

int read_length(napi_env env, napi_value array, uint32_t *length) {
  return expect(env, napi_get_array_length(env, array, length) == napi_ok, "Expected an array.");
}

static int read_elements(napi_env env, napi_value array, napi_typedarray_type *type, void **place, size_t *length) {
  bool is_typed_array = false;
  return napi_is_typedarray(env, array, &is_typed_array) == napi_ok && is_typed_array &&
         napi_get_typedarray_info(env, array, type, length, place, NULL, NULL) == napi_ok;
}

int read_integers(napi_env env, napi_value array, int32_t **elements, size_t *length) {
  napi_typedarray_type type = napi_int8_array;
  void *place;
  const int is_read = read_elements(env, array, &type, &place, length);
  if (!expect(env, is_read && type == napi_int32_array, "Expected an Int32Array.")) return 0;
  *elements = place;
  return 1;
}

int read_place(napi_env env, napi_value array, uint32_t index, float **place) {
  napi_value element;
  napi_typedarray_type type = napi_int8_array;
  void *start;
  size_t length;
  const int is_read =
      napi_get_element(env, array, index, &element) == napi_ok && read_elements(env, element, &type, &start, &length);
  const int fits = is_read && (type == napi_float32_array || type == napi_int32_array);
  if (!expect(env, fits, "Expected a Float32Array or an Int32Array.")) return 0;
  *place = start;
  return 1;
}

int read_buffer(napi_env env, napi_value buffer, void **place, size_t *size) {
  return expect(env, napi_get_arraybuffer_info(env, buffer, place, size) == napi_ok, "Expected an ArrayBuffer.");
}

int read_external(napi_env env, napi_value value, void **data) {
  napi_valuetype type = napi_undefined;
  const int is_external = napi_typeof(env, value, &type) == napi_ok && type == napi_external;
  return expect(env, is_external && napi_get_value_external(env, value, data) == napi_ok, "Expected a bound program.");
}
