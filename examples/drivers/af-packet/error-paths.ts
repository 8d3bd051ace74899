// @era all
// @machine memory=4M
// @expect none
//
// Every error path of the ring once, by fault injection: nothing is left behind, whichever allocation fails.
import {
  misc_register, misc_deregister, module_exit, pr_info, kthread_run, cond_resched, rcu_read_lock, rcu_read_unlock,
  PAGE_SIZE, type file, type Ptr,
} from 'linux'
import { fail_next } from 'sim'
import {
  spawn, open, close, fork, ioctl, mmap, munmap, waitpid, MAP_SHARED, O_RDWR, PROT_READ, PROT_WRITE,
} from 'user'
import { packet_ops, PACKET_RX_RING } from './af_packet.ts'
import { BLOCK, BLOCKS, scratch, set_ring } from './capture.ts'

const MIB = 1 << 20
/** Stands for a receiver on another cpu, which is inside its section for a while. */
const SLOW_RECEIVER = 200
function slow_receiver(): void {
  rcu_read_lock()
  for (let i = 0; i < 8; i++) cond_resched()
  rcu_read_unlock()
}
const misc = {
  name: 'packet',
  fops: {
    ...packet_ops,
    ioctl(file: file, cmd: number, arg: Ptr | bigint | number): number {
      if (cmd !== SLOW_RECEIVER) return packet_ops.ioctl(file, cmd, arg)
      kthread_run(slow_receiver, 'receiver')
      cond_resched()
      return 0
    },
  },
}
misc_register(misc)
module_exit(() => misc_deregister(misc))

function ring_or_error(when: string, ...failing: [string, number][]): void {
  const fd = open('/dev/packet', O_RDWR)
  const req = scratch()
  for (const [name, times] of failing) fail_next(name, times)
  pr_info(`${when}: ${set_ring(fd, req, BLOCK, BLOCKS)}`)
  close(fd)
}

function probe(): void {
  fail_next('kzalloc')
  pr_info(`packet_create: ${open('/dev/packet', O_RDWR)}`)

  // alloc_one_pg_vec_page(): the first way, the second, the third, none.
  ring_or_error('no block without effort', ['__get_free_pages', 1])
  ring_or_error('no area either', ['__get_free_pages', 1], ['vzalloc', 1])
  ring_or_error('nothing at all', ['__get_free_pages', 2], ['vzalloc', 1])

  ring_or_error('no request', ['kzalloc', 1])
  ring_or_error('no vector', ['kcalloc', 1])
  ring_or_error('no map of owners', ['kmalloc_array', 1])

  const fd = open('/dev/packet', O_RDWR)
  const req = scratch()
  pr_info(`odd block size: ${set_ring(fd, req, BLOCK + 1, BLOCKS, 1)}`)
  pr_info(`frame below the header: ${set_ring(fd, req, BLOCK, BLOCKS, 16)}`)
  pr_info(`frame larger than a block: ${set_ring(fd, req, BLOCK, BLOCKS, 2 * BLOCK)}`)
  req.write_u32(4, 0)
  req.write_u32(12, 8)
  pr_info(`frames without blocks: ${ioctl(fd, PACKET_RX_RING, req)}`)
  pr_info(`a request from nowhere: ${ioctl(fd, PACKET_RX_RING, 0x1000n)}`)
  pr_info(`more than there is: ${set_ring(fd, req, MIB, 5)}`)
  pr_info(`mmap() without a ring: ${mmap(null, BLOCK, PROT_READ, MAP_SHARED, fd, 0)}`)

  pr_info(`a ring: ${set_ring(fd, req, BLOCK, BLOCKS)}`)
  pr_info(`a second one: ${set_ring(fd, req, BLOCK, BLOCKS)}`)
  pr_info(`mmap() of a part: ${mmap(null, BLOCK, PROT_READ, MAP_SHARED, fd, 0)}`)
  pr_info(`mmap() at an offset: ${mmap(null, BLOCKS * BLOCK, PROT_READ, MAP_SHARED, fd, PAGE_SIZE)}`)
  fail_next('vm_insert_page')
  pr_info(`mmap() without a page table: ${mmap(null, BLOCKS * BLOCK, PROT_READ, MAP_SHARED, fd, 0)}`)

  // The ring is mapped while packet_set_ring() waits for the receiver: it looks again, and leaves the ring alone.
  ioctl(fd, SLOW_RECEIVER)
  const other = fork(() => {
    const m = mmap(null, BLOCKS * BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
    for (let i = 0; i < 8; i++) cond_resched()
    if (typeof m !== 'number') munmap(m, BLOCKS * BLOCK)
  })
  pr_info(`mapped in the grace period: ${set_ring(fd, req, BLOCK, 0)}`)
  waitpid(other)

  const ring = mmap(null, BLOCKS * BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  pr_info(`set ring while mapped: ${set_ring(fd, req, BLOCK, 0)}`)
  if (typeof ring !== 'number') munmap(ring, BLOCKS * BLOCK)
  close(fd)
}
spawn('probe', probe)
