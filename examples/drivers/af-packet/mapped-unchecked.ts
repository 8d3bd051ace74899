// @era all
// @expect pfn-pte-without-lifetime 77 memdesc
//
// MISTAKE: packet_set_ring() does not ask whether a program has the ring mapped. Up to linux-next the entries hold
// references, and the pages outlive the ring; under memdesc they are freed under the program.
/**
 * The ring of a packet socket, as in net/packet/af_packet.c of v6.12: blocks of pages that the kernel fills and a
 * program maps. The names, the states, the order of the locks and the error paths are those of the original; the
 * socket and the network around it are left out (README.md says what).
 */
import {
  struct, sizeof, ptr, u32, bool, atomic_t, atomic_inc, atomic_dec, atomic_read, atomic_set, mutex, mutex_init,
  mutex_lock, mutex_unlock, spinlock_t, spin_lock_init, spin_lock, spin_unlock, spin_lock_bh, spin_unlock_bh,
  synchronize_rcu, rcu_read_lock, rcu_read_unlock, kzalloc, kcalloc, kmalloc_array, kfree, vzalloc, vfree,
  __get_free_pages, free_pages, is_vmalloc_addr, vmalloc_to_page, virt_to_page, vm_insert_page, copy_from_user,
  GFP_KERNEL, __GFP_COMP, __GFP_ZERO, __GFP_NOWARN, __GFP_NORETRY, PAGE_SIZE, EINVAL, ENOMEM, EBUSY, EFAULT, pr_err,
  type file, type page, type Ptr, type View, type vm_area_struct,
} from 'linux'
import { run } from './capture.ts'

export const PACKET_RX_RING = 5
export const PACKET_VERSION = 10
/** Stands for the interface: one packet comes in, `arg` is what is in it. */
export const NET_RX = 100
export const TPACKET_V2 = 1
export const TPACKET_V3 = 2
const TP_STATUS_KERNEL = 0
const TP_STATUS_USER = 1
export const TPACKET_ALIGNMENT = 16
export const TPACKET2_HDRLEN = 52

export const TpacketReq = struct('tpacket_req', { block_size: u32, block_nr: u32, frame_size: u32, frame_nr: u32 })
export type Req = View<typeof TpacketReq>

/** Embedded in the socket. `rx_owner_map` and the block descriptor of V3 share their place: in C it is a union. */
const Ring = struct('packet_ring_buffer', {
  pg_vec: ptr, head: u32, frames_per_block: u32, frame_size: u32, frame_max: u32, pg_vec_order: u32, pg_vec_pages: u32,
  pg_vec_len: u32, rx_owner_map: ptr,
})
type Ring = View<typeof Ring>
const PacketSock = struct('packet_sock', {
  mapped: atomic_t, pg_vec_lock: mutex, bind_lock: spinlock_t, receive_queue_lock: spinlock_t, num: u32, running: bool,
  tp_version: u32,
})
export type PacketSock = View<typeof PacketSock>
const Pgv = struct('pgv', { buffer: ptr })

export function rx_ring(po: PacketSock): Ring {
  return po.ptr.add(sizeof(PacketSock)).as(Ring)
}
/** `pg_vec[i]`. */
export function pgv(pg_vec: Ptr, i: number): View<typeof Pgv> {
  return pg_vec.add(i * sizeof(Pgv)).as(Pgv)
}
export function pgv_to_page(addr: Ptr): page {
  return is_vmalloc_addr(addr) ? vmalloc_to_page(addr)! : virt_to_page(addr)
}
export function get_order(size: number): number {
  let order = 0
  while (PAGE_SIZE << order < size) order++
  return order
}

function packet_mm_open(vma: vm_area_struct): void {
  atomic_inc((vma.vm_file!.private_data as PacketSock).mapped)
}
function packet_mm_close(vma: vm_area_struct): void {
  atomic_dec((vma.vm_file!.private_data as PacketSock).mapped)
}
const packet_mmap_ops = { open: packet_mm_open, close: packet_mm_close }

export function free_pg_vec(pg_vec: Ptr, order: number, len: number): void {
  for (let i = 0; i < len; i++) {
    const block = pgv(pg_vec, i)
    if (block.buffer === null) continue
    if (is_vmalloc_addr(block.buffer)) vfree(block.buffer)
    else free_pages(block.buffer, order)
    block.buffer = null
  }
  kfree(pg_vec)
}

