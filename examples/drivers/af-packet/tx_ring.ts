/**
 * The other ring of a packet socket, as in net/packet/af_packet.c of v6.12.117: the program writes packets into frames,
 * tpacket_snd() puts the frame's page into a packet by reference, and the frame is the program's again when the network
 * has sent it. A socket here has this ring alone; packet_set_ring() is its part for a TX ring. Left out: README.md.
 */
import {
  struct, sizeof, ptr, u32, atomic_t, atomic_add, atomic_dec, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set,
  atomic_sub, completion, complete, init_completion, mutex, mutex_init, mutex_lock, mutex_unlock, spinlock_t,
  spin_lock_init, spin_lock_bh, spin_unlock_bh, synchronize_rcu, kmalloc, kzalloc, kfree, delayed_work,
  INIT_DELAYED_WORK, queue_delayed_work, system_wq, container_of, get_page, vm_insert_page, copy_from_user,
  GFP_KERNEL, PAGE_SIZE, EBUSY, EFAULT, EINVAL, ENOMEM, pr_info,
  type file, type Ptr, type View, type vm_area_struct,
} from 'linux'
import {
  alloc_pg_vec, free_pg_vec, get_order, pgv, pgv_to_page, TpacketReq, TPACKET2_HDRLEN, type Req,
} from './af_packet.ts'
import { kfree_skb, owner, packet_xmit, SkBuff } from './network.ts'

export const PACKET_TX_RING = 13
/** sendto() of a socket with a ring: sends every frame that asks for it. */
export const PACKET_SEND = 101
export const TP_STATUS_AVAILABLE = 0
export const TP_STATUS_SEND_REQUEST = 1
export const TP_STATUS_SENDING = 2
export const TP_STATUS_WRONG_FORMAT = 4

/** In the original part of `struct packet_sock`. `sk_wmem_alloc` is a refcount_t there. */
const Sock = struct('packet_sock', {
  sk_refcnt: atomic_t, sk_wmem_alloc: atomic_t, mapped: atomic_t, pending: atomic_t, pg_vec_lock: mutex,
  write_queue_lock: spinlock_t, skb_completion: completion, pg_vec: ptr, pg_vec_order: u32, pg_vec_len: u32,
  pg_vec_pages: u32, frames_per_block: u32, frame_size: u32, frame_max: u32, head: u32,
})
type Sock = View<typeof Sock>
const Uarg = struct('tpacket_uarg', { po: ptr, ph: ptr })
/** In the original it is part of the vector, so that it is there when it is needed. */
const Deferred = struct('packet_pg_vec_free', { work: delayed_work, sk: ptr, pg_vec: ptr, order: u32, len: u32 })

function sk_wmem_alloc_get(sk: Sock): number {
  return atomic_read(sk.sk_wmem_alloc) - 1
}
/** sk_free(): drops what keeps the memory for sending, and with the last of it the socket. */
function sk_free(sk: Sock): void {
  if (atomic_dec_and_test(sk.sk_wmem_alloc)) kfree(sk.ptr)
}
function sock_put(sk: Sock): void {
  if (atomic_dec_and_test(sk.sk_refcnt)) sk_free(sk)
}

/** sock_wfree(): a packet of this socket is gone. It had one more than its bytes, so that it is not the last. */
function sock_wfree(skb: SkBuff): void {
  const sk: Sock = skb.sk.as(Sock)
  atomic_sub(skb.len - 1, sk.sk_wmem_alloc)
  sk_free(sk)
}

/** tpacket_ubuf_complete(): the frame is the program's again. `ph` is memory of the ring, wherever the ring is now. */
function tpacket_ubuf_complete(uarg: Ptr): void {
  const { po, ph } = uarg.as(Uarg)
  const sk: Sock = po.as(Sock)
  ph.write_u32(0, TP_STATUS_AVAILABLE)
  atomic_dec(sk.pending)
  complete(sk.skb_completion)
  kfree(uarg)
  sk_free(sk)
}
owner.destructor = sock_wfree
owner.complete = tpacket_ubuf_complete

function packet_mm_open(vma: vm_area_struct): void {
  atomic_inc((vma.vm_file!.private_data as Sock).mapped)
}
function packet_mm_close(vma: vm_area_struct): void {
  atomic_dec((vma.vm_file!.private_data as Sock).mapped)
}
const packet_mmap_ops = { open: packet_mm_open, close: packet_mm_close }

