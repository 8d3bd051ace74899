/**
 * Calls, objects and names: the evaluator of one path. Functions of the program are entered at each call, so that
 * what a helper does to its arguments is seen with the arguments it has there. Functions of the surface act by their
 * contract.
 */

import ts from 'typescript'
import { CONTRACTS } from './contracts.ts'
import { GLOBALS, JAVASCRIPT_FUNCTIONS, methodOf, newBuiltin } from './javascript.ts'
import { AREA_FUNCTIONS } from './natives-areas.ts'
import { ARITHMETIC_FUNCTIONS } from './natives-arithmetic.ts'
import { DEFERRED_FUNCTIONS } from './natives-deferred.ts'
import { GPU_FUNCTIONS, gpuMethod } from './natives-gpu.ts'
import { deviceAccess, DMA_FUNCTIONS } from './natives-dma.ts'
import { LOCK_FUNCTIONS } from './natives-locks.ts'
import { LOOKUP_FUNCTIONS } from './natives-lookups.ts'
import { MAPPING_FUNCTIONS } from './natives-mappings.ts'
import { MEMORY_FUNCTIONS } from './natives-memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { RUST_FUNCTIONS, rustMethod } from './natives-rust.ts'
import { dropAny } from './rust-drop.ts'
import { GivenUp, isOwner, RustValue } from './rust-values.ts'
import { noteCall } from './shrinkers.ts'
import { newScatterlist, SG_FUNCTIONS, SgTable } from './natives-sg.ts'
import { newObject, pointerMethod, TYPE_FUNCTIONS } from './natives-types.ts'
import { GUP_FUNCTIONS } from './natives-gup.ts'
import { USER_FUNCTIONS } from './natives-user.ts'
import { touchUser } from './processes.ts'
import { perform } from './perform.ts'
import { Members } from './members.ts'
import {
  Address,
  Bag,
  ClassValue,
  Closure,
  Dict,
  DmaAddress,
  Env,
  isThing,
  KernelObject,
  List,
  Method,
  Native,
  Numbered,
  PageRef,
  Table,
  Unknown,
  View,
} from './values.ts'
import type { Value } from './values.ts'

const FUNCTIONS: ReadonlyMap<string, NativeFunction> = new Map(
  [
    MEMORY_FUNCTIONS,
    LOOKUP_FUNCTIONS,
    MAPPING_FUNCTIONS,
    DMA_FUNCTIONS,
    SG_FUNCTIONS,
    LOCK_FUNCTIONS,
    TYPE_FUNCTIONS,
    USER_FUNCTIONS,
    AREA_FUNCTIONS,
    ARITHMETIC_FUNCTIONS,
    GUP_FUNCTIONS,
    JAVASCRIPT_FUNCTIONS,
    RUST_FUNCTIONS,
    DEFERRED_FUNCTIONS,
    GPU_FUNCTIONS,
  ].flatMap((table) => Object.entries(table)),
)

/** Types of parameters that take an owner over. */
const OWNER_TYPE = /^(?:Owned|ARef|Page|[KV]+(?:Box|Vec)|SGTable|Coherent\w*|Folio)\b/

/** Classes of the surface that `new` makes a kernel object of. */
const OBJECT_CLASSES = new Set([
  'mutex',
  'spinlock_t',
  'rw_semaphore',
  'completion',
  'rcu_head',
  'atomic_t',
  'refcount_t',
  'kref',
  'work_struct',
  'list_lru',
  'list_head',
])

export class Evaluator extends Members {
  override call(target: Value, self: Value, args: readonly Value[], node: ts.Node): Value {
    if (target instanceof Closure) return this.callClosure(target, self, args, node)
    if (target instanceof Native) return this.native(target.name, args, node)
    if (target instanceof Method) return this.method(target.receiver, target.name, args, node)
    if (target instanceof ClassValue) return new Unknown()
    this.present(target, node, 'what is called')
    for (const arg of args) this.escape(arg)
    return new Unknown()
  }

