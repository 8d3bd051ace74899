/** A mistake that is made again is one diagnosis; its other places are told, each once, the first four. */
import { expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

it('tells the other places of a mistake', () => {
  const { diagnoses } = liveRun(`import { kmalloc, GFP_KERNEL } from 'linux'
const p = kmalloc(100, GFP_KERNEL)!
for (let i = 0; i < 3; i++) p.write_u8(100 + i, 1)
for (let i = 0; i < 3; i++) p.sub(1).write_u8(0, 1)
p.write_u8(104, 1)
p.write_u8(105, 1)
p.write_u8(106, 1)
p.write_u8(107, 1)`).report
  const [first] = diagnoses.filter(({ code }) => code === 'out-of-bounds')
  expect(diagnoses.map(({ code }) => code)).toEqual(['memory-leak', 'out-of-bounds'])
  expect(first?.at.line).toBe(3)
  expect(first?.repeats).toBe(9)
  expect(first?.story.map(({ at, text }) => `${at?.line} ${text}`).slice(2)).toEqual([
    '4 again: p.sub(1).write_u8(0, 1), by insmod',
    '5 again: p.write_u8(104, 1), by insmod',
    '6 again: p.write_u8(105, 1), by insmod',
    '7 again: p.write_u8(106, 1), by insmod',
  ])
})
