/** What the compiler reports, where its sites are, and what it leaves of a program's text. */
import { describe, expect, it } from 'vitest'
import { Compiler, relativeImports } from './compile.ts'
import type { CompiledProgram, Site } from './contract.ts'
import { compileBothForms, compileFake, FAKE_INDEX } from './fake-surface.ts'

const HEAD = `import { log, alloc, each, lock } from 'linux'\n`

const errors = (text: string | Record<string, string>): string[] =>
  compileFake(typeof text === 'string' ? { 'x.ts': text } : text).errors.map(
    (error) => `${error.file}:${error.line}:${error.column} ${error.code}: ${error.message}`,
  )

const siteOf = (program: CompiledProgram, callee: string): Site | undefined =>
  program.sites.find((site) => site.callee === callee)

describe('compile errors', () => {
  it('names unknown modules and names, and what was meant', () => {
    expect(errors(`import { alocc } from 'linux'\nimport { x } from 'linuxx'\nimport fs from 'node:fs'`)).toEqual([
      'x.ts:1:10 import: module "linux" has no "alocc"; did you mean "alloc"?',
      'x.ts:2:19 import: there is no module "linuxx"; did you mean "linux"?',
      'x.ts:3:16 import: there is no module "node:fs"; a program can import the simulated kernel and relative files',
    ])
    expect(errors(`import { sim } from 'sim'\nsim.reclam()\nimport * as all from 'linux'\nall.aloc(1)`)).toEqual([
      'x.ts:2:5 import: module "sim" has no "reclam"; did you mean "reclaim"?',
      'x.ts:4:5 import: module "linux" has no "aloc"; did you mean "alloc"?',
    ])
  })
  it('says when a name is missing in the era', () => {
    expect(errors(`import { BorrowedPage } from 'kernel'`)).toEqual([
      'x.ts:1:10 not-in-this-era: "BorrowedPage" does not exist in this era; use Page (since v6.18)',
    ])
  })
  it('checks relative imports and circles', () => {
    expect(
      errors({
        'a/b.ts': 'export const q = 1',
        'a/x.ts': `import { r } from './b'\nimport './none'\nimport '../a/b.ts'`,
      }),
    ).toEqual([
      'a/x.ts:2:8 import: there is no file "./none" beside this one',
      'a/x.ts:1:10 import: "a/b.ts" exports no "r"; did you mean "q"?',
    ])
    expect(
      errors({
        'b.ts': `import { x } from './x'\nexport const b = () => x`,
        'x.ts': `import { b } from './b'\nexport const x = b`,
      }),
    ).toEqual(['b.ts:1:19 import: these files import each other in a circle: x.ts → b.ts → x.ts'])
    expect(
      errors({
        'b.ts': `import type { X } from './x'\nexport const b: X = 1`,
        'x.ts': `import { b } from './b'\nexport type X = number\nb`,
      }),
    ).toEqual([])
  })
  it('refuses what snippets cannot use, with what to do instead', () => {
    const lines = errors(`async function f() { await 1 }
function* g() { yield 1 }
const m = import('x')
const u = import.meta.url
{ await using x = null as any }
@dec class C {}
const $R = 1
class D { accessor x = 1 }
switch (1) { case 1: using y = null as any }
const z = () => arguments.length`)
    expect(lines.map((line) => line.slice(0, line.indexOf(' ')))).toEqual([
      'x.ts:1:1',
      'x.ts:1:22',
      'x.ts:2:1',
      'x.ts:2:17',
      'x.ts:3:11',
      'x.ts:4:11',
      'x.ts:5:3',
      'x.ts:6:1',
      'x.ts:7:7',
      'x.ts:8:11',
      'x.ts:9:14',
      'x.ts:10:17',
    ])
    expect(lines.every((line) => line.includes(' unsupported: '))).toBe(true)
  })
  it('says of a line that is written as in C how a snippet writes it, once', () => {
    const { errors } = compileFake({ 'x.ts': 'const a = 1\na->x = 1\nstruct page *p = NULL;\nconst = 2\n' })
    expect(errors.slice(0, 4).map(({ line, column, message }) => [line, column, message.slice(0, 40)])).toEqual([
      [2, 1, 'A snippet has no `->`: it writes `a.x`. '],
      [3, 1, 'A snippet declares a pointer with `const'],
      [3, 18, 'A snippet writes `null` for NULL.'],
      [4, 7, 'Variable declaration expected.'],
    ])
  })
  it('reports syntax errors at their place', () => {
    expect(errors('const a = \nlet b = (1')[0]).toMatch(/^x\.ts:2:\d+ syntax: /)
    expect(errors('const a = 1; const a = 2')).toEqual(['x.ts:1:20 syntax: "a" is declared twice in one scope'])
    expect(errors('const a: number')).toEqual(['x.ts:1:1 syntax: this declaration needs a value'])
    expect(errors('return 1')).toEqual(['x.ts:1:1 syntax: "return" outside of a function'])
    expect(errors({})).toEqual([':1:1 import: there is no file ""'])
  })
  it('reports malformed pragmas', () => {
    expect(errors('// @era v7\n// @expect Foo 3\n// @expect page-leak\n// @machine memory\n// @param x')).toEqual([
      'x.ts:1:1 pragma: @era: "v7" is not an era (v6.12 v6.14 v6.17 v6.18 next memdesc, or all)',
      'x.ts:2:1 pragma: @expect: "Foo" is not a diagnosis code',
      'x.ts:3:1 pragma: @expect page-leak needs a line ([FILE:]LINE)',
      'x.ts:4:1 pragma: @machine: "memory" is not of the form key=value',
    ])
  })
})

