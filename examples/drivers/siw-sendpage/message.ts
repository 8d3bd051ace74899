/** An upper layer sends a buffer of 16 KiB, waits for the acknowledgement, and frees the buffer. */
import { kmalloc, kfree, memset, GFP_KERNEL, PAGE_SIZE, pr_info, type Ptr } from 'linux'
import { tcp_ack } from './tcp.ts'

const LENGTH = 4 * PAGE_SIZE

export function send_message(siw_0copy_tx: (buffer: Ptr, length: number) => number): void {
  const buffer = kmalloc(LENGTH, GFP_KERNEL)!
  memset(buffer, 0x51, LENGTH)
  pr_info(`sent ${siw_0copy_tx(buffer, LENGTH)} of ${LENGTH} bytes`)
  pr_info(tcp_ack())
  kfree(buffer)
}