function packet_free_pg_vec_work(work: delayed_work): void {
  const deferred = container_of(work, Deferred, 'work')
  const sk: Sock = deferred.sk.as(Sock)
  if (sk_wmem_alloc_get(sk) !== 0) {
    queue_delayed_work(system_wq, deferred.work, 1)
    return
  }
  free_pg_vec(deferred.pg_vec, deferred.order, deferred.len)
  kfree(deferred.ptr)
  sock_put(sk)
}

/** The count of pending packets can miss those whose destructor comes late: the ring waits for the memory of sending. */
function packet_free_tx_ring(sk: Sock, pg_vec: Ptr, order: number, len: number): void {
  const memory = kzalloc(sizeof(Deferred), GFP_KERNEL)
  if (memory === null || sk_wmem_alloc_get(sk) === 0) {
    kfree(memory)
    free_pg_vec(pg_vec, order, len)
    return
  }
  const deferred = memory.as(Deferred)
  deferred.pg_vec = pg_vec
  deferred.order = order
  deferred.len = len
  deferred.sk = sk.ptr
  atomic_inc(sk.sk_refcnt)
  INIT_DELAYED_WORK(deferred.work, packet_free_pg_vec_work)
  queue_delayed_work(system_wq, deferred.work, 0)
}

function packet_set_ring(po: Sock, req: Req, closing: boolean): number {
  if (!closing && atomic_read(po.mapped) !== 0) return -EBUSY
  if (!closing && atomic_read(po.pending) !== 0) return -EBUSY
  let pg_vec: Ptr | null = null
  let order = 0
  let len = req.block_nr
  if (len !== 0) {
    if (po.pg_vec !== null) return -EBUSY
    if (req.block_size % PAGE_SIZE !== 0 || req.frame_size < TPACKET2_HDRLEN) return -EINVAL
    order = get_order(req.block_size)
    pg_vec = alloc_pg_vec(req, order)
    if (pg_vec === null) return -ENOMEM
  }
  synchronize_rcu()

  let err = -EBUSY
  mutex_lock(po.pg_vec_lock)
  if (closing || (atomic_read(po.mapped) === 0 && atomic_read(po.pending) === 0)) {
    err = 0
    spin_lock_bh(po.write_queue_lock)
    const old = po.pg_vec
    po.pg_vec = pg_vec
    pg_vec = old
    po.frames_per_block = len === 0 ? 0 : Math.floor(req.block_size / req.frame_size)
    po.frame_max = req.frame_nr - 1
    po.frame_size = req.frame_size
    po.head = 0
    spin_unlock_bh(po.write_queue_lock)
    const old_order = po.pg_vec_order
    po.pg_vec_order = order
    order = old_order
    const old_len = po.pg_vec_len
    po.pg_vec_len = len
    len = old_len
    po.pg_vec_pages = req.block_size / PAGE_SIZE
  }
  mutex_unlock(po.pg_vec_lock)

  if (pg_vec !== null) {
    if (closing) packet_free_tx_ring(po, pg_vec, order, len)
    else free_pg_vec(pg_vec, order, len)
  }
  return err
}

function packet_mmap(file: file, vma: vm_area_struct): number {
  const po = file.private_data as Sock
  mutex_lock(po.pg_vec_lock)
  let err = po.pg_vec === null ? -EINVAL : 0
  let start = vma.vm_start
  for (let i = 0; err === 0 && i < po.pg_vec_len; i++)
    for (let n = 0; err === 0 && n < po.pg_vec_pages; n++, start += BigInt(PAGE_SIZE))
      err = vm_insert_page(vma, start, pgv_to_page(pgv(po.pg_vec, i).buffer.add(n * PAGE_SIZE)))
  if (err === 0) {
    atomic_inc(po.mapped)
    vma.vm_ops = packet_mmap_ops
  }
  mutex_unlock(po.pg_vec_lock)
  return err
}

/** The frame at the head, if the program asks for it to be sent. */
function packet_current_frame(po: Sock): Ptr | null {
  const block = pgv(po.pg_vec, Math.floor(po.head / po.frames_per_block)).buffer
  const frame = block.add((po.head % po.frames_per_block) * po.frame_size)
  return frame.read_u32(0) === TP_STATUS_SEND_REQUEST ? frame : null
}

