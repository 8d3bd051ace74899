/**
 * A capture program and what it does to the ring: map it, read a packet, splice a page of it into a pipe (message 17
 * of the thread), unmap, close, and read the pipe at last. `watch` prints the count of the first block's head.
 */
import {
  misc_register, misc_deregister, module_exit, page_ref_count, pr_info, virt_to_page, is_vmalloc_addr, vmalloc_to_page,
  PAGE_SIZE, type file, type file_operations, type page, type Ptr,
} from 'linux'
import {
  spawn, open, close, ioctl, mmap, munmap, pipe, vmsplice, read, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, O_RDWR,
  PROT_READ, PROT_WRITE,
} from 'user'

const PACKET_RX_RING = 5
const NET_RX = 100
const HEADER = 52
/** Two blocks of four pages, a frame a page. */
export const BLOCK = 4 * PAGE_SIZE
export const BLOCKS = 2

let head: page | null = null
function watch(when: string): void {
  if (head !== null) pr_info(`head ${page_ref_count(head)} after ${when}`)
}

/** Asks for a ring of `blocks` blocks; 0 takes it away. */
export function set_ring(fd: number, req: Ptr, block_size: number, blocks: number, frame_size = PAGE_SIZE): number {
  req.write_u32(0, block_size)
  req.write_u32(4, blocks)
  req.write_u32(8, frame_size)
  req.write_u32(12, blocks * (block_size / frame_size))
  return ioctl(fd, PACKET_RX_RING, req)
}

/** Memory of the program itself. */
export function scratch(): Ptr {
  return mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
}

function capture(): void {
  const req = scratch()
  const fd = open('/dev/packet', O_RDWR)
  pr_info(`set ring: ${set_ring(fd, req, BLOCK, BLOCKS)}`)
  watch('the allocation')
  const ring = mmap(null, BLOCKS * BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof ring === 'number') {
    pr_info(`mmap: ${ring}`)
    close(fd)
    return
  }
  watch('mmap()')
  ioctl(fd, NET_RX, 0xcafe)
  pr_info(`packet 0x${ring.read_u32(HEADER).toString(16)}, status ${ring.read_u32(0)}`)
  pr_info(`take the ring away: ${set_ring(fd, req, BLOCK, 0)}`)

  const fds: number[] = []
  pipe(fds)
  ring.write_u32(3 * PAGE_SIZE + HEADER, 0xbeef)
  const spliced = vmsplice(fds[1]!, [{ iov_base: ring.add(3 * PAGE_SIZE + HEADER), iov_len: 4 }], 1, 0)
  watch(`vmsplice() of page 3, which took ${spliced} bytes`)
  munmap(ring, BLOCKS * BLOCK)
  watch('munmap()')
  close(fd)
  watch('close()')
  if (spliced > 0) {
    read(fds[0]!, req, 4)
    pr_info(`the pipe had 0x${req.read_u32(0).toString(16)}`)
    watch('the pipe was read')
  }
  close(fds[0]!)
  close(fds[1]!)
}

/** Loads the driver, and runs the program. `first_block` tells which memory to watch. */
export function run(ops: file_operations, first_block: (file: file) => Ptr | null): void {
  const fops: file_operations = {
    ...ops,
    ioctl(file, cmd, arg) {
      const err = ops.ioctl!(file, cmd, arg)
      const block = cmd === PACKET_RX_RING && head === null ? first_block(file) : null
      if (block !== null) head = is_vmalloc_addr(block) ? vmalloc_to_page(block) : virt_to_page(block)
      return err
    },
  }
  const misc = { name: 'packet', fops }
  misc_register(misc)
  module_exit(() => misc_deregister(misc))
  spawn('capture', capture)
}
