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
})
