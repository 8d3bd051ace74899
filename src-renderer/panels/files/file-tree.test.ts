import { describe, expect, it } from 'vitest'
import { treeRows } from './file-tree.ts'

const PATHS = ['main.ts', 'lib/queue.ts', 'lib/deep/ring.ts', 'app.ts']
const shown = (closed: string[] = []) =>
  treeRows(PATHS, new Set(closed)).map(({ name, depth, folder }) => `${'-'.repeat(depth)}${name}${folder ? '/' : ''}`)

describe('the tree of files', () => {
  it('has folders first, and files by name', () => {
    expect(shown()).toEqual(['lib/', '-deep/', '--ring.ts', '-queue.ts', 'app.ts', 'main.ts'])
  })
  it('leaves out what is in a closed folder', () => {
    expect(shown(['lib'])).toEqual(['lib/', 'app.ts', 'main.ts'])
  })
})
