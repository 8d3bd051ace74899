import { describe, expect, it } from 'vitest'
import { DECLARATIONS } from '../../src-core/surface/generated/declarations.ts'
import { entriesOf, findEntries } from './reference.ts'

const entries = entriesOf(DECLARATIONS)

describe('the API reference', () => {
  it('has the functions of the surface with their contracts', () => {
    const entry = entries.find((each) => each.name === 'get_page')
    expect(entry?.module).toBe('linux/mm')
    expect(entry?.signature).toBe('get_page(page: page): void')
    expect(entry?.paragraphs.join(' ')).toContain('Owner: the caller holds one reference more')
    expect(entries.length).toBeGreaterThan(200)
  })
  it('lists names by their letters, wherever their underscores are', () => {
    const names = entries.map(({ name }) => name)
    expect(names[0]).not.toMatch(/^_/)
    expect(names.indexOf('__free_page')).toBeGreaterThan(names.indexOf('alloc_page'))
  })
  it('finds the name first, then the words of contracts', () => {
    expect(findEntries(entries, 'kfree', 5)[0]?.name).toBe('kfree')
    expect(findEntries(entries, 'never sleeps reference', 20).length).toBeGreaterThan(0)
    expect(findEntries(entries, 'nosuchname', 5)).toEqual([])
  })
  it('has types with their fields, and methods of their own', () => {
    const named = (name: string) => entries.find((each) => each.name === name)
    expect(named('vm_area_struct')).toMatchObject({
      signature: 'type vm_area_struct',
      importLine: "import type { vm_area_struct } from 'linux'",
    })
    expect(named('vm_area_struct')?.fields).toContainEqual({
      signature: 'readonly vm_start: bigint',
      text: 'First address. No step.',
    })
    expect(named('page')?.paragraphs).toEqual(['A `struct page *`.'])
    expect(named('Page.fill_zero_raw')).toMatchObject({ importLine: "import { Page } from 'kernel/page'" })
    expect(named('Page.alloc_page')?.signature).toBe('Page.alloc_page(flags: number): Owned<Page>')
    expect(named('Ptr.read_u8')?.paragraphs[0]).toContain('Reads one byte')
    expect(findEntries(entries, 'struct page', 40).map(({ name }) => name)).toContain('page')
    expect(entries.some(({ name }) => name.startsWith('Lesson'))).toBe(false)
  })
})
