import { describe, expect, it } from 'vitest'
import { parsePlace } from './window-place.ts'

describe("the window's kept place", () => {
  it('comes back as it was written', () => {
    const text = JSON.stringify({ x: -5, y: 20, width: 1000, height: 700, maximized: true })
    expect(parsePlace(text)).toEqual({ bounds: { x: -5, y: 20, width: 1000, height: 700 }, maximized: true })
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"x":0,"y":0,"width":1000}',
    '{"x":0,"y":0,"width":"1000","height":700}',
    '{"x":0,"y":0,"width":1e999,"height":700}',
    '{"x":0,"y":0,"width":3,"height":4}',
  ])('is forgotten when the file says %j', (text) => {
    expect(parsePlace(text)).toBeNull()
  })
})
