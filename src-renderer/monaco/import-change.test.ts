import { describe, expect, it } from 'vitest'
import { importChange, surfaceNames } from './import-change.ts'

function imported(source: string, name: string, module = 'linux'): string | null {
  const change = importChange(source, name, module)
  return change === null ? null : source.slice(0, change.offset) + change.text + source.slice(change.offset)
}

describe('importing a name', () => {
  it('joins the import that is there', () => {
    expect(imported(`import { kfree } from 'linux'\n`, 'kmalloc')).toBe(`import { kfree, kmalloc } from 'linux'\n`)
    expect(imported(`import {\n  kfree,\n} from 'linux'\n`, 'kmalloc')).toBe(
      `import {\n  kfree, kmalloc\n} from 'linux'\n`,
    )
  })
  it('adds an import before the others', () => {
    expect(imported(`// one\nimport { a } from './a.ts'\n`, 'kmalloc')).toBe(
      `// one\nimport { kmalloc } from 'linux'\nimport { a } from './a.ts'\n`,
    )
  })
  it('adds the first import below the leading comments', () => {
    expect(imported(`// @era v6.12\n\nconst a = 1\n`, 'kmalloc')).toBe(
      `// @era v6.12\n\nimport { kmalloc } from 'linux'\nconst a = 1\n`,
    )
  })
  it('changes nothing for a name that is imported, from whatever module', () => {
    expect(imported(`import { kmalloc } from 'linux/slab'\n`, 'kmalloc')).toBeNull()
    expect(imported(`import { kmalloc_array } from 'linux'\n`, 'kmalloc')).toContain('kmalloc_array, kmalloc }')
  })
})

describe('names of the surface', () => {
  it('come with their documentation, once, from the gathering module', () => {
    const exported = '/** Frees\n * it. */\nexport function kfree(p: Ptr): void\nexport const A: number\n'
    const text = `declare module 'linux/slab' {\n${exported}}`
    const twice = { module: 'linux/mm', text: 'export function kfree(): void' }
    expect(
      surfaceNames([{ module: 'linux/slab', text }, twice, { module: 'thread/page_v3', text: 'export const b: 1' }]),
    ).toEqual([
      { name: 'kfree', module: 'linux', signature: 'kfree(p: Ptr): void', documentation: 'Frees\nit.' },
      { name: 'A', module: 'linux', signature: 'A: number', documentation: '' },
    ])
  })
})
