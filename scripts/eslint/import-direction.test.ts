import { RuleTester } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { resolve } from 'node:path'
import { ALLOWED, importDirection, judge } from './import-direction.js'

describe('import direction', () => {
  it('lets a layer import the layers below it and itself', () => {
    expect(judge('src-core/mm/buddy.ts', '../trace/writer.ts', false)).toBeNull()
    expect(judge('src-core/mm/buddy.ts', './page.ts', false)).toBeNull()
    expect(judge('src-core/report/text.ts', '../ownership/rule.ts', false)).toBeNull()
  })

  it('refuses an import upwards and names both folders', () => {
    expect(judge('src-core/mm/buddy.ts', '../ownership/rule.ts', false)).toBe(
      'mm/buddy.ts → ../ownership/rule.ts: mm may not import ownership',
    )
  })

  it('refuses types upwards too', () => {
    expect(judge('src-core/mm/buddy.ts', '../surface/page.ts', true)).toContain('mm may not import surface')
  })

  it('keeps the rules away from the machine, and gives them the types of the compiler contract only', () => {
    expect(judge('src-core/ownership/leak.ts', '../machine/frames.ts', true)).toContain('may not import machine')
    expect(judge('src-core/ownership/leak.ts', '../compiler/contract.ts', true)).toBeNull()
    expect(judge('src-core/ownership/leak.ts', '../compiler/contract.ts', false)).toContain('only types from compiler')
    expect(judge('src-core/ownership/leak.ts', '../compiler/emit.ts', true)).toContain('may not import compiler')
  })

  it('refuses packages outside the table', () => {
    expect(judge('src-core/mm/buddy.ts', 'node:fs', false)).toContain('may not import the package node:fs')
    expect(judge('src-core/mm/buddy.ts', 'typescript', true)).toContain('may not import the package typescript')
    expect(judge('src-core/compiler/parse.ts', 'typescript', false)).toBeNull()
    expect(judge('src-core/runtime/realm.ts', '@jridgewell/trace-mapping', false)).toBeNull()
    expect(judge('src-core/runtime/session.ts', 'vue', false)).toContain('may not import the package vue')
  })

  it('refuses a file of the core that stands in no layer, and a way out of the core', () => {
    expect(judge('src-core/main.ts', './mm/buddy.ts', false)).toContain('stands in no layer')
    expect(judge('src-core/mm/buddy.ts', '../../src-cli/main.ts', true)).toContain('may not import anything outside it')
  })

  it('lets the page see protocol, trace, report and the generated surface, its worker entries all', () => {
    expect(judge('src-renderer/core/client.ts', '../../src-core/protocol/messages.ts', false)).toBeNull()
    expect(judge('src-renderer/monaco/hovers.ts', '../../src-core/surface/generated/docs.ts', false)).toBeNull()
    expect(judge('src-renderer/monaco/hovers.ts', '../../src-core/surface/mm.ts', true)).toContain('not import surface')
    expect(judge('src-renderer/panels/Map.vue', '../../src-core/mm/buddy.ts', false)).toContain('may not import mm')
    expect(judge('src-renderer/workers/runner.ts', '../../src-core/runtime/session.ts', false)).toBeNull()
  })

  it('has no cycle in its table', () => {
    const visit = (layer: string, path: string[]): void => {
      expect(path).not.toContain(layer)
      for (const entry of ALLOWED[layer] ?? []) {
        if (!entry.startsWith('type:')) visit(entry, [...path, layer])
      }
    }
    visit('protocol', [])
  })

  it('sees imports, exports, dynamic imports and import types in source', () => {
    const at = (path: string): string => resolve(import.meta.dirname, '../..', path)
    const tester = new RuleTester({ languageOptions: { parser: tseslint.parser } })
    const upwards = [{ message: 'mm/a.ts → ../report/x.ts: mm may not import report' }]
    tester.run('import-direction', importDirection, {
      valid: [{ filename: at('src-core/mm/a.ts'), code: "import { x } from '../base/x.ts'" }],
      invalid: [
        "import { x } from '../report/x.ts'",
        "import type { x } from '../report/x.ts'",
        "export { x } from '../report/x.ts'",
        "export * from '../report/x.ts'",
        "const x = import('../report/x.ts')",
        "type X = import('../report/x.ts').X",
      ].map((code) => ({ filename: at('src-core/mm/a.ts'), code, errors: upwards })),
    })
  })
})
