/**
 * The memory behind a box or a vector of the Rust surface: made by the allocator of its type, given up to C and taken
 * back, moved when a vector grows, freed by the drop.
 */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import { kindOf } from './perform.ts'
import { sizeClass } from './natives-memory.ts'
import { release } from './release.ts'
import type { Content, RustValue } from './rust-values.ts'
import { Thrown } from './signals.ts'
import { Address, KernelObject } from './values.ts'

/** Which allocator a type uses, by the first letters of its name. */
function backendOf(type: string): 'slab' | 'vmalloc' | 'kv' {
  return type.startsWith('KV') && type !== 'KVec' ? 'kv' : type.startsWith('V') ? 'vmalloc' : 'slab'
}

const ALLOCATES = { slab: 'kmalloc', vmalloc: 'vmalloc', kv: 'kvmalloc' } as const
const FREES = { slab: 'kfree', vmalloc: 'vfree', kv: 'kvfree' } as const

/** New memory for a value; none for no bytes. */
export function newBuffer(core: Core, value: RustValue, bytes: number | null, node: ts.Node, by: string): void {
  if (bytes === 0) return
  if (core.world.takeFailure(ALLOCATES[backendOf(value.type)])) {
    value.memory.escaped = true
    throw new Thrown(new KernelObject('KernelError'), node)
  }
  const memory = core.world.allocate(kindOf(core, backendOf(value.type), bytes), node, by, bytes)
  adopt(value, memory)
}

/** The value owns the memory from now on. */
export function adopt(value: RustValue, memory: Memory): void {
  value.content.buffer = memory
  memory.rustOwner = value.memory
  memory.content = value.content
  // What the owner leaves behind is told of its memory.
  value.memory.escaped = true
}

/** The address of what a value holds; null if it holds nothing. */
export function addressOf({ buffer }: Content): Address | null {
  return buffer === null ? null : new Address(buffer, 0)
}

/** Gives memory back by the type's own free function. */
export function freeBuffer(core: Core, value: RustValue, node: ts.Node): void {
  const { buffer } = value.content
  if (buffer === null) return
  if (buffer.rustOwner === value.memory) buffer.rustOwner = null
  release(core, FREES[backendOf(value.type)], new Address(buffer, 0), node)
}

/** Bytes that fit without a move. */
function roomOf(memory: Memory): number | null {
  if (memory.size === null) return null
  if (memory.kind === 'slab') return sizeClass(memory.size, memory.pageSize)
  return memory.kind === 'vmalloc' ? Math.ceil(memory.size / memory.pageSize) * memory.pageSize : memory.size
}

/** Makes the memory `bytes` large: the old one is left behind if it does not fit. */
export function growBuffer(core: Core, value: RustValue, bytes: number, node: ts.Node): void {
  const old = value.content.buffer
  if (old !== null) {
    const room = (old.room ??= roomOf(old))
    if (room === null || bytes <= room) {
      old.size = bytes
      return
    }
    old.freed = core.world.ending(node, 'krealloc')
    old.rustOwner = null
  }
  newBuffer(core, value, bytes, node, old?.by ?? 'push')
}
