/** Both forms of compiled code do the same steps in the same order at the same sites. */
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { compileBothForms, compileFake } from '../compiler/fake-surface.ts'
import { runFake } from './fake-run.ts'
import type { FakeResult } from './fake-run.ts'

const HEAD = `import { log, alloc, each, lock, unlock, pure, LIMIT, View, kthread_run } from 'linux';`

/** Runs both forms, expects the same, gives the straight one. */
function both(files: string | Record<string, string>): FakeResult {
  const program = compileBothForms(typeof files === 'string' ? { 'x.ts': HEAD + files } : files)
  expect(program.errors).toEqual([])
  const straight = runFake(program, false)
  const interleaved = runFake(program, true)
  expect(interleaved.log).toEqual(straight.log)
  expect(String(interleaved.error)).toBe(String(straight.error))
  expect(Object.keys(interleaved.exports)).toEqual(Object.keys(straight.exports))
  return straight
}

/** The log without places. */
const texts = (files: string | Record<string, string>): string[] => {
  const { log, error } = both(files)
  if (error !== null) throw error
  return log.map((line) => line.slice(line.indexOf(' ') + 1))
}

/** What the program logs as plain JavaScript: TypeScript's own output, without sites and steps. */
function native(text: string): string[] {
  const lines: string[] = []
  const log = (...args: unknown[]): unknown => {
    lines.push(`log ${args.map((arg) => String(JSON.stringify(arg))).join(' ')}`)
    return args[0]
  }
  const js = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  })
  const run = new Function('log', 'pure', `"use strict"; const exports = {};\n${js.outputText}`) as (
    ...args: unknown[]
  ) => void
  run(log, (x: number) => x + 1)
  return lines
}

/** Both forms log what the program logs as plain JavaScript. */
function asNative(text: string): void {
  expect(texts(text)).toEqual(native(text))
}

describe('calls', () => {
  it('evaluates arguments before the step and gives each call its own site', () => {
    expect(both('\nlog(log(1), log(log(2)))').log).toEqual([
      '2:5:log log 1',
      '2:17:log log 2',
      '2:13:log log 2',
      '2:1:log log 1 2',
    ])
  })
  it('has a preemption point before each step', () => {
    const program = compileBothForms({ 'x.ts': `${HEAD}log(1); log(); const a = alloc(4); a.read(0); lock()` })
    expect(runFake(program, true).yields).toBe(5)
  })
  it('knows a shadowed name from an imported one', () => {
    expect(
      texts(`
      { const log = (x: number) => x + 1; log(1) }
      function f(log: (x: number) => void) { log(5) }
      f((x) => { alloc(x) })
      function g() { return log(7); function log(x: number) { return alloc(x) } }
      g()
      log(9)`),
    ).toEqual(['alloc 5', 'alloc 7', 'log 9'])
  })
  it('calls steps through values, natives and namespaces', () => {
    expect(
      texts({
        'x.ts': `import { log as l, each } from 'linux'
      import * as all from 'linux'
      import { sim } from 'sim'
      const f = l
      f(1)
      ;[1, 2].forEach(l)
      all.log(3); sim.reclaim()
      const o = { l, m: all.log }
      o.l(4); o.m(5)
      each([6, 7], l)
      const { log } = all
      log(8)
      f.call(null, 9); f.apply(null, [10]); const b = f.bind(null, 11); b()`,
      }),
    ).toEqual([
      'log 1',
      'log 1 0 [1,2]',
      'log 2 1 [1,2]',
      'log 3',
      'reclaim',
      'log 4',
      'log 5',
      'each',
      'log 6',
      'log 7',
      'log 8',
      'log 9',
      'log 10',
      'log 11',
    ])
  })
  it('passes spread arguments and defaults', () => {
    expect(
      texts(`const xs = [1, 2]
      log(...xs); log(0, ...xs)
      function f(a = log('default'), ...rest: number[]) { log(a, rest.length) }
      f(); f('x', ...xs)
      const g = (a: number, b = a + 1) => log(a, b)
      g(1)`),
    ).toEqual(['log 1 2', 'log 0 1 2', 'log "default"', 'log "default" 0', 'log "x" 2', 'log 1 2'])
  })
  it('keeps this, arguments and new.target', () => {
    expect(
      texts(`const o = { n: 1, m() { return this.n }, get g() { return log(this.n) },
        a() { return [1].map((x) => x + this.n) } }
      log(o.m()); log((o.m)()); log(o['m']()); o.g; log(o.a())
      function f() { return arguments.length }
      log((f as any)(1, 2, 3))
      class C { k: boolean; constructor() { this.k = new.target === C } }
      log(new C().k); log(new C()?.k)`),
    ).toEqual(['log 1', 'log 1', 'log 1', 'log 1', 'log [2]', 'log 3', 'log true', 'log true'])
  })
  it('keeps optional chains', () => {
    expect(
      texts(`type N = any
      const o: N = { m() { return this.p }, p: { q: 5 } }, none: N = null
      log(o?.m()?.q); log(none?.m(log('no')).x.y); log(o.nope?.(log('no'))); log(o.m?.().q); log(none?.[log('no')])
      const a: N = alloc(8)
      log(a?.read(1)); log(none?.read(log('no'))); log(a!.read(2)); log(o?.p.q)
      const f: N = undefined
      log(f?.(log('no')))`),
    ).toEqual([
      'log 5',
      'log undefined',
      'log undefined',
      'log 5',
      'log undefined',
      'alloc 8',
      'read {8} 1',
      'log 8',
      'log undefined',
      'read {8} 2',
      'log 8',
      'log 5',
      'log undefined',
    ])
  })
  it('tags templates', () => {
    expect(
      texts(
        'const t = (s: TemplateStringsArray, ...v: unknown[]) => log(s.join("|"), ...v)\n' +
          't`a${log(1)}b`; t`c`; log(`x${log(2)}y${pure(2)}`)',
      ),
    ).toEqual(['log 1', 'log "a|b" 1', 'log "c"', 'log 2', 'log "x2y3"'])
  })
})

