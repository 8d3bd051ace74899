/**
 * Stands for the queue of a network device: packets that are in flight, and the release of a packet that was sent, as
 * skb_release_data() does it.
 */
import {
  struct, list_head, list_add_tail, list_del, list_first_entry, list_empty, LIST_HEAD, DEFINE_SPINLOCK,
  spin_lock_bh, spin_unlock_bh, kfree, put_page, ptr, u32, type View,
} from 'linux'

/** A packet with one fragment: a part of a page that somebody else allocated. */
export const SkBuff = struct('sk_buff', {
  list: list_head, len: u32, frag_page: ptr, frag_offset: u32, frag_size: u32, sk: ptr, uarg: ptr,
})
export type SkBuff = View<typeof SkBuff>

const queue = LIST_HEAD('queue')
const queue_lock = DEFINE_SPINLOCK('queue_lock')
/** Who is told that a packet is gone: the socket. Set when the driver is loaded. */
export const owner: { destructor(skb: SkBuff): void; complete(uarg: SkBuff['uarg']): void } = {
  destructor() {},
  complete() {},
}

/** packet_xmit(): the device has the packet until it was sent. */
export function packet_xmit(skb: SkBuff): number {
  spin_lock_bh(queue_lock)
  list_add_tail(skb.list, queue)
  spin_unlock_bh(queue_lock)
  return 0
}

/** consume_skb(): the socket's memory, then the zero-copy callback, then the fragment's page. */
export function kfree_skb(skb: SkBuff): void {
  owner.destructor(skb)
  if (skb.uarg !== null) owner.complete(skb.uarg)
  if (skb.frag_page !== null) put_page(skb.frag_page)
  kfree(skb.ptr)
}

/** The device has sent the oldest packet. False if none is in flight. */
export function transmit_done(): boolean {
  spin_lock_bh(queue_lock)
  const skb = list_empty(queue) ? null : list_first_entry(queue, SkBuff, 'list')
  if (skb !== null) list_del(skb.list)
  spin_unlock_bh(queue_lock)
  if (skb === null) return false
  kfree_skb(skb)
  return true
}

/** The device goes; what it has is dropped. */
export function free_netdev(): void {
  while (transmit_done());
}
