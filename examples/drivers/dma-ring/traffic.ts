/** Some traffic: packets in, packets out, one still waiting when the driver is released from the card. */
import { GFP_KERNEL, module_exit, pr_info } from 'linux'
import { pdev, receive, transmit } from './hardware.ts'

interface Packet { readonly data: { write_u8(off: number, value: number): void } }
interface Driver<Tp, P extends Packet> {
  rtl_init_one(): Tp | null
  rtl_open(tp: Tp): number
  alloc_skb(len: number, gfp: number): P | null
  rtl8169_start_xmit(tp: Tp, skb: P): number
  rtl8169_close(tp: Tp): void
  rtl_remove_one(tp: Tp): void
}

export function traffic<Tp, P extends Packet>(driver: Driver<Tp, P>): void {
  const tp = driver.rtl_init_one()!
  pr_info(`open: ${driver.rtl_open(tp)}`)

  for (let i = 1; i <= 5; i++) receive([i, 2, 3, 4, 5, 6, 7, 8])
  const send = (first: number): number => {
    const skb = driver.alloc_skb(64, GFP_KERNEL)!
    for (let i = 0; i < 64; i++) skb.data.write_u8(i, first)
    return driver.rtl8169_start_xmit(tp, skb)
  }
  send(41)
  send(42)
  pr_info(`the card sent ${transmit().map((packet) => packet[0]).join(' and ')}`)
  send(43)

  module_exit(() => {
    driver.rtl8169_close(tp)
    pr_info(`after close the card takes a packet: ${receive([9])}`)
    pdev.unbind()
    driver.rtl_remove_one(tp)
  })
}
