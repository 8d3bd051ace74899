import { describe, expect, it } from 'vitest'
import { readFragment, readShared, shareFragment, shareText, type Shared } from './share.ts'

const SHARED: Shared = {
  program: {
    title: 'mine.ts',
    entry: 'mine.ts',
    files: [
      { path: 'mine.ts', text: "import './other.ts' // äöü → ✖" },
      { path: 'other.ts', text: 'export {}' },
    ],
    active: 'other.ts',
    era: 'v6.14',
    memory: '256M',
    own: true,
  },
  schedule: 's1:0.1',
  layout: { grid: {} },
}

describe('a shared program', () => {
  it('comes back from a file as it was', () => {
    expect(readShared(shareText(SHARED))).toEqual(SHARED)
  })
  it('comes back from an address, without the layout', async () => {
    const fragment = await shareFragment(SHARED)
    expect(fragment).toMatch(/^#p=[\w-]+$/)
    expect(await readFragment(fragment)).toEqual({ ...SHARED, layout: null })
  })
  it('is refused when it is damaged or something else', async () => {
    expect(readShared('{"format":"pageward.program/1","files":[]}')).toBeNull()
    expect(readShared('{"format":"other"}')).toBeNull()
    expect(await readFragment('#p=AAAA')).toBeNull()
    expect(await readFragment('#memory')).toBeNull()
  })
})