describe('pragmas', () => {
  it('reads all of them', () => {
    const { pragmas } = compileFake({
      'x.ts': `// A comment
/* another */ // @era v6.12 memdesc
// @machine memory=64M cpus=2
// @expect slab-use-after-free 13
// @expect page-leak lib/a.ts:8 v6.14 memdesc possible
// @schedule 0,1,0
// @explore bound=2
const x = 1
// @era all`,
    })
    expect(pragmas).toEqual({
      eras: ['v6.12', 'memdesc'],
      machine: { memory: '64M', cpus: '2' },
      expect: [
        { code: 'slab-use-after-free', file: null, line: 13, eras: null, possible: false, at: 4 },
        { code: 'page-leak', file: 'lib/a.ts', line: 8, eras: ['v6.14', 'memdesc'], possible: true, at: 5 },
      ],
      schedule: '0,1,0',
      explore: { bound: '2' },
    })
    expect(compileFake({ 'x.ts': '// @expect none' }).pragmas.expect).toEqual([])
    expect(compileFake({ 'x.ts': '// nothing' }).pragmas.expect).toBe(null)
  })
})

describe('sites', () => {
  it('describes calls, accesses and drops', () => {
    const program = compileFake({
      'x.ts': `${HEAD}function make() {
  const foo = alloc(8, "x")!.as(Foo)
  foo.inner.count = 5
  return foo
}
using kept = make() as any
kept.read(1)
`,
    })
    expect(siteOf(program, 'alloc')).toEqual({
      file: 0,
      line: 3,
      column: 15,
      endLine: 3,
      endColumn: 28,
      text: 'alloc(8, "x")',
      callee: 'alloc',
      assigned: 'foo',
      receiver: null,
      args: ['8', '"x"'],
      within: 'make',
    })
    expect(siteOf(program, 'count')).toMatchObject({ line: 4, column: 3, receiver: 'foo.inner', args: ['5'] })
    expect(siteOf(program, 'read')).toMatchObject({ receiver: 'kept', within: null })
    expect(siteOf(program, 'make')).toMatchObject({ assigned: 'kept' })
    expect(siteOf(program, 'drop')).toMatchObject({ line: 8, column: 12, receiver: 'kept' })
    expect(program.sites[0]?.callee).toBe('')
  })
  it('numbers a file apart from others but for an offset', () => {
    const compiler = new Compiler()
    const main = `import { log } from 'linux'\nimport { f } from './b'\nlog(f())`
    const one = compileFake({ 'b.ts': 'export const f = () => 1', 'x.ts': main }, compiler)
    const two = compileFake({ 'b.ts': 'export const f = () => [2].at(0)', 'x.ts': main }, compiler)
    const sites = (program: CompiledProgram): Site[] => program.sites.filter((site) => site.file === 1)
    expect(two.sites.length).toBe(one.sites.length + 1)
    expect(sites(two)).toEqual(sites(one))
    expect(two.modules[1]?.straight).not.toBe(one.modules[1]?.straight)
  })
})

