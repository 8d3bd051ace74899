/** UTF-8 for trace files: the core has no TextEncoder. Lone surrogates and bad bytes become U+FFFD. */

const REPLACEMENT = 0xfffd

/** Text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3)
  let n = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? REPLACEMENT
    const code = point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point
    if (code < 0x80) out[n++] = code
    else if (code < 0x800) {
      out[n++] = 0xc0 | (code >> 6)
      out[n++] = 0x80 | (code & 63)
    } else if (code < 0x1_0000) {
      out[n++] = 0xe0 | (code >> 12)
      out[n++] = 0x80 | ((code >> 6) & 63)
      out[n++] = 0x80 | (code & 63)
    } else {
      out[n++] = 0xf0 | (code >> 18)
      out[n++] = 0x80 | ((code >> 12) & 63)
      out[n++] = 0x80 | ((code >> 6) & 63)
      out[n++] = 0x80 | (code & 63)
    }
  }
  return out.slice(0, n)
}

/** UTF-8 as text. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = []
  let units: number[] = []
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]
    const more = lead < 0x80 ? 0 : lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : -1
    let point = more === 0 ? lead : more < 0 || lead >= 0xf8 ? REPLACEMENT : lead & (0x3f >> more)
    let used = 1
    for (; point !== REPLACEMENT && used <= more; used++) {
      const next = bytes[i + used] ?? 0
      if ((next & 0xc0) !== 0x80) {
        point = REPLACEMENT
        break
      }
      point = (point << 6) | (next & 63)
    }
    i += used
    if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) point = REPLACEMENT
    if (point < 0x1_0000) units.push(point)
    else units.push(0xd800 + ((point - 0x1_0000) >> 10), 0xdc00 + ((point - 0x1_0000) & 0x3ff))
    if (units.length < 4096) continue
    parts.push(String.fromCharCode(...units))
    units = []
  }
  return parts.join('') + String.fromCharCode(...units)
}
