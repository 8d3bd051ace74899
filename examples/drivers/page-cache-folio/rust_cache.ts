/**
 * A page cache of one file in Rust: a slot that owns a reference of its folio (`ARef<Folio>` in the patches that are
 * coming), a reader's clone, and pages that are borrowed from it. Truncation drops the cache's reference; what somebody
 * else holds stays memory, and is no part of the file any more.
 */
import { Folio, GFP_KERNEL, KernelError, drop } from 'kernel'
import { EBUSY, ENOENT } from 'linux'

const slots = new Map<number, Folio>()

/** filemap_add_folio(). Throws ENOMEM, EBUSY. */
export function add(index: number, byte: number): void {
  if (slots.has(index)) throw new KernelError(-EBUSY)
  const folio = Folio.alloc(1, GFP_KERNEL)
  folio.page(1).write_raw([byte], 0, 1)
  slots.set(index, folio)
}

/** filemap_get_folio(): with a reference of the caller's own. Throws ENOENT. */
export function get(index: number): Folio {
  const folio = slots.get(index)
  if (folio === undefined) throw new KernelError(-ENOENT)
  return folio.clone()
}

/** truncate_inode_pages(): the cache's reference goes. */
export function truncate(index: number): void {
  const folio = slots.get(index)
  slots.delete(index)
  if (folio !== undefined) drop(folio)
}