function alloc_one_pg_vec_page(order: number): Ptr | null {
  let gfp = GFP_KERNEL | __GFP_COMP | __GFP_ZERO | __GFP_NOWARN | __GFP_NORETRY
  const buffer = __get_free_pages(gfp, order)
  if (buffer !== null) return buffer
  // No block of that order without effort: pages from anywhere will do.
  const area = vzalloc(PAGE_SIZE << order)
  if (area !== null) return area
  gfp &= ~__GFP_NORETRY
  return __get_free_pages(gfp, order)
}

export function alloc_pg_vec(req: Req, order: number): Ptr | null {
  const block_nr = req.block_nr
  const pg_vec = kcalloc(block_nr, sizeof(Pgv), GFP_KERNEL | __GFP_NOWARN)
  if (pg_vec === null) return null
  for (let i = 0; i < block_nr; i++) {
    const buffer = alloc_one_pg_vec_page(order)
    if (buffer === null) {
      free_pg_vec(pg_vec, order, block_nr)
      return null
    }
    pgv(pg_vec, i).buffer = buffer
  }
  return pg_vec
}

export function packet_set_ring(po: PacketSock, req: Req, closing: boolean): number {
  const rb = rx_ring(po)
  let pg_vec: Ptr | null = null
  let rx_owner_map: Ptr | null = null
  let order = 0
  let len = req.block_nr

  if (len !== 0) {
    if (rb.pg_vec !== null) return -EBUSY
    const block_size = req.block_size
    const frame_size = req.frame_size
    if (block_size <= 0 || block_size % PAGE_SIZE !== 0) return -EINVAL
    if (frame_size < TPACKET2_HDRLEN || frame_size % TPACKET_ALIGNMENT !== 0) return -EINVAL
    rb.frames_per_block = Math.floor(block_size / frame_size)
    if (rb.frames_per_block === 0 || rb.frames_per_block * len !== req.frame_nr) return -EINVAL

    order = get_order(block_size)
    pg_vec = alloc_pg_vec(req, order)
    if (pg_vec === null) return -ENOMEM
    if (po.tp_version >= TPACKET_V3) {
      // init_prb_bdqc(): the descriptor of V3 lies where V2 has its map, and begins with the vector.
      rb.rx_owner_map = pg_vec
    } else {
      rx_owner_map = kmalloc_array(Math.ceil(req.frame_nr / 64), 8, GFP_KERNEL | __GFP_NOWARN | __GFP_ZERO)
      if (rx_owner_map === null) {
        free_pg_vec(pg_vec, order, len)
        return -ENOMEM
      }
    }
  } else if (req.frame_nr !== 0) return -EINVAL

  // Detach the socket from the network; no receiver is inside the ring after the grace period.
  spin_lock(po.bind_lock)
  const was_running = po.running
  const num = po.num
  po.num = 0
  if (was_running) po.running = false
  spin_unlock(po.bind_lock)
  synchronize_rcu()

  let err = -EBUSY
  mutex_lock(po.pg_vec_lock)
  {
    err = 0
    spin_lock_bh(po.receive_queue_lock)
    const old = rb.pg_vec
    rb.pg_vec = pg_vec
    pg_vec = old
    if (po.tp_version <= TPACKET_V2) {
      const map = rb.rx_owner_map
      rb.rx_owner_map = rx_owner_map
      rx_owner_map = map
    }
    rb.frame_max = req.frame_nr - 1
    rb.head = 0
    rb.frame_size = req.frame_size
    spin_unlock_bh(po.receive_queue_lock)

    const old_order = rb.pg_vec_order
    rb.pg_vec_order = order
    order = old_order
    const old_len = rb.pg_vec_len
    rb.pg_vec_len = len
    len = old_len
    rb.pg_vec_pages = req.block_size / PAGE_SIZE
    if (atomic_read(po.mapped) !== 0) pr_err(`packet_mmap: vma is busy: ${atomic_read(po.mapped)}`)
  }
  mutex_unlock(po.pg_vec_lock)

  spin_lock(po.bind_lock)
  po.num = num
  if (was_running) po.running = true
  spin_unlock(po.bind_lock)

  if (pg_vec !== null) {
    kfree(rx_owner_map)
    free_pg_vec(pg_vec, order, len)
  }
  return err
}

