import { describe, expect, it } from 'vitest'
import { compileFake } from './fake-surface.ts'

const errors = (text: string) =>
  compileFake({ 'x.ts': text }).errors.map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`)

describe('text that no engine runs', () => {
  it.each([
    ['const ', '1:1 syntax: this declaration needs a name'],
    ['for (const a = 1 of [2]) {}', '1:6 syntax: such a loop declares one name, without a value'],
    ['const eval = 1', '1:7 syntax: nothing can be called "eval"'],
    ['break', '1:1 syntax: "break" outside of a loop or switch'],
    ['while (true) { [1].forEach(() => { continue }) }', '1:36 syntax: "continue" outside of a loop'],
    ['a: while (true) { break b }', '1:19 syntax: there is no label "b" around this "break"'],
    ['a: { while (true) continue a }', '1:19 syntax: "a" is the label of no loop'],
    ['1 = 2', '1:1 syntax: what is left of the assignment cannot be assigned to'],
    ['const o = { a: 1 }; o?.a += 1', '1:21 syntax: what is left of the assignment cannot be assigned to'],
    ['1++', '1:1 syntax: "++" and "--" need something that can be assigned to'],
    ['const r = /(/', '1:11 syntax: Invalid regular expression: /(/: Unterminated group'],
    ['if (1) const z = 2', '1:1 syntax: a declaration here needs braces around it'],
    ['if (1) {} else function z() {}', '1:1 syntax: a declaration here needs braces around it'],
    ['switch (1) { default: default: }', '1:12 syntax: a switch has one "default" at most'],
    ['class A { constructor() {} constructor() {} }', '1:1 syntax: a class has one constructor at most'],
    ['class A { #x = 1; #x = 2 }', '1:1 syntax: the class declares "#x" twice'],
    ['const o = { __proto__: null, __proto__: null }', '1:11 syntax: an object has one "__proto__" at most'],
    ['function f() { super.x }', '1:16 syntax: "super" outside of a method'],
    [
      'class A { f() { super() } }',
      '1:17 syntax: "super()" outside of the constructor of a class that extends another one',
    ],
    ['class A { get x(y: number) { return 1 } }', '1:11 syntax: a getter takes no parameter'],
    ['const f = (a, [a]) => 1', '1:11 syntax: two parameters are called "a"'],
    ['const f = (...a, b) => 1', '1:11 syntax: a rest parameter is the last one'],
    ['for (let x of [1]) { var x }', '1:26 syntax: "var x" leaves a block that declares "x" itself'],
    ['for (const x in {}) { for (var [x] of [[1]]); }', '1:33 syntax: "var x" leaves a block that declares "x" itself'],
    ['for (let x = 0; x < 1; x++) var x = 2', '1:33 syntax: "var x" leaves a block that declares "x" itself'],
    ['try {} catch ({ x }) { for (var x of [1]); }', '1:33 syntax: "var x" leaves a block that declares "x" itself'],
    ['try {} catch (x) { for (var x of [1]); }', '1:29 syntax: "var x" leaves a block that declares "x" itself'],
    ['{ { var x } let x }', '1:9 syntax: "var x" leaves a block that declares "x" itself'],
    ['function f() { let z; { var z } }', '1:29 syntax: "var z" leaves a block that declares "z" itself'],
    [
      'switch (1) { case 1: let x; default: { var x } }',
      '1:44 syntax: "var x" leaves a block that declares "x" itself',
    ],
    ['try {} catch (x) { let x }', '1:24 syntax: "x" is declared twice: above the body and in it'],
    ['function f(a: number) { let a = 1 }', '1:29 syntax: "a" is declared twice: above the body and in it'],
  ])('%s', (text, error) => {
    expect(errors(text)).toContain(error)
  })

  it.each([
    'let a = 1; (a as number) += 1; a!++; [a] = [2]; ({ a } = { a: 3 })',
    'const o = { a: [1], eval() {}, arguments: 1 }; o.a[0] = 2; o!.a![0]++',
    'a: for (;;) { b: { if (1) break b; continue a } }',
    'for (const x of [1]) { switch (x) { case 1: continue; default: break } }',
    'for (var i in {}) if (i) break',
    'for (let x of [1]) { const f = () => { var x = 1; return x } } for (var y of [1]) { var y = 2 }',
    'function f(a: number) { var a = 1; var g = 1; function g() {} function a() {} { let a = 1 } }',
    'for (let x of [1]) { let x = 2; { const x = 3 } } try {} catch (e) { var e = 1 }',
    'class A { #x = 1; get #y() { return 1 } set #y(v: number) {} f(this: A) { return this.#x + this.#y } }',
    'class A { constructor(a: number); constructor(a: string); constructor(readonly a: unknown) {} }',
    'class A { f() { return 1 } } class B extends A { constructor() { super(); super.f() } g = () => super.f() }',
    'const o = { __proto__: null, ["__proto__"]: 1, f() { return super.toString() } }',
    'function f(a: number): void; function f(a: string): void; function f(a: unknown) {} f(1)',
    'if (1) var z = 2; else ; while (0) var y = 1; const r = /[(]\\d+/giu',
  ])('%s is run', (text) => {
    expect(errors(text)).toEqual([])
  })
})