/** tpacket_fill_skb(): the packet refers to the frame's page, and counts itself among who does. */
function tpacket_fill_skb(po: Sock, skb: SkBuff, data: Ptr, len: number): number {
  if (len > po.frame_size - TPACKET2_HDRLEN) return -EINVAL
  const page = pgv_to_page(data)
  get_page(page)
  skb.frag_page = page
  skb.frag_offset = Number(data.addr % BigInt(PAGE_SIZE))
  skb.frag_size = len
  skb.len += len
  atomic_add(len, po.sk_wmem_alloc)
  return len
}

/** Sends every frame that asks for it. Returns the bytes, or -errno; it never waits (MSG_DONTWAIT). */
function tpacket_snd(po: Sock): number {
  mutex_lock(po.pg_vec_lock)
  if (po.pg_vec === null) {
    mutex_unlock(po.pg_vec_lock)
    return -EBUSY
  }
  let sum = 0
  let err = 0
  for (let ph = packet_current_frame(po); ph !== null; ph = packet_current_frame(po)) {
    // sock_alloc_send_skb(): the packet belongs to the socket, and one byte of its memory is the packet's own.
    const memory = kzalloc(sizeof(SkBuff), GFP_KERNEL)
    if (memory === null) {
      err = -ENOMEM
      break
    }
    const skb = memory.as(SkBuff)
    skb.sk = po.ptr
    skb.len = 1
    atomic_inc(po.sk_wmem_alloc)
    const len = tpacket_fill_skb(po, skb, ph.add(TPACKET2_HDRLEN), ph.read_u32(4))
    if (len < 0) {
      ph.write_u32(0, TP_STATUS_WRONG_FORMAT)
      kfree_skb(skb)
      err = len
      break
    }
    const uarg = kmalloc(sizeof(Uarg), GFP_KERNEL)
    if (uarg === null) {
      ph.write_u32(0, TP_STATUS_SEND_REQUEST)
      kfree_skb(skb)
      err = -ENOMEM
      break
    }
    uarg.as(Uarg).po = po.ptr
    uarg.as(Uarg).ph = ph
    // Held until the network is done with the frame.
    atomic_inc(po.sk_wmem_alloc)
    skb.uarg = uarg
    ph.write_u32(0, TP_STATUS_SENDING)
    atomic_inc(po.pending)
    packet_xmit(skb)
    po.head = po.head !== po.frame_max ? po.head + 1 : 0
    sum += len
  }
  mutex_unlock(po.pg_vec_lock)
  return sum > 0 ? sum : err
}

function packet_create(file: file): number {
  const memory = kzalloc(sizeof(Sock), GFP_KERNEL)
  if (memory === null) return -ENOMEM
  const po = memory.as(Sock)
  atomic_set(po.sk_refcnt, 1)
  atomic_set(po.sk_wmem_alloc, 1)
  atomic_set(po.mapped, 0)
  atomic_set(po.pending, 0)
  mutex_init(po.pg_vec_lock)
  spin_lock_init(po.write_queue_lock)
  init_completion(po.skb_completion)
  file.private_data = po
  return 0
}

function packet_release(file: file): void {
  const po = file.private_data as Sock
  if (po.pg_vec !== null) {
    const req = kzalloc(sizeof(TpacketReq), GFP_KERNEL)!.as(TpacketReq)
    packet_set_ring(po, req, true)
    kfree(req.ptr)
  }
  synchronize_rcu()
  sock_put(po)
}

function packet_ioctl(file: file, cmd: number, arg: Ptr | bigint | number): number {
  const po = file.private_data as Sock
  if (cmd === PACKET_SEND) return tpacket_snd(po)
  if (cmd !== PACKET_TX_RING) return -EINVAL
  const req = kzalloc(sizeof(TpacketReq), GFP_KERNEL)
  if (req === null) return -ENOMEM
  const err = copy_from_user(req, arg as Ptr, sizeof(TpacketReq)) === 0
    ? packet_set_ring(po, req.as(TpacketReq), false)
    : -EFAULT
  kfree(req)
  return err
}

export const tx_ops = { open: packet_create, ioctl: packet_ioctl, mmap: packet_mmap, release: packet_release }

/** The first block of a socket's ring, for those who watch. */
export function first_block(file: file): Ptr | null {
  const po = file.private_data as Sock
  return po.pg_vec === null ? null : pgv(po.pg_vec, 0).buffer
}
/** What is in flight, for those who watch. */
export function report(file: file): void {
  const po = file.private_data as Sock
  pr_info(`pending ${atomic_read(po.pending)}, memory of sending ${sk_wmem_alloc_get(po)}`)
}
