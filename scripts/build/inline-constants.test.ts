import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, describe, expect, it } from 'vitest'
import { inlineConstants } from './inline-constants.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-inline-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The text of main.ts as the bundle has it, built from files of these texts. */
async function built(files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  await build({
    configFile: false,
    logLevel: 'silent',
    root: folder,
    plugins: [inlineConstants(folder)],
    build: {
      ssr: join(folder, 'main.ts'),
      outDir: 'out',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.js' } },
    },
  })
  return readFileSync(join(folder, 'out/main.js'), 'utf8')
}

describe('constants in the build', () => {
  const tables = {
    'table.ts': `import { ONE } from './one.ts'
export const Op = { kfree: 46, get: -1, both: ONE | 2 } as const
export const Loose = { a: 1 }
export const LARGE = 0xffff_ffff
export let written = 1
written = 2
`,
    'numbered.ts': `export const numbered = (t: readonly (readonly [string, ...unknown[]])[]): Record<string, number> =>
  Object.fromEntries(t.map(([name], place) => [name, place]))
`,
    'rows.ts': `import { numbered } from './numbered.ts'
const ROWS = [['nothing', 1], ['alloc', 5]] as const
export const Row: Record<string, number> = numbered(ROWS)
`,
    'one.ts': `export const ONE = 1 << 4\n`,
  }

  it('are numbers where they are used', async () => {
    const text = await built({
      ...tables,
      'main.ts': `import { Op, LARGE } from './table.ts'
import { Row } from './rows.ts'
const HALF = LARGE / 2
export const f = (x: number): number[] => [x - Op.get, Op.kfree, Op.both, LARGE, HALF, Row.alloc]
`,
    })
    expect(text).toContain('[\n\tx - -1,\n\t46,\n\t18,\n\t4294967295,\n\t2147483647.5,\n\t1\n]')
  })

  it('stay constants where they are not known when the program is built', async () => {
    const text = await built({
      'main.ts': `const START = Date.now()
class Clock { readonly start = START }
export const f = (): Clock => new Clock()
`,
    })
    expect(text).toContain('const START = Date.now()')
    expect(text).toContain('const Clock = class')
  })

  it('stay names where they are no reading of a constant', async () => {
    const text = await built({
      ...tables,
      'main.ts': `import { Op, Loose, written, LARGE } from './table.ts'
export const shadowed = (Op: { kfree: number }): number => Op.kfree
export const table = { LARGE, Op: 1 }
export const rest = [Loose.a, written, Op] as const
export type Kind = (typeof Op)['kfree']
`,
    })
    expect(text).toContain('(Op) => Op.kfree')
    expect(text).toContain('LARGE,')
    expect(text).toContain('Loose.a')
    expect(text).toContain('written,')
  })
})
