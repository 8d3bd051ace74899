import { describe, expect, it } from 'vitest'
import { piecesOf } from './kernel-words.ts'

describe('colours of kernel text', () => {
  it('loses no character', () => {
    const text = '#include <linux/mm.h>\n/* a "b" */ static int x = 0x10UL; // c\nchar *s = "a\\"b" / 2 % #;'
    expect(
      piecesOf(text, 'c')
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  })
  it('knows comments, strings, keywords and types', () => {
    const kinds = new Map(
      piecesOf('/* x */ static int a = 7; p("s");', 'c').map(({ kind, text }) => [text.trim(), kind]),
    )
    expect(kinds.get('/* x */')).toBe('comment')
    expect(kinds.get('static')).toBe('keyword')
    expect(kinds.get('int')).toBe('type')
    expect(kinds.get('7')).toBe('number')
    expect(kinds.get('"s"')).toBe('string')
  })
})
