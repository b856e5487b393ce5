/** Just enough of protocol buffers to write an ONNX file: fields as bytes, by their number. */

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A whole number. */
export const integer = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);

/** A string, bytes, or a message that is made of fields. */
export function block(field, content) {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** Fields joined to one message. */
export const message = (...fields) => Buffer.concat(fields.flat());