  private callClosure(closure: Closure, self: Value, args: readonly Value[], node: ts.Node): Value {
    const { node: fn, env } = closure
    this.world.entered.add(fn)
    if (fn.body === undefined || isGenerator(fn)) {
      for (const arg of args) this.escape(arg)
      return new Unknown()
    }
    this.enter()
    const asserted = this.asserted
    this.asserted = false
    const scope = new Env(env)
    if (!closure.bound) scope.declare('this', closure.self ?? self)
    if (closure.home !== null) scope.declare('super', closure.home.base)
    try {
      this.bindParameters(fn.parameters, args, scope)
      // An arrow without braces hands its result through: a `!` on the call speaks for it.
      if (!ts.isBlock(fn.body)) {
        this.asserted = asserted
        return this.evaluate(fn.body, scope)
      }
      const flow = this.block(fn.body.statements, scope)
      return flow?.kind === 'return' ? flow.value : undefined
    } finally {
      this.depth--
      this.asserted = false
      void node
    }
  }

  private bindParameters(parameters: readonly ts.ParameterDeclaration[], args: readonly Value[], scope: Env): void {
    parameters.forEach((parameter, i) => {
      const { name, initializer, dotDotDotToken } = parameter
      let value: Value = dotDotDotToken === undefined ? args[i] : new List(args.slice(i))
      if (value === undefined && initializer !== undefined) value = this.evaluate(initializer, scope)
      this.bind(name, value, scope)
    })
  }

  private native(name: string, args: readonly Value[], node: ts.Node): Value {
    noteCall(this, name, args)
    const own = FUNCTIONS.get(name)
    if (own !== undefined) return own(this, args, node)
    const contract = CONTRACTS[name]
    if (contract !== undefined) return perform(this, name, contract, args, node)
    for (const arg of args) this.escape(arg)
    return new Unknown()
  }

  private method(receiver: Value, name: string, args: readonly Value[], node: ts.Node): Value {
    if (receiver instanceof Address && receiver.memory.kind === 'user') touchUser(this, receiver.at(args[0] ?? 0), node)
    if (receiver instanceof Address) return pointerMethod(this, receiver, name, args, node)
    if (receiver instanceof RustValue) return rustMethod(this, receiver, name, args, node)
    if (receiver instanceof KernelObject && receiver.kind === 'gpu_page_table') return gpuMethod(this, name, args, node)
    if (receiver instanceof KernelObject && receiver.kind === 'device') {
      if (name === 'dma_read' || name === 'dma_write') deviceAccess(this, args[0], node, name === 'dma_write')
      return name === 'dma_read' ? new Unknown() : undefined
    }
    return methodOf(this, receiver, name, args, node)
  }

  override construct(target: Value, args: readonly Value[], node: ts.Node): Value {
    if (target instanceof ClassValue) {
      const object = new Dict(target)
      this.initialise(object, target, args, node)
      return object
    }
    if (target instanceof Native) {
      if (target.name === 'sg_table') return new SgTable()
      if (target.name === 'scatterlist') return newScatterlist()
      if (OBJECT_CLASSES.has(target.name)) return newObject(target.name)
      return newBuiltin(this, target.name, args)
    }
    for (const arg of args) this.escape(arg)
    return new Unknown()
  }

  protected override initialise(self: Dict, cls: ClassValue, args: readonly Value[], node: ts.Node): void {
    const constructor = cls.node.members.find(
      (member) => ts.isConstructorDeclaration(member) && member.body !== undefined,
    )
    if (constructor === undefined && cls.base instanceof ClassValue) this.initialise(self, cls.base, args, node)
    const scope = new Env(cls.env)
    scope.declare('this', self)
    scope.declare('super', cls.base)
    for (const member of cls.node.members) {
      if (!ts.isPropertyDeclaration(member) || isStatic(member)) continue
      const value = member.initializer === undefined ? undefined : this.evaluate(member.initializer, scope)
      self.fields.set(this.propertyName(member.name, scope), value)
    }
    if (constructor === undefined || !ts.isConstructorDeclaration(constructor)) return
    this.enter()
    this.world.entered.add(constructor)
    const inner = new Env(scope)
    this.bindParameters(constructor.parameters, args, inner)
    for (const parameter of constructor.parameters) {
      if ((parameter.modifiers?.length ?? 0) > 0 && ts.isIdentifier(parameter.name)) {
        self.fields.set(parameter.name.text, inner.own(parameter.name.text)?.value)
      }
    }
    this.block(constructor.body!.statements, inner)
    this.depth--
  }

