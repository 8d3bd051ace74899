/** The end of an owner, in either form: a value of the Rust surface, or an object of the program that owns one. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import { dropOwner, isLiveOwner } from './natives-owners.ts'
import { dropRust, isOwner, RustValue } from './rust-values.ts'
import { Dict, List } from './values.ts'
import type { Value } from './values.ts'

/** Drops a value of either form. */
export function dropAny(core: Core, value: Value, node: ts.Node): boolean {
  if (value instanceof RustValue) {
    if (value.borrow === null && value.moved !== null) return true
    dropRust(core, value, node, (inner) => dropAny(core, inner, node))
    return true
  }
  if (value instanceof List) {
    for (const item of value.items) dropAny(core, item, node)
    return true
  }
  if (value instanceof Dict && value.owner === null && !value.fields.has('@@dispose')) {
    // What owns nothing itself has the owners in its fields dropped.
    for (const field of value.fields.values()) if (isOwner(field)) dropAny(core, field, node)
    return false
  }
  if (!(value instanceof Dict) || !isLiveOwner(value)) return false
  dropOwner(core, value, node, 'drop', (inner) => dropAny(core, inner, node))
  return true
}