describe('functions and closures', () => {
  it('hoists functions and keeps closures of loops', () => {
    expect(
      texts(`f(1)
      function f(x: number): void { log(x); if (x < 3) f(x + 1) }
      const fs: (() => unknown)[] = []
      for (let i = 0; i < 3; i++) fs.push(() => log('c', i))
      for (const g of fs) g()
      let n = 0
      const inc = () => { n++; return n }
      inc(); log(inc(), n)
      const fact = function self(k: number): number { return k <= 1 ? log(1) as number : k * self(k - 1) }
      log(fact(4))
      let h = () => log('old')
      h = () => log('new')
      h()`),
    ).toEqual([
      'log 1',
      'log 2',
      'log 3',
      'log "c" 0',
      'log "c" 1',
      'log "c" 2',
      'log 2 2',
      'log 1',
      'log 24',
      'log "new"',
    ])
  })
  it('runs natives that call back', () => {
    asNative(`log([1, 2, 3].map((x) => log(x) as number * 2).filter((x) => x > pure(2)).reduce((a, b) => a + b, 0))
      log([3, 1, 2].sort((a, b) => a - b))
      log([3, 1, 2].toSorted((a, b) => b - a)); log(['b', 'a'].sort())
      log('abc'.replace(/[ab]/g, (c) => String(log(c)).toUpperCase()))
      new Map([['k', 1]]).forEach((v, k) => log(k, v)); new Set([4]).forEach((v) => log(v))
      log(Array.from([1, 2], (x) => log(x))); log([1, 2, 3].find((x) => log(x) === 2))
      log([1, 2].some((x) => log(x) === 1))
      log([[1], [2]].flatMap((x) => [log(x[0])])); log(Array.from({ length: 2 }, (_, i) => i))
      log([1, 2].every((x) => x > 0), [5, 6].findLast((x) => log(x) === 6), [5, 6].reduceRight((a, b) => a - b))`)
  })
  it('sorts with the same comparisons in both forms', () => {
    const lines = texts(`log([5, 2, undefined, 9, 1, 7].sort((a: any, b: any) => { log('cmp', a, b); return a - b }))
      log([3, 1, 2].toSorted((a, b) => { log(a); return b - a }))
      log(new Uint8Array([3, 1]).sort((a, b) => { log(b); return a - b })[0])`)
    expect(lines.filter((line) => line.startsWith('log ['))).toEqual(['log [1,2,5,7,9,null]', 'log [3,2,1]'])
  })
  it('runs classes with private methods, statics, accessors and inheritance', () => {
    asNative(`abstract class Base<T> {
        static made = 0
        protected readonly items: T[] = []
        constructor(readonly name: string, private extra?: number) { Base.made++; log('base', name) }
        abstract size(): number
        hello(x: T) { this.items.push(x); return this.#secret(x) }
        #secret(x: T) { return log('secret', x, this.name) }
        get count() { return log(this.items.length) }
        set count(v: number) { log('set', v, this.extra) }
        static make() { return this.made }
      }
      class D extends Base<number> {
        handler = (x: number) => log('handler', x, this.name)
        static #n = 5
        static n() { return D.#n }
        constructor() { super('d', 7); log('derived') }
        size() { return this.items.length }
        override hello(x: number) {
          log('over'); const r = super.hello(x)
          return [r].map((y) => super.hello(y as number))[0]
        }
        ['comp' + 'uted']() { return log('computed') }
        static { log('static', this.n()) }
      }
      const d = new D()
      d.hello(1); log(d.count); d.count = 3; d.count += 1; log(D.make(), Base.made, d.size())
      ;[9].forEach(d.handler); (d as any).computed()
      const anon = new (class { m() { return log('anon') } })()
      anon.m()`)
  })
})

