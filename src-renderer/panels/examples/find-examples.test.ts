import { describe, expect, it } from 'vitest'
import { examples } from '../../core/examples.ts'
import { exampleGroups } from './find-examples.ts'

const found = (query: string): string[] =>
  exampleGroups(examples(), query).flatMap(({ list }) => list.map(({ id }) => id))

describe('the list of examples', () => {
  it('has all of them when nothing is asked for, under names for a person', () => {
    const groups = exampleGroups(examples(), '')
    expect(groups.map(({ name }) => name)).toEqual(['To begin with', 'Then', 'Drivers'])
    expect(groups.flatMap(({ list }) => list)).toHaveLength(examples().length)
  })

  it('finds by title, sentence and subsystem, every word', () => {
    expect(found('Binder MREMAP')).not.toEqual([])
    expect(found('binder mremap').every((id) => id.startsWith('binder/'))).toBe(true)
    expect(found('binder mremap').length).toBeLessThan(found('binder').length)
    expect(found('large kmalloc')).toContain('siw-sendpage/send')
  })

  it('lists a variant below its main example, and on its own where that one was not found', () => {
    const [together] = exampleGroups(examples(), 'nvkm')
    expect(together?.list[0]?.variant).toBeNull()
    expect(together?.below.size).toBe((together?.list.length ?? 0) - 1)
    const alone = exampleGroups(examples(), 'outlives')
    expect(alone[0]?.list.map(({ id }) => id)).toContain('slab-uaf/rust-outlives')
    expect(alone[0]?.below.has('slab-uaf/rust-outlives')).toBe(false)
  })

  it('finds nothing for a word that is nowhere', () => {
    expect(exampleGroups(examples(), 'no-such-word')).toEqual([])
  })
})
