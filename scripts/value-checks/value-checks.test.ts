/**
 * Every function of SURFACE §2 is called in a program of corpus/ground-truth or corpus/memory, whose values come from a
 * real kernel or its source. docs/value-checks.md is the table; with PAGEWARD_GENERATE set it is written.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { at } from '../paths.mjs'
import { countChecks } from './count.ts'
import { documentOf } from './document.ts'

const DOCUMENT = 'docs/value-checks.md'
/** Names of the rows, without figures: these change with each test that is written. */
const names = (text: string): string[] => [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name)

describe('the functions of the C surface', () => {
  const checks = countChecks()

  it('are each called in a program whose values a kernel, or its source, gave', () => {
    const without = [...checks].filter(([, { measured, read }]) => measured + read === 0)
    expect(without.map(([name]) => name)).toEqual([])
  })

  it(`are listed in ${DOCUMENT}`, () => {
    const text = documentOf(checks)
    if (process.env['PAGEWARD_GENERATE'] !== undefined) writeFileSync(at(DOCUMENT), text)
    expect(names(existsSync(at(DOCUMENT)) ? readFileSync(at(DOCUMENT), 'utf8') : '')).toEqual([...checks.keys()])
  })
})
