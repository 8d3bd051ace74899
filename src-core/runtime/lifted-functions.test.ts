/** Functions that are written outside of the module's code do what closures do, and what the straight form does. */
import { describe, expect, it } from 'vitest'
import { compileFake } from '../compiler/fake-surface.ts'
import { runFake } from './fake-run.ts'

function texts(body: string): string[] {
  const program = compileFake({ 'x.ts': `import { log } from 'linux'\n${body}` })
  expect(program.errors).toEqual([])
  const [straight, interleaved] = [runFake(program, false), runFake(program, true)]
  expect(interleaved.log).toEqual(straight.log)
  expect(String(interleaved.error)).toBe(String(straight.error))
  return straight.log.map((line) => line.slice(line.indexOf(' ') + 1))
}

function lifted(body: string): number {
  const program = compileFake({ 'x.ts': `import { log } from 'linux'\n${body}` })
  return program.modules[0]?.interleaved.match(/\nfunction\* \$g_\d/g)?.length ?? 0
}

describe('functions that are lifted', () => {
  it.each([
    ['what is declared before', `const a = 1; const f = () => log(a); f(); [1].forEach(() => log(a))`, 2],
    ['parameters, and functions in functions', `function f(a: number) { return (b: number) => log(a, b) }; f(1)(2)`, 2],
    ['themselves', `const f = (n: number): unknown => n > 0 ? f(n - 1) : log(n); f(2)`, 1],
    ['each other', `f(1); function f(n: number): any { g(n) } function g(n: number) { log(n); if (n) f(n - 1) }`, 2],
    ['the turn of a loop', `for (let i = 0; i < 3; i++) { const f = () => log(i); f() }`, 1],
    ['rest parameters', `const f = (a: number, ...r: number[]) => log(a, r.length, f.length); f(1, 2, 3)`, 1],
    ['methods without this', `const a = 1; const o = { m(b: number) { return log(a, b) } }; o.m(2)`, 1],
  ])('close over %s', (_name, body, count) => {
    expect(texts(body).length).toBeGreaterThan(0)
    expect(lifted(body)).toBe(count)
  })

  it.each([
    ['a name that gets another value', `let a = 1; const f = () => log(a); f(); a = 2; f()`],
    ['a loop variable that changes', `for (let i = 0; i < 3; i++) { const f = () => log(i); i += 1; f() }`],
    ['a var', `const s = []; for (const k of [1, 2]) { var a = k; s.push(() => log(a)) } s[0]()`],
    ['its own name', `(function f(n) { if (n) f(n - 1); else log(n) })(2)`],
    ['this', `({ a: 1, m() { log(this.a) } }).m()`],
    ['a default value', `const f = (a = 1) => log(a, f.length); f()`],
    ['a pattern', `const f = ({ a }: { a: number }) => log(a); f({ a: 1 })`],
  ])('are not: those with %s', (_name, body) => {
    expect(texts(body).length).toBeGreaterThan(0)
    expect(lifted(body)).toBe(0)
  })

  const IN = 'log "in"'
  const DEAD = 'log "ReferenceError"'
  it.each([
    ['called before', `f(); const a = 1; function f() { log('in'); return a }`],
    ['called by another one before', `g(); const a = 1; function g() { f() } function f() { log('in'); return a }`],
    ['made by another one before', `g(); const a = 1; function g() { [1].map(() => { log('in'); return a }) }`],
    ['called by a method before', `({ m() { f() } }).m(); const a = 1; function f() { log('in'); return a }`],
    ['its own declaration', `const a: unknown = [1].map(() => { log('in'); return a })`],
    ['the list of a loop', `for (const a of [1].map(() => { log('in'); return b })) log(a)\nconst b = 1`],
    ['another case', `switch (2 as number) { case 1: const a = 1; case 2: [1].map(() => { log('in'); return a }) }`],
    ['another declaration', `const f = () => { log('in'); return g() }; f(); const g = () => 1`],
    ['a class', `f(); function f() { log('in'); return new C() } class C {}`],
  ])('find a name dead where it is not there yet: %s', (_name, body) => {
    expect(texts(`try {\n${body}\n} catch (e) { log((e as Error).name) }`)).toEqual([IN, DEAD])
  })

  it('see a name that is there when they use it and not when they are called', () => {
    const body = `const wait = []; const f = () => { log('in'); set(); log(a()) }
      let set = () => undefined; const a = () => 1; f()`
    expect(texts(body)).toEqual(['log "in"', 'log 1'])
  })

  it('throws from the line it would throw from', () => {
    expect(texts(`const a = 1\nconst f = (x: any) =>\n  log(a,\n x.y.z)\nf({})`)).toEqual([])
  })
})
