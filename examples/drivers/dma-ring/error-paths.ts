// @era all
// @expect none
//
// Every error path of the rings once, by fault injection: nothing stays allocated or mapped, whatever fails.
import { GFP_KERNEL, pr_info } from 'linux'
import { fail_next } from 'sim'
import { receive, transmit } from './hardware.ts'
import { alloc_skb, rtl8169_close, rtl8169_start_xmit, rtl_init_one, rtl_open, rtl_remove_one } from './r8169.ts'

fail_next('kzalloc')
pr_info(`probe without a private part: ${rtl_init_one()}`)
fail_next('kcalloc')
pr_info(`probe without the first array: ${rtl_init_one()}`)

const tp = rtl_init_one()!
const fails = (name: string): void => {
  fail_next(name)
  pr_info(`open without ${name}: ${rtl_open(tp)}`)
}
fails('dma_alloc_coherent')
fails('alloc_pages')
fails('dma_map_page')
fails('request_irq')
pr_info(`open: ${rtl_open(tp)}`)

// Receive: no memory for the packet. The buffer goes back to the card all the same.
fail_next('kmalloc')
receive([1])
receive([2])

// Send: no memory, no mapping, no place.
fail_next('kmalloc')
pr_info(`a packet without memory: ${alloc_skb(64, GFP_KERNEL)}`)
const send = (): number => {
  const skb = alloc_skb(64, GFP_KERNEL)!
  const err = rtl8169_start_xmit(tp, skb)
  if (err !== 0) kept.push(skb)
  return err
}
const kept: NonNullable<ReturnType<typeof alloc_skb>>[] = []
fail_next('dma_map_single')
pr_info(`sent without a mapping: ${send()}, dropped ${tp.tx_dropped}`)
pr_info(`five in a row: ${[send(), send(), send(), send(), send()].join(' ')}`)
transmit()
pr_info(`the fifth again: ${rtl8169_start_xmit(tp, kept.pop()!)}`)

rtl8169_close(tp)
pr_info(`received ${tp.rx_packets}, dropped ${tp.rx_dropped}; sent ${tp.tx_packets}, dropped ${tp.tx_dropped}`)
rtl_remove_one(tp)
