import { beforeEach, describe, expect, it } from 'vitest'
import { commandFor, holderOf, keysOf, tip } from './commands.ts'
import { bindKeys, keysOfPress, parseBindings, resetKeys } from './key-bindings.ts'

const press = (code: string, more = {}) => ({
  code,
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

beforeEach(() => resetKeys())

describe('keys that a person chose', () => {
  it('take the place of the table, in tooltips too', () => {
    bindKeys('run', [{ code: 'F5', whileTyping: true }])
    expect(commandFor(press('F5'), true)).toBe('run')
    expect(commandFor(press('Enter', { ctrlKey: true }), true)).toBeNull()
    expect(tip('run')).toBe('Run (F5)')
  })
  it('may belong to an action that has none at first', () => {
    bindKeys('era:v6.14', [{ code: 'KeyA', alt: true, whileTyping: true }])
    expect(commandFor(press('KeyA', { altKey: true }), true)).toBe('era:v6.14')
  })
  it('come back to the table', () => {
    bindKeys('run', [])
    expect(commandFor(press('Enter', { ctrlKey: true }), true)).toBeNull()
    bindKeys('run', null)
    expect(keysOf('run')).toHaveLength(1)
  })
  it('are refused when another command has them', () => {
    expect(holderOf({ code: 'F8' }, 'run')).toBe('next-problem')
    expect(holderOf({ code: 'F8' }, 'next-problem')).toBeNull()
  })
  it('are the place on the keyboard, not the letter', () => {
    expect(keysOfPress(press('KeyQ', { key: 'a', altKey: true }))).toEqual({
      code: 'KeyQ',
      alt: true,
      whileTyping: true,
    })
    expect(keysOfPress(press('ShiftLeft', { shiftKey: true }))).toBeNull()
  })
  it('lose what is not well-formed', () => {
    expect(parseBindings({ run: [{ code: 'F5' }, { code: 3 }], x: 'no' })).toEqual({ run: [{ code: 'F5' }] })
  })
})
