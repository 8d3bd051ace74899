// @era all
// @expect out-of-bounds tcp.ts:67 v6.17 v6.18 next memdesc
// @expect null-dereference tcp.ts:68 v6.17 v6.18 next memdesc
//
// MISTAKE: the iterator is told all the bytes that are left, and given one page of them. By reference nobody notices:
// the splice stops with the last bio_vec. From v6.17 the same buffer is copied, and the copy runs off the array.
/**
 * The zero-copy send path of the soft-iWARP driver: siw_tcp_sendpages() and siw_0copy_tx() of
 * drivers/infiniband/sw/siw/siw_qp_tx.c, v6.12.117. Left out: README.md.
 */
import {
  kzalloc, sizeof, kfree, virt_to_page, GFP_KERNEL, PAGE_SIZE, EAGAIN, type page, type Ptr,
} from 'linux'
import {
  BioVec, iov_iter_bvec, MSG_DONTWAIT, MSG_MORE, MSG_SPLICE_PAGES, Msghdr, sendpage_ok, tcp_sendmsg_locked,
} from './tcp.ts'
import { send_message } from './message.ts'

/** siw_tcp_sendpages(): page by page. Returns the bytes sent, or -errno. */
function siw_tcp_sendpages(pages: page[], first_offset: number, length: number): number {
  // On the stack in the original: a message and one bio_vec.
  const msg = kzalloc(sizeof(Msghdr), GFP_KERNEL)!.as(Msghdr)
  const bvec = kzalloc(sizeof(BioVec), GFP_KERNEL)!.as(BioVec)
  msg.msg_flags = MSG_MORE | MSG_DONTWAIT | MSG_SPLICE_PAGES
  let size = length
  let offset = first_offset
  let sent = 0
  let rv = 0
  for (let i = 0; size > 0; i++) {
    const bytes = Math.min(PAGE_SIZE - offset, size)
    if (size + offset <= PAGE_SIZE) msg.msg_flags &= ~MSG_MORE
    if (!sendpage_ok(pages[i]!)) msg.msg_flags &= ~MSG_SPLICE_PAGES
    bvec.bv_page = pages[i]!
    bvec.bv_len = bytes
    bvec.bv_offset = offset
    iov_iter_bvec(msg, bvec.ptr, 1, size)
    rv = tcp_sendmsg_locked(msg)
    if (rv <= 0) break
    size -= rv
    sent += rv
    offset = 0
  }
  kfree(bvec.ptr)
  kfree(msg.ptr)
  return rv < 0 && rv !== -EAGAIN ? rv : sent
}

/** siw_0copy_tx() for one element of kernel memory: the page of each 4 KiB of it. */
export function siw_0copy_tx(buffer: Ptr, length: number): number {
  const pages: page[] = []
  for (let at = 0; at < length; at += PAGE_SIZE) pages.push(virt_to_page(buffer.add(at)))
  return siw_tcp_sendpages(pages, 0, length)
}

send_message(siw_0copy_tx)
