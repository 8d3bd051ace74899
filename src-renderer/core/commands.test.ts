import { describe, expect, it } from 'vitest'
import { commandFor, COMMANDS, keysText, tip } from './commands.ts'

const press = (code: string, more = {}) => ({
  code,
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

describe('the shortcut table', () => {
  it('runs on Control+Enter even while typing', () => {
    expect(commandFor(press('Enter', { ctrlKey: true }), true)).toBe('run')
  })
  it('steps with full stop and comma only outside a text', () => {
    expect(commandFor(press('Period'), false)).toBe('step-forward')
    expect(commandFor(press('Period'), true)).toBeNull()
    expect(commandFor(press('Comma', { altKey: true }), true)).toBe('step-back')
  })
  it('leaves Escape to the editor while typing', () => {
    expect(commandFor(press('Escape'), true)).toBeNull()
    expect(commandFor(press('Escape'), false)).toBe('back')
  })
  it('opens the sheet for a question mark on any layout', () => {
    expect(commandFor(press('Comma', { key: '?', shiftKey: true }), false)).toBe('shortcuts')
  })
  it('gives no two commands the same keys', () => {
    const all = COMMANDS.flatMap((each) => each.keys.map(keysText))
    expect(new Set(all).size).toBe(all.length)
  })
  it('names the keys in a tooltip', () => {
    expect(tip('step-back')).toBe('Step back (Shift+F10)')
  })
})
