import { describe, expect, it } from 'vitest'
import { collectExamples } from './examples.ts'

const texts = {
  'ring/main.ts': `import { push } from './queue.ts'\nimport { alloc_page } from 'linux'\npush()`,
  'ring/queue.ts': `import './shared'\nexport const push = () => {}`,
  'ring/shared.ts': '',
  'ring/other.ts': '',
}

describe('the list of examples', () => {
  it('takes with an example the files it imports, and no others', () => {
    const [ring] = collectExamples([{ id: 'ring', title: 'A ring', file: 'examples/drivers/ring/main.ts' }], texts)
    expect(ring?.entry).toBe('main.ts')
    expect(ring?.files.map((file) => file.path)).toEqual(['main.ts', 'queue.ts', 'shared.ts'])
  })
  it('leaves out a row whose file is not there', () => {
    expect(collectExamples([{ id: 'gone', file: 'gone/gone.ts' }], texts)).toEqual([])
  })
  it('names a variant after the example it follows', () => {
    const rows = [
      { title: 'A ring', file: 'ring/main.ts' },
      { title: '… done right', file: 'ring/other.ts' },
    ]
    const [, variant] = collectExamples(rows, texts)
    expect([variant?.title, variant?.variant]).toEqual(['A ring: done right', 'done right'])
  })
  it('lists every file when there is no index', () => {
    expect(collectExamples(undefined, texts)).toHaveLength(4)
  })
})
