import { describe, expect, it } from 'vitest'
import { difference } from './disk-folder.ts'

describe('what differs from the disk', () => {
  it('is what was changed, added and removed', () => {
    const disk = [
      { path: 'a.ts', text: 'a' },
      { path: 'b.ts', text: 'b' },
      { path: 'c.ts', text: 'c' },
    ]
    const files = [
      { path: 'a.ts', text: 'a' },
      { path: 'b.ts', text: 'B' },
      { path: 'd.ts', text: 'd' },
    ]
    expect(difference(disk, files)).toEqual({ written: [files[1], files[2]], removed: ['c.ts'] })
  })
})
