import { describe, expect, it } from 'vitest'
import { cHints } from './c-habits.ts'

const messages = (text: string): string[] => cHints(text).map((each) => each.message)

describe('C in a snippet', () => {
  it('says how a field is read', () => {
    const [hint] = cHints('const a = 1\nx = page->flags')
    expect(hint).toMatchObject({ line: 2, start: 5, end: 16 })
    expect(hint?.message).toContain('`page.flags`')
  })
  it('says how a pointer is written and read', () => {
    expect(messages('*p = 1')[0]).toContain('p.write_u8(0, value)')
    expect(messages('const x = *p')[0]).toContain('p.read_u8(0)')
  })
  it('says how a pointer is declared', () => {
    expect(messages('struct page *page = alloc_page(GFP_KERNEL)')[0]).toContain('const page = …')
  })
  it('leaves comments, strings and products alone', () => {
    expect(messages("// p->x\nconst s = 'p->x *p'\nconst n = a * b\nconst f = () => a")).toEqual([])
  })
  it('keeps lines in place behind a comment of several lines', () => {
    expect(cHints('/* one\n two */\np->x')[0]?.line).toBe(3)
  })
})
