import { expect, it } from 'vitest'
import { KeyPace } from './key-pace.ts'

it('runs with each key unless runs take long', () => {
  const pace = new KeyPace()
  expect(pace.pause).toBe(0)
  pace.ran(100)
  pace.ran(401)
  expect(pace.pause).toBe(250)
  pace.ran(399)
  expect(pace.pause).toBe(0)
})

it("does not take a program's cold first run for its speed", () => {
  const pace = new KeyPace()
  pace.ran(600)
  expect(pace.pause).toBe(0)
  pace.ran(450)
  expect(pace.pause).toBe(250)
  pace.opened()
  expect(pace.pause).toBe(0)
  pace.ran(1100)
  expect(pace.pause).toBe(250)
})
