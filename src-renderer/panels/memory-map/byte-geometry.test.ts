import { expect, it } from 'vitest'
import { BYTE_LINE, BYTES_TOP, objectBeside } from './byte-geometry.ts'

const cell = { x: 0, y: 100, width: 560, height: 4200 }

it('puts a line beside the lines of an object, as far as they are shown', () => {
  const whole = objectBeside(cell, { offset: 512, bytes: 256 }, 0, 4096)!
  expect([whole.y, whole.height]).toEqual([100 + BYTES_TOP + 32 * BYTE_LINE, 16 * BYTE_LINE])
  const cut = objectBeside(cell, { offset: 512, bytes: 256 }, 640, 704)!
  expect([cut.y, cut.height]).toEqual([100 + BYTES_TOP + 40 * BYTE_LINE, 4 * BYTE_LINE])
})

it('leaves it out where there is no room, no line of its own, or nothing of it is shown', () => {
  expect(objectBeside({ ...cell, width: 320 }, { offset: 0, bytes: 256 }, 0, 4096)).toBeNull()
  expect(objectBeside(cell, { offset: 8, bytes: 8 }, 0, 4096)).toBeNull()
  expect(objectBeside(cell, { offset: 0, bytes: 256 }, 256, 4096)).toBeNull()
})
