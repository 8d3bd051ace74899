/**
 * kernel::alloc allocators: Kmalloc, Vmalloc, KVmalloc (KERNEL_FACTS §12.5). Each is the C function of its name; a
 * vrealloc() that has to grow beyond its pages allocates, copies and frees, as rows of their own.
 */
import { GFP_KERNEL, kmallocAdjust, __GFP_ZERO } from '../../mm/gfp.ts'
import { Op } from '../../trace/ops.ts'
import { Ptr, Region } from '../handles/pointer.ts'
import type { Site } from '../surface.ts'
import { ENOMEM, type Rust } from './rust.ts'

export type Backend = 'K' | 'V' | 'KV'

/** Allocates; throws ENOMEM. Size 0 allocates nothing. */
export function allocate(rust: Rust, site: Site, backend: Backend, bytes: number, flags: number): Ptr | null {
  if (bytes === 0) return null
  const p = tryAllocate(rust, site, backend, bytes, flags)
  if (p === null) rust.fail(ENOMEM)
  return p
}

/** The C function behind an allocator; null without memory. */
function tryAllocate(rust: Rust, site: Site, backend: Backend, bytes: number, flags: number): Ptr | null {
  switch (backend) {
    case 'K':
      return rust.call('kmalloc', site, bytes, flags) as Ptr | null
    case 'V':
      // vmalloc() and vzalloc() are __vmalloc() with GFP_KERNEL.
      if (flags === GFP_KERNEL) return rust.call('vmalloc', site, bytes) as Ptr | null
      if (flags === (GFP_KERNEL | __GFP_ZERO)) return rust.call('vzalloc', site, bytes) as Ptr | null
      return rust.call('__vmalloc', site, bytes, flags) as Ptr | null
    case 'KV':
      return rust.call((flags & __GFP_ZERO) !== 0 ? 'kvzalloc' : 'kvmalloc', site, bytes, flags) as Ptr | null
  }
}

export function release(rust: Rust, site: Site, backend: Backend, p: Ptr | null): void {
  if (p === null) return
  rust.call(backend === 'K' ? 'kfree' : backend === 'V' ? 'vfree' : 'kvfree', site, p)
}

/**
 * Makes memory of `from` bytes larger, of which `used` hold something. Throws ENOMEM and leaves the old memory alone.
 * The result may lie elsewhere.
 */
export function reallocate(
  rust: Rust,
  site: Site,
  backend: Backend,
  old: Ptr | null,
  from: number,
  used: number,
  bytes: number,
  flags: number,
): Ptr | null {
  if (old === null || from === 0) return allocate(rust, site, backend, bytes, flags)
  if (backend === 'K') {
    const p = rust.call('krealloc', site, old, bytes, flags) as Ptr | null
    if (p === null) rust.fail(ENOMEM)
    return p
  }
  const { s } = rust
  if (Ptr.region(old) === Region.VMALLOC) {
    // vrealloc(): the pages of the area are enough, or there is a new area.
    if (bytes <= Math.ceil(from / s.pageSize) * s.pageSize) return old
  } else {
    // kvrealloc(): krealloc() first.
    const p = rust.call('krealloc', site, old, bytes, kmallocAdjust(flags, bytes, s.pageSize)) as Ptr | null
    if (p !== null) return p
  }
  const next = allocate(rust, site, Ptr.region(old) === Region.VMALLOC ? 'V' : backend, bytes, flags)
  if (next !== null && used > 0)
    s.access.writeBytes(site, next, s.access.readBytes(site, old, used, Op.read), Op.memcpy)
  release(rust, site, backend, old)
  return next
}

/** The vmalloc area's page at an index. */
export function pageOfArea(rust: Rust, p: Ptr, index: number): number {
  const { s } = rust
  return s.kernel.vmalloc.translate(Math.floor(Ptr.offset(p) / s.pageSize) + index)
}

/** Bytes that a value takes in memory: numbers as u64, byte arrays as they are, objects as one `word` a field. */
export function sizeOf(value: unknown, word: 4 | 8): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'string') return value.length
  if (value instanceof Uint8Array) return value.length
  if (Array.isArray(value)) return value.every((v) => typeof v === 'number') ? value.length : value.length * word
  return typeof value === 'object' ? Object.keys(value).length * word : 8
}

/** The bytes of a value that has any of its own; null for an object. */
export function bytesOf(value: unknown, size: number): Uint8Array | null {
  if (value instanceof Uint8Array) return value.slice(0, size)
  if (Array.isArray(value)) {
    return value.every((v) => typeof v === 'number') ? Uint8Array.from(value as number[]) : null
  }
  if (typeof value === 'string') return Uint8Array.from(value, (c) => c.charCodeAt(0))
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') return null
  const bytes = new Uint8Array(size)
  let rest = BigInt.asUintN(64, typeof value === 'number' ? BigInt(Math.trunc(value)) : BigInt(value))
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return bytes
}

/** A little-endian number of up to 6 bytes; a bigint for 8. */
export function numberOf(bytes: Uint8Array): number | bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0)
  return bytes.length > 6 ? value : Number(value)
}