describe('emitted text', () => {
  it('holds nothing that a hardened evaluator refuses', () => {
    const program = compileBothForms({
      'x.ts': `${HEAD}// import( <!-- -->
log("import(1) <!-- --> eval(2) \\import(3)", \`eval(\${1} import ( -->\`, /<!--|import\\(/)
let n = 3; while (n-->0) log(n); log(!--n < n, 1 <!--n)`,
    })
    for (const text of [program.modules[0]?.straight ?? '', program.modules[0]?.interleaved ?? '']) {
      expect(text).not.toMatch(/<!--|-->|\bimport\s*(\(|\/[/*])|\beval\s*\(/)
      expect(() => new Function(`return (${text})`) as unknown).not.toThrow()
    }
  })
  it('says whether a program makes tasks', () => {
    expect(compileFake({ 'x.ts': `import { log } from 'linux'` }).interleaved).toBe(false)
    expect(compileFake({ 'x.ts': `import { kthread_run } from 'linux'` }).interleaved).toBe(true)
    expect(compileFake({ 'x.ts': `import * as l from 'linux'\nl.lock()` }).interleaved).toBe(true)
    expect(
      compileFake({ 'b.ts': `import { lock } from 'linux'\nexport const b = lock`, 'x.ts': `import './b'` })
        .interleaved,
    ).toBe(true)
  })
  it('is straight only where a program may run straight, also of a file that another program runs straight', () => {
    const compiler = new Compiler()
    const files = { 'b.ts': `export const b = () => 1`, 'x.ts': `import { b } from './b'\nb()` }
    const withTasks = `import { kthread_run } from 'linux'\n${files['x.ts']}`
    const straight = (text: string): boolean[] =>
      compileFake({ ...files, 'x.ts': text }, compiler).modules.map((module) => module.straight !== '')
    expect(straight(withTasks)).toEqual([false, false])
    expect(straight(files['x.ts'])).toEqual([true, true])
    expect(straight(withTasks)).toEqual([false, false])
  })
  it('tells an error of code that is emitted twice once', () => {
    const text = `import * as l from 'linux'\nfunction f() {\n  l.logg(1)\n  log\`import(\`\n}\nf()`
    const { errors } = compileFake({ 'x.ts': `import { log } from 'linux'\n${text}` })
    expect(errors.map(({ code, line }) => `${line} ${code}`)).toEqual(['4 import', '5 unsupported'])
  })
  it('is the same when a file is compiled again a step at a time, of which nothing is kept', () => {
    const compiler = new Compiler()
    const files = { 'b.ts': `export const b = () => 1`, 'x.ts': `import { b } from './b'\nb()` }
    const program = compileFake(files, compiler)
    const list = Object.entries(files).map(([path, text]) => ({ path, text }))
    const steps = compiler.again('x.ts', list, FAKE_INDEX)
    let count = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) count++
    expect(count).toBeGreaterThan(2)
    expect(step.value).toEqual(program)
    expect(step.value.modules[1]).not.toBe(program.modules[1])
    expect(compileFake(files, compiler)).toEqual(program)
  })
  it('finds the relative imports of a file', () => {
    expect(
      relativeImports(`import a from './a'\nimport 'linux'\nexport * from "../b.ts"\nimport type { T } from './t'`),
    ).toEqual([
      { specifier: './a', line: 1, column: 15 },
      { specifier: '../b.ts', line: 3, column: 15 },
      { specifier: './t', line: 4, column: 24 },
    ])
  })
})
