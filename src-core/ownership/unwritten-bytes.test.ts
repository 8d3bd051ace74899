import { expect, test } from 'vitest'
import { randomNumbers } from '../trace/testing/random-trace.ts'
import { UnwrittenBytes } from './unwritten-bytes.ts'

test('agrees with a set of bytes, whatever is written and unwritten in whichever order', () => {
  const random = randomNumbers(3)
  const [page, frames] = [64, 4]
  const fast = new UnwrittenBytes(frames, page)
  const model = new Set<number>()
  for (let i = 0; i < 4000; i++) {
    const whole = random(3) === 0
    const at = whole ? random(frames) * page : random(frames * page)
    const size = Math.min(whole ? page * (1 + random(2)) : random(page * 2), frames * page - at)
    const unwritten = random(2) === 0
    fast.set(at, size, unwritten)
    for (let byte = at; byte < at + size; byte++)
      if (unwritten) model.add(byte)
      else model.delete(byte)
    for (let byte = 0; byte < frames * page; byte++) {
      if (fast.some(byte, 1) !== model.has(byte))
        expect([i, byte, fast.some(byte, 1)]).toEqual([i, byte, model.has(byte)])
    }
  }
  fast.set(0, frames * page, false)
  expect(fast.frames).toBe(0)
  fast.set(frames * page, page, true)
  expect(fast.some(frames * page, 1)).toBe(false)
})