describe('statements', () => {
  it('runs loops, labels, switch, enums, namespaces, destructuring', () => {
    asNative(`outer: for (let i = 0; i < 3; i++) {
        for (;;) { if (log(i) === 1) continue outer; if (i === 2) break outer; break } }
      let k = 0
      while (k < 2) k++
      do { k-- } while (k > 0)
      for (const key in { a: 1, b: 2 }) log(key)
      enum E { A, B = 5, C, S = 's', D = B | 8 }
      const enum F { X = 1 << 2, Y = X + 1 }
      log(E.A, E.C, E[5], E.S, E.D, F.Y)
      namespace N { export const a = 1; export function f() { return log('N', a) }
        export namespace M { export const b = a + 1 } }
      N.f(); log(N.M.b)
      const { a, b: { c = log('default') }, ...rest } = { a: 1, b: {} as any, z: 2 }
      const [x, , y = 3] = [1, 2]
      log(a, c, rest, x, y)
      let p = 1, q = 2; [p, q] = [q, p]; log(p, q)
      switch (log(2)) { case 1: log('no'); case 2: log('two'); case 3: { log('three'); break } default: log('no') }
      const v = { s: 1 } satisfies object as { s: number }
      log(v!.s, <number>p, p as unknown as string)
      if (log(0)) log('no'); else if (log(1)) log('yes'); else log('no')
      var w = 1; var w = 2; log(w)
      log(typeof undefined, void 0, !log(''), -pure(1), p --> 0)
      label: { log('in'); break label }`)
  })
  it('runs code without semicolons', () => {
    expect(
      texts(`let a = 1
      log(a)
      const b = a
      ;[1, 2].forEach((x) => log(x))
      a++
      log(b, a)
      const f = () => log('f')
      f()
      let o = { p: 1 }
      o.p++
      ;(o as any).q = log(2)
      log(o)`),
    ).toEqual(['log 1', 'log 1', 'log 2', 'log 1 2', 'log "f"', 'log 2', 'log {"p":2,"q":2}'])
  })
  it('catches what programs may catch and nothing else', () => {
    expect(
      texts(`try { log(1); throw new Error('x') } catch (e) { log((e as Error).message) } finally { log('f') }
      try { throw { code: 5 } } catch ({ code }: any) { log(code) }
      try { throw 1 } catch { log('c') }
      function f() { try { return log('body') } finally { log('after') } }
      log(f())`),
    ).toEqual(['log 1', 'log "x"', 'log "f"', 'log 5', 'log "c"', 'log "body"', 'log "after"', 'log "body"'])
    const died = both(`try { try { log('die') } finally { log('no') } } catch { log('no') } finally { log('no') }`)
    expect(died.log.length).toBe(1)
    expect(String(died.error)).toBe('Error: died')
  })
  it('ends endless loops and recursion', () => {
    expect(String(both('try { for (;;) {} } catch { log(1) } finally { log(2) }').error)).toBe('Error: over turns')
    expect(String(both('const f = (): void => { try { f() } finally { log(1) } }\nf()').error)).toBe(
      'Error: over depth',
    )
    expect(
      both('const f = (n: number): void => { if (n) f(n - 1) }\nfor (let i = 0; i < 10; i++) f(400)\nlog(1)').log
        .length,
    ).toBe(1)
  })
})

