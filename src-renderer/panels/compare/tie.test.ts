import { describe, expect, it } from 'vitest'
import { tie, untie } from './tie.ts'

const rows = (...texts: string[]) => texts.map((text) => ({ text }))

describe('tied playheads', () => {
  const broken = rows('kmalloc()', 'get_page()', 'kfree()', 'write()', 'put_page()')
  const fixed = rows('kmalloc()', 'write()', 'kfree()')
  const tied = tie(broken, fixed)

  it('follow the same call, else stay at the last one that both made', () => {
    expect([...tied]).toEqual([0, 1, 1, 3, 3, 3])
  })
  it('lead back', () => {
    expect([untie(tied, 1), untie(tied, 2), untie(tied, 3)]).toEqual([1, 3, 3])
  })
  it('are the same steps when both runs are the same', () => {
    expect([...tie(broken, broken)]).toEqual([0, 1, 2, 3, 4, 5])
  })
})
