import { describe, expect, it } from 'vitest'
import { ASKED_BY_PAGE, FROM_PAGE, MOST_TEXT } from './channels.ts'

const save = { document: null, title: 'a', share: '{}', source: '', elsewhere: false }

describe('messages of a page', () => {
  it('are taken when well-formed', () => {
    expect(FROM_PAGE['core:connect']([])).toBe(true)
    expect(FROM_PAGE['theme:choose'](['dark'])).toBe(true)
    expect(ASKED_BY_PAGE['journal:keep'](['{}'])).toBe(true)
    expect(ASKED_BY_PAGE['file:save']([save])).toBe(true)
    expect(ASKED_BY_PAGE['file:save']([{ ...save, document: 3 }])).toBe(true)
  })

  it('are refused with arguments of another number, type or size', () => {
    for (const check of [...Object.values(FROM_PAGE), ...Object.values(ASKED_BY_PAGE)]) {
      for (const args of [[{}], [1], [null, null], [['dark']], [() => 1], ['x', 'y']]) {
        expect(check(args)).toBe(false)
      }
    }
    expect(ASKED_BY_PAGE['journal:keep'](['x'.repeat(MOST_TEXT + 1)])).toBe(false)
    const wrong = [{ document: '/etc/passwd' }, { document: 1.5 }, { title: 1 }, { elsewhere: 'no' }, { path: '/x' }]
    for (const change of wrong) expect(ASKED_BY_PAGE['file:save']([{ ...save, ...change }])).toBe(false)
  })
})