describe('views of memory', () => {
  it('gives each access its place, also in compound assignments', () => {
    expect(
      both(`
const v = (View as any)()
v.count = log(3)
v.count += log(4)
v.count++
log(v.count--)
v.none ??= log(5)
v.count ||= log('no')
const { count, other } = v
log(count, other)
delete v.none
;[v.count] = [9]
log(v.count + v.other, v['count'])`).log,
    ).toEqual([
      '3:11:log log 3',
      '3:1:count set count 3',
      '4:1:count get count',
      '4:12:log log 4',
      '4:1:count set count 7',
      '5:1:count get count',
      '5:1:count set count 8',
      '6:5:count get count',
      '6:5:count set count 7',
      '6:1:log log 8',
      '7:1:none get none',
      '7:12:log log 5',
      '7:1:none set none 5',
      '8:1:count get count',
      '9:7:{ count, other } get count',
      '9:7:{ count, other } get other',
      '10:1:log log 7 2',
      '12:3:count set count 9',
      '13:5:count get count',
      '13:15:other get other',
      '13:24:count get count',
      '13:1:log log 11 9',
    ])
  })
})

describe('destructuring of views', () => {
  it('has a preemption point for each property', () => {
    const program = compileBothForms({
      'x.ts': `${HEAD}const v = (View as any)()\nconst { count: a, other, none = log(1) } = v\nlog(a, other, none)`,
    })
    const run = runFake(program, true)
    expect(run.error).toBe(null)
    expect(run.log.length).toBe(5)
    expect(run.yields).toBe(5)
  })
  it('fails the same on null', () => {
    const { error } = both(`const n: any = null\nconst { p } = n`)
    expect(String(error)).toBe("TypeError: Cannot read properties of null (reading 'p')")
    expect(String(both(`const n: any = null\nn()`).error)).toBe('TypeError: n is not a function')
    expect(String(both(`const n: any = {}\nn.m(log(1))`).error)).toBe('TypeError: m is not a function')
    const held = 'const h = { [Symbol.dispose]() { log(1) } }\nusing x = h\nconst n: any = {}\n'
    expect(String(both(`${held}n.m()`).error)).toBe('TypeError: m is not a function')
    expect(String(both(`const n: any = 5\nfor (const x of n) log(x)`).error)).toBe(
      'TypeError: the value is not iterable',
    )
    expect(String(both(`f()\nconst f = () => log(1)`).error)).toBe(
      "ReferenceError: Cannot access 'f' before initialization",
    )
  })
})

