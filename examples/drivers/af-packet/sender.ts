/**
 * A program that sends two packets from its ring and goes away while they are in flight. `watch` prints the count of
 * the first block's head; `network` says when the device is done.
 */
import {
  misc_register, misc_deregister, module_exit, page_ref_count, pr_info, virt_to_page, is_vmalloc_addr, vmalloc_to_page,
  PAGE_SIZE, type file, type file_operations, type page, type Ptr,
} from 'linux'
import { fail_next } from 'sim'
import { spawn, open, close, ioctl, mmap, munmap, MAP_SHARED, O_RDWR, PROT_READ, PROT_WRITE } from 'user'
import { BLOCK, scratch } from './capture.ts'
import { free_netdev, transmit_done } from './network.ts'

const PACKET_TX_RING = 13
const PACKET_SEND = 101
const HEADER = 52

let head: page | null = null
function watch(when: string): void {
  if (head !== null) pr_info(`head ${page_ref_count(head)} after ${when}`)
}

/** Asks for a ring of one block. */
export function set_tx_ring(fd: number, req: Ptr, block_size: number, frame_size = PAGE_SIZE): number {
  req.write_u32(0, block_size)
  req.write_u32(4, block_size === 0 ? 0 : 1)
  req.write_u32(8, frame_size)
  req.write_u32(12, Math.floor(block_size / frame_size))
  return ioctl(fd, PACKET_TX_RING, req)
}
/** Writes a packet of `len` bytes into frame `at` and asks for it to be sent. */
export function put_packet(ring: Ptr, at: number, len: number): void {
  const frame = ring.add(at * PAGE_SIZE)
  frame.write_u32(HEADER, 0xcafe + at)
  frame.write_u32(4, len)
  frame.write_u32(0, 1)
}

function sender(): void {
  const req = scratch()
  const fd = open('/dev/packet', O_RDWR)
  pr_info(`set ring: ${set_tx_ring(fd, req, BLOCK)}`)
  watch('the allocation')
  const ring = mmap(null, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof ring === 'number') {
    pr_info(`mmap: ${ring}`)
    close(fd)
    return
  }
  watch('mmap()')
  put_packet(ring, 0, 100)
  put_packet(ring, 1, 200)
  pr_info(`sent ${ioctl(fd, PACKET_SEND, 0)} bytes`)
  watch('tpacket_snd()')
  munmap(ring, BLOCK)
  watch('munmap()')
  close(fd)
}

/** Loads the driver and runs the program, then the network. With `scattered` there is no block, only an area. */
export function run(ops: file_operations, first_block: (file: file) => Ptr | null, scattered = false): void {
  const fops: file_operations = {
    ...ops,
    ioctl(file, cmd, arg) {
      if (scattered && cmd === PACKET_TX_RING) fail_next('__get_free_pages')
      const err = ops.ioctl!(file, cmd, arg)
      const block = cmd === PACKET_TX_RING && head === null ? first_block(file) : null
      if (block !== null) head = is_vmalloc_addr(block) ? vmalloc_to_page(block) : virt_to_page(block)
      return err
    },
    release(file) {
      ops.release!(file)
      watch('close(), with two packets in flight')
      while (transmit_done()) watch('a packet was sent')
    },
  }
  const misc = { name: 'packet', fops }
  misc_register(misc)
  module_exit(() => {
    free_netdev()
    misc_deregister(misc)
  })
  spawn('sender', sender)
}
