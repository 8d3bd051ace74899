// @era all
// @machine memory=4M
// @expect memdesc-breaks-tomorrow tx_ring.ts:179 memdesc
//
// Every error path of sending once: nothing is left behind, whichever allocation fails.
import {
  misc_register, misc_deregister, module_exit, pr_info, PAGE_SIZE, type file, type Ptr,
} from 'linux'
import { fail_next } from 'sim'
import { spawn, open, close, ioctl, mmap, munmap, MAP_SHARED, O_RDWR, PROT_READ, PROT_WRITE } from 'user'
import { BLOCK, scratch } from './capture.ts'
import { free_netdev, transmit_done } from './network.ts'
import { put_packet, set_tx_ring } from './sender.ts'
import { PACKET_SEND, tx_ops } from './tx_ring.ts'

/** Stands for the device: all packets in flight are sent. */
const TX_DONE = 102
const misc = {
  name: 'packet',
  fops: {
    ...tx_ops,
    ioctl(file: file, cmd: number, arg: Ptr | bigint | number): number {
      if (cmd !== TX_DONE) return tx_ops.ioctl(file, cmd, arg)
      while (transmit_done());
      return 0
    },
  },
}
misc_register(misc)
module_exit(() => {
  free_netdev()
  misc_deregister(misc)
})

function probe(): void {
  fail_next('kzalloc')
  pr_info(`packet_create: ${open('/dev/packet', O_RDWR)}`)
  const fd = open('/dev/packet', O_RDWR)
  const req = scratch()
  pr_info(`send without a ring: ${ioctl(fd, PACKET_SEND, 0)}`)
  pr_info(`odd block size: ${set_tx_ring(fd, req, BLOCK + 1)}`)
  pr_info(`mmap() without a ring: ${mmap(null, BLOCK, PROT_READ, MAP_SHARED, fd, 0)}`)
  fail_next('kcalloc')
  pr_info(`no vector: ${set_tx_ring(fd, req, BLOCK)}`)
  pr_info(`a ring: ${set_tx_ring(fd, req, BLOCK)}`)
  pr_info(`a second one: ${set_tx_ring(fd, req, BLOCK)}`)
  const ring = mmap(null, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof ring === 'number') return
  pr_info(`set ring while mapped: ${set_tx_ring(fd, req, 0)}`)

  put_packet(ring, 0, 2 * PAGE_SIZE)
  pr_info(`a packet larger than its frame: ${ioctl(fd, PACKET_SEND, 0)}, status ${ring.read_u32(0)}`)
  put_packet(ring, 0, 100)
  fail_next('kzalloc')
  pr_info(`no packet: ${ioctl(fd, PACKET_SEND, 0)}, status ${ring.read_u32(0)}`)
  fail_next('kmalloc')
  pr_info(`nobody to tell: ${ioctl(fd, PACKET_SEND, 0)}, status ${ring.read_u32(0)}`)
  pr_info(`sent ${ioctl(fd, PACKET_SEND, 0)}, status ${ring.read_u32(0)}`)
  munmap(ring, BLOCK)
  pr_info(`set ring with a packet in flight: ${set_tx_ring(fd, req, 0)}`)
  ioctl(fd, TX_DONE, 0)
  pr_info(`and when it was sent: ${set_tx_ring(fd, req, 0)}`)
  close(fd)
}
spawn('probe', probe)
