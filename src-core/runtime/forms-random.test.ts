/**
 * Random small programs: both forms have to do the same steps at the same sites, and log what plain JavaScript logs.
 * forms-random.long.ts tries many more.
 */
import fc from 'fast-check'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { compileBothForms } from '../compiler/fake-surface.ts'
import { sortPlainly } from './merge-sort.ts'
import { runFake, show } from './fake-run.ts'

const names = ['a', 'b', 'c']
const name = fc.constantFrom(...names)

/** Expressions and statements that use each other; `o` is an object, `f` and `g` are functions, `v` is a view. */
const { statement } = fc.letrec<{ expression: string; statement: string; block: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: 9 }).map(String),
    name,
    fc.constantFrom('o.p', 'o?.p', 'o.q?.r', 'v.count', 'o["p"]', 'xs.length', 'xs[0]', 'this?.z'),
    tie('expression').map((e) => `log(${e})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `log(${x}, ${y})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '*', '<', '&&', '||', '??', ','), tie('expression'))
      .map(([x, op, y]) => `((${x}) ${op} (${y}))`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
    fc
      .tuple(fc.constantFrom('f', 'g', 'o.m', 'o?.m', 'o.m?.', 'K.s', 'new K().m', 'h'), tie('expression'))
      .map(([f, x]) => `${f}(${x})`),
    fc
      .tuple(fc.constantFrom('map', 'filter', 'some', 'find', 'flatMap'), tie('expression'))
      .map(([m, x]) => `[1, 2].${m}((a) => ${x})`),
    tie('expression').map((x) => `[2, 1].sort((a, b) => { log(a); return Number(${x}) ? 1 : -1 })`),
    fc
      .tuple(name, fc.constantFrom('=', '+=', '??=', '&&='), tie('expression'))
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc
      .tuple(fc.constantFrom('o.p', 'v.count', 'o.n.p', 'g(o).p'), fc.constantFrom('=', '+=', '||='), tie('expression'))
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc.constantFrom('o.p++', '--v.count', 'a++', 'v.count--', '++o.n.p'),
    tie('expression').map((x) => `((x) => log(x))(${x})`),
    tie('expression').map((x) => `\`t\${${x}}\``),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `f(...[${x}, ${y}])`),
    tie('expression').map((x) => `(function (this: any, a: any) { return this?.z ?? ${x} })(1)`),
  ),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('expression').map((e) => `log(${e});`),
    tie('expression').map((e) => `;${e};`),
    fc.tuple(tie('expression'), tie('block')).map(([e, s]) => `if (${e}) ${s} else log('else')`),
    fc
      .tuple(name, tie('expression'), tie('block'))
      .map(([x, e, s]) => `{ let ${x}: any = ${e === x ? 1 : `(() => 3)()`}\n${s} }`),
    tie('block').map((s) => `for (let i = 0; i < 2; i++) ${s}`),
    tie('block').map(
      (s) => `loop: for (const a of [1, 2, 3]) { ${s}\nif (a === 2) continue loop\nif (log(a) === 3) break }`,
    ),
    fc.tuple(tie('block'), tie('block'), tie('block')).map(([x, y, z]) => `try ${x} catch (e) ${y} finally ${z}`),
    tie('expression').map((e) => `try { throw ${e} } catch (e) { log(e) }`),
    fc
      .tuple(tie('expression'), tie('block'))
      .map(([e, s]) => `{ using r = new R(Number(${e}))\n${s}\nusing q = new R(2) }`),
    fc.tuple(tie('expression'), tie('block')).map(([e, s]) => `switch (${e}) { case 1: ${s} default: log('d') }`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([x, y]) => `{ const { p, m: q = ${y} } = o as any; log(p, ${x}) }`),
    fc
      .tuple(tie('expression'), tie('block'))
      .map(([x, s]) => `(function () { using w = new R(9)\n if (${x}) return log('early')\n${s} })()`),
  ),
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map((list) => `{ ${list.join('\n')} }`),
}))

const PRELUDE = `let a: any = 1, b: any = 2, c: any = 0
const xs = [1, 2], o: any = { p: 1, n: { p: 2 }, q: null, m(x: any) { return log('m', x, this.p) } }
function f(x: any, y?: any): any { return log('f', x, y) }
const g = (x: any): any => { log('g'); return x }
let h: any = (x: any) => g(f(x))
class K { z = log('field'); static s(x: any) { return log('s', x) }
  m(x: any) { return this.#p(x) } #p(x: any) { return log('p', x) } }
class R { constructor(public size: number) {} release() { log('release', this.size) }
  [Symbol.dispose]() { this.release() } }
`

/** What plain JavaScript logs; it gets our sort, as comparisons come in another order in V8's. */
function native(text: string): string[] {
  const lines: string[] = []
  const log = (...args: unknown[]): unknown => {
    lines.push(`log ${args.map(show).join(' ')}`)
    return args[0]
  }
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS }
  const js = ts.transpileModule(text, { compilerOptions: options }).outputText
  const original = Array.prototype.sort
  Array.prototype.sort = function (this: unknown[], compare) {
    return sortPlainly(this, original, compare) as never
  }
  try {
    ;(new Function('log', 'v', `"use strict"; const exports = {};\n${js}`) as (...args: unknown[]) => void)(log, {
      count: 1,
      other: 2,
    })
  } catch (error) {
    lines.push(String(error))
  } finally {
    Array.prototype.sort = original
  }
  return lines
}

/** Fails with a smallest program if one of `runs` random programs differs. */
export function checkRandomPrograms(runs: number, seed: number): void {
  const program = fc.array(statement, { minLength: 1, maxLength: 5 }).map((list) => list.join('\n'))
  fc.assert(fc.property(program, checkProgram), { numRuns: runs, seed })
}

function checkProgram(body: string): void {
  const compiled = compileBothForms({
    'x.ts': `import { log, View } from 'linux'\nconst v: any = (View as any)()\n${PRELUDE}${body}`,
  })
  expect(compiled.errors).toEqual([])
  const straight = runFake(compiled, false)
  const interleaved = runFake(compiled, true)
  expect(interleaved.log).toEqual(straight.log)
  expect(String(interleaved.error)).toBe(String(straight.error))
  const lines = straight.log
    .map((line) => line.slice(line.lastIndexOf(' log ') + 1))
    .filter((line) => line.startsWith('log '))
  const steps = straight.log.filter((line) => / log /.test(line)).length
  expect(lines.length).toBe(steps)
  const expected = native(PRELUDE + body)
  if (straight.error !== null) expect(expected.pop()?.split(':')[0]).toBe(String(straight.error).split(':')[0])
  expect(lines).toEqual(expected)
}

describe('random programs', () => {
  it('log the same in both forms and as plain JavaScript', () => {
    checkRandomPrograms(30, 7)
  }, 120_000)
})