  override iterate(value: Value): Value[] | null {
    if (value instanceof List) return [...value.items]
    if (value instanceof Bag) return [...value.items]
    if (value instanceof Table) return [...value.entries].map((pair) => new List(pair))
    return typeof value === 'string' ? [...value] : null
  }

  override drop(value: Value, node: ts.Node): void {
    if (dropAny(this, value, node) || !(value instanceof Dict)) return
    const dispose = this.field(value, '@@dispose', node)
    if (dispose instanceof Closure) this.call(dispose, value, [], node)
  }

  override escape(value: Value, seen = new Set<Value>()): void {
    if (!isThing(value) || seen.has(value)) return
    seen.add(value)
    if (value instanceof Address || value instanceof PageRef) value.memory.escaped = true
    else if (value instanceof Numbered) value.of.memory.escaped = true
    else if (value instanceof View) value.address.memory.escaped = true
    else if (value instanceof RustValue) {
      value.memory.escaped = true
      const { buffer, items, target } = value.content
      if (buffer !== null) buffer.escaped = true
      for (const item of [...items, target]) this.escape(item, seen)
    } else if (value instanceof DmaAddress) value.mapping.lost = true
    else if (value instanceof GivenUp) value.owner.memory.escaped = true
    else if (value instanceof Dict) {
      value.opaque = true
      if (value.owner !== null) value.owner.escaped = true
      for (const field of value.fields.values()) this.escape(field, seen)
    } else if (value instanceof List) {
      value.opaque = true
      for (const item of value.items) this.escape(item, seen)
    } else if (value instanceof Table) for (const item of value.entries.values()) this.escape(item, seen)
    else if (value instanceof Bag) for (const item of value.items) this.escape(item, seen)
    else if (value instanceof KernelObject) {
      if (value.memory !== null) value.memory.escaped = true
      if (value.home !== null) value.home.memory.escaped = true
      for (const field of value.fields.values()) this.escape(field, seen)
    }
  }

  protected override global(name: string): Value {
    if (name === 'undefined') return undefined
    if (name === 'NaN') return Number.NaN
    if (name === 'Infinity') return Number.POSITIVE_INFINITY
    if (name === 'Math' || name === 'Object' || GLOBALS.includes(name)) return new Native(name)
    return new Unknown()
  }

  /** Names whose owner a call took: `drop(x)`, `into_raw(x)`, a parameter that is declared as an owner. */
  protected override noteMoves(node: ts.CallExpression, callee: Value, args: readonly Value[], env: Env): void {
    const native = callee instanceof Native && (callee.name === 'drop' || callee.name.includes('into_'))
    if (!native && !(callee instanceof Closure)) return
    node.arguments.forEach((argument, i) => {
      const value = args[i]
      if (!ts.isIdentifier(argument) || value === undefined) return
      if (value instanceof RustValue ? value.borrow !== null : !(value instanceof Dict)) return
      if (value instanceof Dict && value.owner === null && !(native && callee.name.includes('into_'))) return
      const type = callee instanceof Closure ? (callee.node.parameters[i]?.type?.getText() ?? '') : ''
      if (!native && !OWNER_TYPE.test(type)) return
      const variable = env.find(argument.text)
      if (variable !== undefined) variable.moved = node
    })
  }

  /** `const y = x` moves an owner. */
  protected override declared(node: ts.VariableDeclaration, value: Value, env: Env, using: boolean): void {
    if (!isOwner(value)) return
    const memory = value instanceof RustValue ? value.memory : value.owner
    if (!using && memory !== null) memory.declaration ??= node
    if (node.initializer === undefined || !ts.isIdentifier(node.initializer)) return
    const source = env.find(node.initializer.text)
    if (source !== undefined) source.moved = node
  }
}

function isGenerator(node: ts.FunctionLikeDeclaration): boolean {
  return (
    node.asteriskToken !== undefined ||
    (ts.canHaveModifiers(node) && (node.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword))
  )
}

function isStatic(node: ts.PropertyDeclaration): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false
}
