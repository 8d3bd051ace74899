/** A buffer that several users hold: a counted struct in simulated memory which owns one page. */
import {
  struct, sizeof, ptr, u32, refcount_t, refcount_set, refcount_inc, refcount_dec_and_test, kzalloc, kfree, alloc_page,
  __free_page, GFP_KERNEL, type View,
} from 'linux'

export const Buffer = struct('buffer', { page: ptr, refs: refcount_t, used: u32 })
export type Buffer = View<typeof Buffer>

/** A buffer with one reference, which the caller holds. */
export function buffer_alloc(): Buffer {
  const buffer = kzalloc(sizeof(Buffer), GFP_KERNEL)!.as(Buffer)
  refcount_set(buffer.refs, 1)
  buffer.page = alloc_page(GFP_KERNEL)
  return buffer
}

export function buffer_get(buffer: Buffer): Buffer {
  refcount_inc(buffer.refs)
  return buffer
}

/** Gives one reference up; the last one frees the page and the struct. */
export function buffer_put(buffer: Buffer): void {
  if (!refcount_dec_and_test(buffer.refs)) return
  __free_page(buffer.page)
  kfree(buffer.ptr)
}