export function packet_mmap(file: file, vma: vm_area_struct): number {
  const po = file.private_data as PacketSock
  const rb = rx_ring(po)
  if (vma.vm_pgoff !== 0) return -EINVAL

  mutex_lock(po.pg_vec_lock)
  let err = -EINVAL
  const expected_size = rb.pg_vec === null ? 0 : rb.pg_vec_len * rb.pg_vec_pages * PAGE_SIZE
  if (expected_size !== 0 && Number(vma.vm_end - vma.vm_start) === expected_size) {
    err = packet_insert_pages(rb, vma)
    if (err === 0) {
      atomic_inc(po.mapped)
      vma.vm_ops = packet_mmap_ops
    }
  }
  mutex_unlock(po.pg_vec_lock)
  return err
}

/** The two inner loops of packet_mmap(). */
function packet_insert_pages(rb: Ring, vma: vm_area_struct): number {
  let start = vma.vm_start
  for (let i = 0; i < rb.pg_vec_len; i++) {
    let kaddr: Ptr = pgv(rb.pg_vec, i).buffer
    for (let pg_num = 0; pg_num < rb.pg_vec_pages; pg_num++) {
      const err = vm_insert_page(vma, start, pgv_to_page(kaddr))
      if (err !== 0) return err
      start += BigInt(PAGE_SIZE)
      kaddr = kaddr.add(PAGE_SIZE)
    }
  }
  return 0
}

function packet_lookup_frame(rb: Ring, position: number): Ptr {
  const block = Math.floor(position / rb.frames_per_block)
  const offset = position % rb.frames_per_block
  return pgv(rb.pg_vec, block).buffer.add(offset * rb.frame_size)
}

/** A packet comes in: the next frame of the ring, if the program has given it back. */
export function tpacket_rcv(po: PacketSock, data: number): number {
  rcu_read_lock()
  let err = -EBUSY
  if (po.running) {
    spin_lock_bh(po.receive_queue_lock)
    const rb = rx_ring(po)
    const frame = rb.pg_vec === null ? null : packet_lookup_frame(rb, rb.head)
    if (frame !== null && frame.read_u32(0) === TP_STATUS_KERNEL) {
      rb.head = rb.head !== rb.frame_max ? rb.head + 1 : 0
      frame.write_u32(TPACKET2_HDRLEN, data)
      frame.write_u32(0, TP_STATUS_USER)
      err = 0
    }
    spin_unlock_bh(po.receive_queue_lock)
  }
  rcu_read_unlock()
  return err
}

function packet_create(file: file): number {
  const memory = kzalloc(sizeof(PacketSock) + sizeof(Ring), GFP_KERNEL)
  if (memory === null) return -ENOMEM
  const po = memory.as(PacketSock)
  atomic_set(po.mapped, 0)
  mutex_init(po.pg_vec_lock)
  spin_lock_init(po.bind_lock)
  spin_lock_init(po.receive_queue_lock)
  po.tp_version = TPACKET_V2
  po.num = 3
  po.running = true
  file.private_data = po
  return 0
}

function packet_release(file: file): void {
  const po = file.private_data as PacketSock
  spin_lock(po.bind_lock)
  po.running = false
  po.num = 0
  spin_unlock(po.bind_lock)
  if (rx_ring(po).pg_vec !== null) {
    const req = kzalloc(sizeof(TpacketReq), GFP_KERNEL)!.as(TpacketReq)
    packet_set_ring(po, req, true)
    kfree(req.ptr)
  }
  synchronize_rcu()
  kfree(po.ptr)
}

function packet_setsockopt(file: file, optname: number, optval: Ptr | bigint | number): number {
  const po = file.private_data as PacketSock
  if (optname === NET_RX) return tpacket_rcv(po, Number(optval))
  if (optname === PACKET_VERSION) {
    if (rx_ring(po).pg_vec !== null) return -EBUSY
    po.tp_version = Number(optval)
    return 0
  }
  if (optname !== PACKET_RX_RING) return -EINVAL
  const req = kzalloc(sizeof(TpacketReq), GFP_KERNEL)
  if (req === null) return -ENOMEM
  let err = -EFAULT
  if (copy_from_user(req, optval as Ptr, sizeof(TpacketReq)) === 0)
    err = packet_set_ring(po, req.as(TpacketReq), false)
  kfree(req)
  return err
}

export const packet_ops = {
  open: packet_create,
  ioctl: packet_setsockopt,
  mmap: packet_mmap,
  release: packet_release,
}

/** The first block of a socket's ring, for those who watch. */
export function first_block(file: file): Ptr | null {
  const rb = rx_ring(file.private_data as PacketSock)
  return rb.pg_vec === null ? null : pgv(rb.pg_vec, 0).buffer
}

run(packet_ops, first_block)
