/** Owners of types of one's own (`Owned.from_raw(object)`): their end calls the type's `release`, then drops fields. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import { Closure } from './values.ts'
import type { Value, Dict } from './values.ts'

/** True for a value that owns something still. */
export function isLiveOwner(value: Dict): boolean {
  return value.owner !== null && value.owner.freed === null
}

/** Ends an owner: its release function runs, then its fields are dropped in order of declaration. */
export function dropOwner(core: Core, value: Dict, node: ts.Node, by: string, dropField: (field: Value) => void): void {
  const memory = value.owner
  if (memory === null) return
  memory.freed = core.world.ending(node, by)
  memory.releasing = true
  const release = value.cls === null ? undefined : core.member(value.cls, 'release', node)
  if (release instanceof Closure) core.call(release, value.cls, [value], node)
  for (const field of value.fields.values()) dropField(field)
  memory.releasing = false
}
