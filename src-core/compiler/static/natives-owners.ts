/** The Rust surface: owners, `Owned`, `drop`. An owner's end calls its type's `release` and drops its fields. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { Closure, Dict, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** True for a value that owns something still. */
export function isLiveOwner(value: Dict): boolean {
  return value.owner !== null && value.owner.freed === null
}

/** Ends an owner: its release function runs, then its fields are dropped in order of declaration. */
export function dropOwner(core: Core, value: Dict, node: ts.Node, by: string): void {
  const memory = value.owner
  if (memory === null) return
  memory.freed = core.world.ending(node, by)
  memory.releasing = true
  const release = value.cls === null ? undefined : core.member(value.cls, 'release', node)
  if (release instanceof Closure) core.call(release, value.cls, [value], node)
  for (const field of value.fields.values())
    if (field instanceof Dict && isLiveOwner(field)) dropOwner(core, field, node, by)
  memory.releasing = false
}

function fromRaw(core: Core, [value]: readonly Value[], node: ts.Node): Value {
  if (!(value instanceof Dict)) return value ?? new Unknown()
  if (isLiveOwner(value)) {
    core.world.raise('two-owners', node, 'the value has an owner already', { memory: value.owner })
    return value
  }
  value.owner = core.world.allocate('owned', node, 'Owned.from_raw', null)
  return value
}

export const OWNER_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  drop: (core, [value], node) => {
    core.drop(value, node)
    return undefined
  },
  'Owned.from_raw': fromRaw,
  'Owned.into_raw': (core, [value], node) => {
    if (value instanceof Dict && value.owner !== null) {
      value.owner.freed ??= core.world.ending(node, 'Owned.into_raw')
      value.owner = null
    }
    return value
  },
}
