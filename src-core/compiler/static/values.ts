/**
 * The values of the static check: plain JavaScript values where the text says what they are, and the things below
 * where it does not. A pointer knows the memory it was derived from, as a handle of the simulator does.
 */

import type ts from 'typescript'
import type { Mapping, Memory } from './memory.ts'

export type Primitive = undefined | null | boolean | number | bigint | string
export type Value = Primitive | Thing

/** Everything that is no primitive. */
export abstract class Thing {
  /** Keeps a primitive from being taken for a thing by structure. */
  declare protected readonly thing: true
}

/** A value that the text does not tell. Once a path has decided something about it, the answer stays. */
export class Unknown extends Thing {
  /** Whether it is true, if this path has decided. */
  truth: boolean | undefined = undefined
  private parts: Map<string | Unknown, Unknown> | undefined

  /** The value that an operation or a property of this one gives: the same one each time. */
  derive(how: string): Unknown {
    const parts = (this.parts ??= new Map<string | Unknown, Unknown>())
    let part = parts.get(how)
    if (part === undefined) parts.set(how, (part = new Unknown()))
    return part
  }

  /** The value that an operation on this one and another gives: the same one each time. */
  deriveWith(other: Unknown, how: string): Unknown {
    const parts = (this.parts ??= new Map<string | Unknown, Unknown>())
    let pair = parts.get(other)
    if (pair === undefined) parts.set(other, (pair = new Unknown()))
    return pair.derive(how)
  }
}

/** A pointer into memory; `offset` is null where the text does not tell it. */
export class Address extends Thing {
  constructor(
    readonly memory: Memory,
    readonly offset: number | null,
    /** The mapping that it is good for, of a kmap. */
    readonly mapping: Mapping | null = null,
    /** Made from a page of a vmalloc area: good for as long as the page has a reference. */
    readonly linear = false,
  ) {
    super()
  }

  at(bytes: Value): Address {
    const known = typeof bytes === 'number' || typeof bytes === 'bigint'
    return new Address(
      this.memory,
      known && this.offset !== null ? this.offset + Number(bytes) : null,
      this.mapping,
      this.linear,
    )
  }
}

/** A `struct page *` or `struct folio *`: frame `index` of a block. */
export class PageRef extends Thing {
  constructor(
    readonly memory: Memory,
    readonly index: number,
  ) {
    super()
  }
}

/** A NULL that a call returned. `certain` if the text says so (sim.fail_next, an address that maps nothing). */
export class NullPointer extends Thing {
  constructor(
    readonly by: string,
    readonly node: ts.Node,
    readonly certain: boolean,
    readonly code = 'null-dereference',
  ) {
    super()
  }
}

/** A DMA address: `delta` bytes into a mapping. */
export class DmaAddress extends Thing {
  constructor(
    readonly mapping: Mapping,
    readonly delta: number,
  ) {
    super()
  }
}

/** A number that stands for memory: a frame number, a physical or virtual address. */
export class Numbered extends Thing {
  constructor(
    readonly what: 'pfn' | 'phys' | 'addr',
    readonly of: Address | PageRef,
    /** Bits of a page table entry that were added. */
    readonly bits = 0n,
  ) {
    super()
  }

  get special(): boolean {
    return (this.bits & SPECIAL) !== 0n
  }
}

/** The bit of a page table entry that marks it as special. */
const SPECIAL = 0x200n

/** An object with fields: a literal, an instance of a class of the program. */
export class Dict extends Thing {
  /** Code that is not seen may have changed it. */
  opaque = false
  readonly fields = new Map<string, Value>()
  /** What it owns by `Owned.from_raw`, and where that began. */
  owner: Memory | null = null

  constructor(readonly cls: ClassValue | null = null) {
    super()
  }
}

/** An array. */
export class List extends Thing {
  /** Code that is not seen may have changed it. */
  opaque = false

  constructor(public items: Value[]) {
    super()
  }
}

/** A `Map`. */
export class Table extends Thing {
  readonly entries = new Map<Value, Value>()
}

/** A `Set`. */
export class Bag extends Thing {
  readonly items = new Set<Value>()
}

/** A name and what it stands for. */
export interface Variable {
  value: Value
  /** Where the value was moved away, if it was. */
  moved: ts.Node | null
}

/** Names of a block, a function or a module. */
export class Env {
  private readonly names = new Map<string, Variable>()

  constructor(readonly parent: Env | null) {}

  find(name: string): Variable | undefined {
    for (let env: Env | null = this; env !== null; env = env.parent) {
      const found = env.names.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  declare(name: string, value: Value): Variable {
    const variable: Variable = { value, moved: null }
    this.names.set(name, variable)
    return variable
  }

  /** The variable itself, shared with another scope: an import. */
  share(name: string, variable: Variable): void {
    this.names.set(name, variable)
  }

  own(name: string): Variable | undefined {
    return this.names.get(name)
  }

  entries(): IterableIterator<[string, Variable]> {
    return this.names.entries()
  }
}

/** A function of the program. */
export class Closure extends Thing {
  readonly fields = new Map<string, Value>()

  constructor(
    readonly node: ts.FunctionLikeDeclaration,
    readonly env: Env,
    readonly self: Value,
    readonly bound: boolean,
    readonly home: ClassValue | null = null,
  ) {
    super()
  }
}

/** A class of the program. */
export class ClassValue extends Thing {
  readonly statics = new Map<string, Value>()
  readonly methods = new Map<string, Closure>()
  readonly getters = new Map<string, Closure>()
  readonly setters = new Map<string, Closure>()

  constructor(
    readonly node: ts.ClassLikeDeclaration,
    readonly env: Env,
    readonly base: Value,
  ) {
    super()
  }
}

/** A function or class of the surface or of JavaScript: `kmalloc`, `sim.device`, `Array.from`. */
export class Native extends Thing {
  constructor(readonly name: string) {
    super()
  }
}

/** An object of functions: `sim`, `Math`. */
export class Namespace extends Thing {
  constructor(
    readonly name: string,
    readonly prefix: string,
  ) {
    super()
  }
}

/** A method taken off its receiver. */
export class Method extends Thing {
  constructor(
    readonly receiver: Value,
    readonly name: string,
  ) {
    super()
  }
}

/** A layout made by `struct()`. */
export class Layout extends Thing {
  readonly offsets = new Map<string, number>()
  readonly specs = new Map<string, Value>()
  size = 0

  constructor(readonly name: string) {
    super()
  }
}

/** Memory seen as a struct. */
export class View extends Thing {
  constructor(
    readonly address: Address,
    readonly layout: Layout,
  ) {
    super()
  }
}

/** A mutex, spinlock or rw_semaphore. */
export class Lock extends Thing {
  heldBy = 0
  constructor(readonly kind: string) {
    super()
  }
}

/** A kernel object of which only the identity counts: a completion, rcu_head, device, cache, task. */
export class KernelObject extends Thing {
  readonly fields = new Map<string, Value>()
  memory: Memory | null = null
  /** Where it lies, if it is part of a struct in memory. */
  home: Address | null = null
  /** What it holds, if it is a list. */
  readonly items: Value[] = []
  constructor(readonly kind: string) {
    super()
  }
}

/** True if a value can own or reach memory. */
export function isThing(value: Value): value is Thing {
  return typeof value === 'object' && value !== null
}

/** True for `null` and for pointers that are NULL. */
export function isNull(value: Value): boolean {
  return value === null || value instanceof NullPointer
}

/** True for `null`, `undefined` and NULL. */
export function isNullish(value: Value): boolean {
  return value === undefined || isNull(value)
}
