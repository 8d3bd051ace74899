/**
 * The part of TCP that takes pages: tcp_sendmsg_locked() with MSG_SPLICE_PAGES, and the iterator over bio_vecs behind
 * it (net/ipv4/tcp.c, net/core/skbuff.c, lib/iov_iter.c of v6.12), reduced to one socket with a queue of fragments.
 */
import {
  struct, sizeof, ptr, u32, kmalloc, kfree, alloc_page, get_page, put_page, __free_page, page_address,
  kmap_local_page, kunmap_local, memcpy, PageSlab, page_count, GFP_KERNEL, ENOMEM, PAGE_SIZE, type page, type Ptr,
  type View,
} from 'linux'

export const MSG_MORE = 0x8000
export const MSG_DONTWAIT = 0x40
export const MSG_SPLICE_PAGES = 0x8000000

export const BioVec = struct('bio_vec', { bv_page: ptr, bv_len: u32, bv_offset: u32 })
/** A message: flags, and an iterator of `count` bytes over `nr_segs` bio_vecs from `bvec` on. */
export const Msghdr = struct('msghdr', { msg_flags: u32, count: u32, bvec: ptr, nr_segs: u32, iov_offset: u32 })
export type Msghdr = View<typeof Msghdr>
const Frag = struct('skb_frag', { next: ptr, page: ptr, offset: u32, len: u32, spliced: u32 })
type Frag = View<typeof Frag>

/** What has been sent and not been acknowledged. */
let queue: Frag | null = null

/** iov_iter_bvec(). */
export function iov_iter_bvec(msg: Msghdr, bvec: Ptr, nr_segs: number, count: number): void {
  msg.bvec = bvec
  msg.nr_segs = nr_segs
  msg.count = count
  msg.iov_offset = 0
}

function queue_frag(page: page, offset: number, len: number, spliced: boolean): boolean {
  const memory = kmalloc(sizeof(Frag), GFP_KERNEL)
  if (memory === null) return false
  const frag = memory.as(Frag)
  frag.page = page
  frag.offset = offset
  frag.len = len
  frag.spliced = spliced ? 1 : 0
  frag.next = queue
  queue = frag
  return true
}

/** skb_splice_from_iter(): pages that can be counted go into the socket's queue by reference. It stops at nr_segs. */
function skb_splice_from_iter(msg: Msghdr): number {
  let done = 0
  while (msg.count > 0 && msg.nr_segs > 0) {
    const bvec = (msg.bvec as Ptr).as(BioVec)
    const len = Math.min(msg.count, bvec.bv_len)
    get_page(bvec.bv_page)
    if (!queue_frag(bvec.bv_page, bvec.bv_offset, len, true)) {
      put_page(bvec.bv_page)
      return done > 0 ? done : -ENOMEM
    }
    done += len
    advance(msg, len)
  }
  return done
}

/** iterate_bvec(): goes by the count of bytes, whatever nr_segs says. */
function copy_from_iter(msg: Msghdr, to: Ptr, bytes: number): void {
  for (let at = 0; at < bytes; ) {
    const bvec = (msg.bvec as Ptr).as(BioVec)
    const len = Math.min(bytes - at, bvec.bv_len)
    const m = kmap_local_page(bvec.bv_page)
    memcpy(to.add(at), m.add(bvec.bv_offset), len)
    kunmap_local(m)
    at += len
    advance(msg, len)
  }
}
function advance(msg: Msghdr, len: number): void {
  msg.count -= len
  msg.bvec = (msg.bvec as Ptr).add(sizeof(BioVec))
  msg.nr_segs = (msg.nr_segs - 1) >>> 0
}

/** tcp_sendmsg_locked(): by reference if asked to, else by copy into pages of the socket's own. Bytes, or -errno. */
export function tcp_sendmsg_locked(msg: Msghdr): number {
  if ((msg.msg_flags & MSG_SPLICE_PAGES) !== 0) return skb_splice_from_iter(msg)
  let done = 0
  while (msg.count > 0) {
    const bytes = Math.min(msg.count, PAGE_SIZE)
    const page = alloc_page(GFP_KERNEL)
    if (page === null) return done > 0 ? done : -ENOMEM
    copy_from_iter(msg, page_address(page)!, bytes)
    if (!queue_frag(page, 0, bytes, false)) {
      __free_page(page)
      return done > 0 ? done : -ENOMEM
    }
    done += bytes
  }
  return done
}

/** The other side has acknowledged everything. Returns how many fragments came by reference, and how many as copies. */
export function tcp_ack(): string {
  let spliced = 0
  let copied = 0
  while (queue !== null) {
    const frag = queue
    queue = frag.next === null ? null : (frag.next as Ptr).as(Frag)
    if (frag.spliced === 1) {
      spliced++
      put_page(frag.page)
    } else {
      copied++
      __free_page(frag.page)
    }
    kfree(frag.ptr)
  }
  return `${spliced} by reference, ${copied} copied`
}

/** sendpage_ok() of include/linux/net.h: may the network take a reference on this page? */
export function sendpage_ok(page: page): boolean {
  return PageSlab(page) === 0 && page_count(page) >= 1
}