describe('using', () => {
  const box = `class Res { constructor(public size: number) {} release() { log('release', this.size) } }
    class Bad { size = 99; release() { log('bad'); throw new Error('release') } }\n`
  const drops = (text: string): string[] => texts(box + text).filter((line) => /^(drop|log)/.test(line))
  it('drops in reverse order at the closing brace', () => {
    const { log } = both(`${box}
{
  using a = new Res(1), b = new Res(2)
  using c = null
  log('body')
}
log('end')`)
    expect(log).toEqual([
      '7:3:log log "body"',
      '8:1:drop drop {2}',
      '1:148:log log "release" 2',
      '8:1:drop drop {1}',
      '1:148:log log "release" 1',
      '9:1:log log "end"',
    ])
  })
  it('drops on early return, break, continue and throw', () => {
    expect(
      drops(`function f(x: number) { using a = new Res(x); if (x === 1) return log('early'); log('late'); return 0 }
      f(1); f(2)
      for (const i of [1, 2, 3]) { using r = new Res(i); if (i === 1) continue; if (i === 2) break }
      try { using t = new Res(7); throw new Error('body') } catch (e) { log((e as Error).message) }
      for (using r of [new Res(4), new Res(5)]) log(r.size)`),
    ).toEqual([
      'log "early"',
      'drop {1}',
      'log "release" 1',
      'log "late"',
      'drop {2}',
      'log "release" 2',
      'drop {1}',
      'log "release" 1',
      'drop {2}',
      'log "release" 2',
      'drop {7}',
      'log "release" 7',
      'log "body"',
      'log 4',
      'drop {4}',
      'log "release" 4',
      'log 5',
      'drop {5}',
      'log "release" 5',
    ])
  })
  it('throws what a release throws, with what it suppressed', () => {
    expect(
      drops(`try { using a = new Res(1); using b = new Bad() } catch (e: any) { log(e.message) }
      try { using b = new Bad(); throw new Error('body') } catch (e: any) {
        log(e.name, e.error.message, e.suppressed.message) }`),
    ).toEqual([
      'drop {99}',
      'log "bad"',
      'drop {1}',
      'log "release" 1',
      'log "release"',
      'drop {99}',
      'log "bad"',
      'log "SuppressedError" "release" "body"',
    ])
  })
  it('moves a returned or stored value', () => {
    expect(
      drops(`function make() { using a = new Res(1); using b = new Res(2); return a }
      { using got = make(); log('got', got.size) }
      const keep = (ok: boolean) => { using a = new Res(3); return ok ? { a } : null }
      keep(true); keep(false)
      { using p = new Res(4); using q = p }`),
    ).toEqual([
      'drop {2}',
      'log "release" 2',
      'log "got" 1',
      'drop {1}',
      'log "release" 1',
      'drop {3}',
      'log "release" 3',
      'drop {4}',
      'log "release" 4',
    ])
  })
  it('drops at the top level, and nothing in a task that died', () => {
    expect(drops(`using a = new Res(1)\nlog('top')`)).toEqual(['log "top"', 'drop {1}', 'log "release" 1'])
    expect(both(`${box}using a = new Res(1)\nlog('die')`).log.length).toBe(1)
  })
})

describe('modules', () => {
  it('imports across files with live bindings', () => {
    expect(
      texts({
        'lib/deep.ts': `import { log } from 'linux'
export let n = 0
export const bump = () => { n++; log('bump', n) }
export default function () { log('default') }
export interface T { a: number }`,
        'lib/api.ts': `export * from './deep.ts'
export { log as say } from 'linux'
export { default as run } from './deep'
export class K { static m() { return 1 } }
export enum Q { A = 4 }`,
        'main.ts': `import { n, bump, say, run, K, Q, type T } from './lib/api'
import * as api from './lib/api.ts'
import type { T as U } from './lib/deep'
bump(); bump(); say(n, api.n); run(); say(K.m(), Q.A)
const t: T & U = { a: 1 }
say(t.a)`,
      }),
    ).toEqual(['log "bump" 1', 'log "bump" 2', 'log 2 2', 'log "default"', 'log 1 4', 'log 1'])
  })
})

describe('tasks', () => {
  it('preempts inside callbacks of natives and methods', () => {
    const program = compileBothForms({
      'x.ts': `${HEAD}
      const o = { m(x: number) { return log(x) } }
      ;[1, 2].map((x) => o.m(x)).sort((a, b) => { log('c'); return 0 })`,
    })
    expect(runFake(program, true).yields).toBe(3)
  })
  it('says when code that cannot wait would have to', () => {
    const program = compileFake({
      'x.ts': `${HEAD}
lock()
class C { constructor() { lock() } }
new C()`,
    })
    expect(String(runFake(program, true).error)).toBe('Error: cannot block at 3:27:lock')
    expect(program.interleaved).toBe(true)
  })
})

describe('names that nothing declares', () => {
  it('throws where one is used, and leaves typeof and labels alone', () => {
    const { log, error } = both(`
      log(typeof nope)
      outer: for (const x of [1, 2]) { if (x === 1) continue outer; log(x); break outer }
      const { length: n = 3, ...rest } = [parseInt('7'), NaN] as unknown as { length: number }
      log(n, Object.keys(rest).length, { undefined: 1 }.undefined)
      kmal`)
    expect(log.map((line) => line.slice(line.indexOf(' ') + 1))).toEqual(['log "undefined"', 'log 2', 'log 2 2 1'])
    expect(String(error)).toBe('ReferenceError: kmal is not defined')
  })
})
