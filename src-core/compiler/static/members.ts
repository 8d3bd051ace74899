/** Fields and methods of every kind of value: read, written, and what must be true of the object for that. */

import type ts from 'typescript'
import { constantOf } from './constants.ts'
import { currentField } from './natives-gup.ts'
import { rustField, setRustField } from './natives-rust.ts'
import { SgEntry, sgField, SgTable, tableField } from './natives-sg.ts'
import { readField, writeField } from './natives-types.ts'
import { noteTouch } from './races.ts'
import { RustValue } from './rust-values.ts'
import { TaskEnd } from './signals.ts'
import { Statements } from './statements.ts'
import {
  Address,
  Bag,
  ClassValue,
  Closure,
  Dict,
  KernelObject,
  Layout,
  List,
  Method,
  Namespace,
  Native,
  Numbered,
  Table,
  Unknown,
  View,
} from './values.ts'
import type { Value } from './values.ts'

export abstract class Members extends Statements {
  override member(target: Value, name: string, node: ts.Node): Value {
    this.present(target, node, 'the object')
    if (target instanceof Dict) return this.field(target, name, node)
    if (target instanceof List)
      return name === 'length'
        ? target.items.length
        : /^\d+$/.test(name)
          ? target.items[Number(name)]
          : new Method(target, name)
    if (target instanceof Address) return name === 'addr' ? new Numbered('addr', target) : new Method(target, name)
    if (target instanceof RustValue) return rustField(this, target, name, node) ?? new Method(target, name)
    if (target instanceof View) return readField(this, target, name, node)
    if (target instanceof Unknown) return target.derive(`.${name}`)
    if (target instanceof SgEntry) return sgField(this, target, name, node)
    if (target instanceof SgTable) return tableField(target, name)
    if (target instanceof KernelObject) {
      if (target.kind === 'cell' && name === 'value') noteTouch(this, target, { from: 0, size: 1 }, false, node)
      if (target.fields.has(name)) return target.fields.get(name)
      return target.kind === 'device' || target.kind === 'gpu_page_table' ? new Method(target, name) : new Unknown()
    }
    if (target instanceof Namespace) return constantOf(this.world, name) ?? new Native(name)
    if (target instanceof Native && target.name === 'current') return currentField(this, name)
    if (target instanceof Native)
      return target.name === 'Number' || target.name === 'Symbol' ? new Unknown() : new Native(`${target.name}.${name}`)
    if (target instanceof ClassValue) {
      for (let at: Value = target; at instanceof ClassValue; at = at.base)
        if (at.statics.has(name)) return at.statics.get(name)
      return new Unknown()
    }
    if (target instanceof Layout) {
      if (name === 'size') return target.size
      return new Unknown()
    }
    if (target instanceof Table || target instanceof Bag) {
      const { size } = target instanceof Table ? target.entries : target.items
      return name === 'size' ? size : new Method(target, name)
    }
    if (typeof target === 'string') return name === 'length' ? target.length : new Method(target, name)
    if (target instanceof Closure && target.fields.has(name)) return target.fields.get(name)
    return new Method(target, name)
  }

  protected field(target: Dict, name: string, node: ts.Node): Value {
    if (target.owner !== null && target.owner.freed !== null && !name.startsWith('@@') && this.world.task >= 0)
      this.useDropped(target, node)
    if (target.fields.has(name)) return target.fields.get(name)
    for (let at: Value = target.cls; at instanceof ClassValue; at = at.base) {
      const getter = at.getters.get(name)
      if (getter !== undefined) return this.call(getter, target, [], node)
      const method = at.methods.get(name)
      if (method !== undefined) return method
    }
    return target.opaque ? new Unknown() : undefined
  }

  private useDropped(target: Dict, node: ts.Node): void {
    const memory = target.owner
    if (memory === null || memory.freed === null || memory.releasing) return
    this.world.raise('use-after-move', node, 'the value was dropped or moved away before', {
      memory,
      notes: [{ text: `dropped here by \`${memory.freed.by}\``, node: memory.freed.node }],
    })
    throw new TaskEnd()
  }

  override setMember(target: Value, name: string, value: Value, node: ts.Node): void {
    this.present(target, node, 'the object')
    if (target instanceof Dict) {
      for (let at: Value = target.cls; at instanceof ClassValue; at = at.base) {
        const setter = at.setters.get(name)
        if (setter !== undefined) {
          this.call(setter, target, [value], node)
          return
        }
      }
      target.fields.set(name, value)
    } else if (target instanceof List && name === 'length') {
      if (typeof value === 'number') target.items.length = Math.min(value, target.items.length)
    } else if (target instanceof RustValue) setRustField(this, target, name, value, node)
    else if (target instanceof View) writeField(this, target, name, value, node)
    else if (target instanceof SgEntry) {
      if (name === 'length') target.length = value
    } else if (target instanceof SgTable) {
      if (name === 'nents') target.nents = value
    } else if (target instanceof KernelObject) {
      if (target.kind === 'cell') noteTouch(this, target, { from: 0, size: 1 }, true, node)
      target.fields.set(name, value)
    } else if (target instanceof ClassValue) target.statics.set(name, value)
    else if (target instanceof Closure) target.fields.set(name, value)
    else this.escape(value)
  }
}
