/**
 * Structured clone as bytes, in Node and in the page: JSON with tagged values, then the bytes of all buffers. Keeps
 * typed arrays, bigint, undefined, NaN, Date, Map, Set, Error. Not kept: two views of one buffer become two buffers;
 * cycles are refused. (v8.serialize has no counterpart in a page, and Playwright's own serializer takes a second per
 * megabyte.)
 *
 * One closed function, because its text is also sent into the page.
 */
export function cloneCodec() {
  const TAG = '\u0000'
  const VIEWS = {
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
  }
  const align = (n) => (n + 7) & ~7

  /** A value → one Uint8Array: u32 length of the JSON, the JSON, then the buffers, each at a multiple of 8. */
  function encode(value) {
    const buffers = []
    let size = 0
    const keep = (bytes) => {
      const at = size
      buffers.push(bytes)
      size = align(size + bytes.byteLength)
      return at
    }
    const open = new Set()
    const tag = (...parts) => ({ [TAG]: parts })
    const walk = (v) => {
      switch (typeof v) {
        case 'string':
        case 'boolean':
          return v
        case 'number':
          return Number.isFinite(v) && !Object.is(v, -0) ? v : tag('number', String(Object.is(v, -0) ? '-0' : v))
        case 'undefined':
          return tag('undefined')
        case 'bigint':
          return tag('bigint', String(v))
        case 'object':
          return v === null ? null : walkObject(v)
        default:
          throw new DOMException(`${String(v)} could not be cloned.`, 'DataCloneError')
      }
    }
    const walkObject = (v) => {
      if (ArrayBuffer.isView(v)) {
        const kind = Object.keys(VIEWS).find((name) => v instanceof VIEWS[name])
        return tag('view', kind, keep(new Uint8Array(v.buffer, v.byteOffset, v.byteLength)), v.byteLength)
      }
      if (v instanceof ArrayBuffer) return tag('buffer', keep(new Uint8Array(v)), v.byteLength)
      if (v instanceof Date) return tag('date', v.getTime())
      if (v instanceof Error) return tag('error', v.name, v.message, v.stack ?? '')
      if (open.has(v)) throw new DOMException('a cycle could not be cloned.', 'DataCloneError')
      open.add(v)
      let out
      if (Array.isArray(v)) out = v.map(walk)
      else if (v instanceof Map) out = tag('map', [...v].map(([a, b]) => [walk(a), walk(b)]))
      else if (v instanceof Set) out = tag('set', [...v].map(walk))
      else {
        if (Object.hasOwn(v, TAG)) throw new DOMException('a NUL key could not be cloned.', 'DataCloneError')
        out = {}
        for (const key of Object.keys(v)) out[key] = walk(v[key])
      }
      open.delete(v)
      return out
    }
    const json = new TextEncoder().encode(JSON.stringify(walk(value)))
    const start = align(4 + json.byteLength)
    const bytes = new Uint8Array(start + size)
    new DataView(bytes.buffer).setUint32(0, json.byteLength)
    bytes.set(json, 4)
    let at = start
    for (const buffer of buffers) {
      bytes.set(buffer, at)
      at = align(at + buffer.byteLength)
    }
    return bytes
  }

  /** The value that `encode` was given, from its bytes. */
  function decode(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    const start = align(4 + length)
    const cut = (at, size) => bytes.slice(start + at, start + at + size).buffer
    const read = {
      undefined: () => undefined,
      number: (text) => Number(text),
      bigint: (text) => BigInt(text),
      view: (kind, at, size) => new VIEWS[kind](cut(at, size)),
      buffer: (at, size) => cut(at, size),
      date: (time) => new Date(time),
      error: (name, message, stack) => Object.assign(new Error(message), { name, stack }),
      map: (pairs) => new Map(pairs.map(([a, b]) => [walk(a), walk(b)])),
      set: (items) => new Set(items.map(walk)),
    }
    const walk = (v) => {
      if (typeof v !== 'object' || v === null) return v
      if (Array.isArray(v)) return v.map(walk)
      if (Object.hasOwn(v, TAG)) {
        const [kind, ...parts] = v[TAG]
        return read[kind](...parts)
      }
      const out = {}
      for (const key of Object.keys(v)) out[key] = walk(v[key])
      return out
    }
    return walk(JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))))
  }

  return { encode, decode }
}
