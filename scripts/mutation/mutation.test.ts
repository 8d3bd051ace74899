/** The rules against mutants: a sample of the correct programs here, all of them in mutation.long.ts. */
import { describe, expect, it } from 'vitest'
import { at } from '../paths.mjs'
import { missed, shareFound } from './document.ts'
import { correctPrograms, tryProgram } from './measure.ts'
import { mutantsOf } from './mutants.ts'

/** Every so many programs one is tried. */
const SAMPLE = 6

describe('mutants', () => {
  it('leave a release out, repeat it, exchange it with the next, and move a use behind it', () => {
    const text = 'const a = kmalloc(8)\na.write_u8(0, 1)\nkfree(a)\nput_page(p)\n'
    const made = mutantsOf('x.ts', text).map(({ operator, line, text: changed }) => [operator, line, changed])
    expect(made).toEqual([
      ['swap-teardown', 3, 'const a = kmalloc(8)\na.write_u8(0, 1)\nput_page(p)\nkfree(a)\n'],
      ['use-after-release', 2, 'const a = kmalloc(8)\nkfree(a)\na.write_u8(0, 1)\nput_page(p)\n'],
      ['delete-release', 3, 'const a = kmalloc(8)\na.write_u8(0, 1)\nvoid 0\nput_page(p)\n'],
      ['duplicate-release', 3, 'const a = kmalloc(8)\na.write_u8(0, 1)\n(kfree(a), kfree(a))\nput_page(p)\n'],
      ['delete-release', 4, 'const a = kmalloc(8)\na.write_u8(0, 1)\nkfree(a)\nvoid 0\n'],
      ['duplicate-release', 4, 'const a = kmalloc(8)\na.write_u8(0, 1)\nkfree(a)\n(put_page(p), put_page(p))\n'],
    ])
  })

  it('of a sample of the correct programs are diagnosed, and what survives is explained', { timeout: 120_000 }, () => {
    const programs = correctPrograms(at('.')).filter((_, i) => i % SAMPLE === 0)
    const tried = programs.flatMap((program) => tryProgram(at('.'), program))
    expect(tried.length).toBeGreaterThan(50)
    expect(missed(tried)).toEqual([])
    expect(shareFound(tried)).toBeGreaterThanOrEqual(0.8)
  })
})
