// @era all
// @expect dma-free-while-mapped 93
// @machine swiotlb=force
//
// MISTAKE: rtl8169_rx_clear() frees the pages of a buffer before it ends the mapping. Until the unmap they belong to
// the card, or to the bounce buffer that is copied back over whoever has them next.
/**
 * The rings of a network card, as in drivers/net/ethernet/realtek/r8169_main.c of v6.12: descriptors in coherent
 * memory, receive buffers that stay mapped and are handed back and forth by sync, packets mapped for sending.
 * Left out: README.md.
 */
import {
  struct, sizeof, ptr, u32, u64, kzalloc, kmalloc, kcalloc, kfree, memcpy, memset, alloc_pages, __free_pages,
  page_address, dma_alloc_coherent, dma_free_coherent, dma_map_page, dma_unmap_page, dma_map_single, dma_unmap_single,
  dma_sync_single_for_cpu, dma_sync_single_for_device, dma_mapping_error, request_irq, free_irq, IRQ_HANDLED,
  DMA_TO_DEVICE, DMA_FROM_DEVICE, GFP_KERNEL, GFP_ATOMIC, ENOMEM, EBUSY, pr_info, type Ptr, type View,
} from 'linux'
import { DescOwn, DESC_SIZE, IRQ, RingEnd, pdev, regs, rtl_hw_reset } from './hardware.ts'
import { traffic } from './traffic.ts'

const NUM_RX_DESC = 4
const NUM_TX_DESC = 4
const R8169_RX_BUF_SIZE = 16 * 1024 - 1
const RX_BUF_ORDER = 2
const RING_BYTES = 4 * DESC_SIZE

const Desc = struct('rx_desc', { opts1: u32, opts2: u32, addr: u64 })
type Desc = View<typeof Desc>
const Databuff = struct('rx_databuff', { page: ptr })
const RingInfo = struct('ring_info', { skb: ptr, len: u32 })
/** A packet on its way through the stack. */
export const Skb = struct('sk_buff', { data: ptr, len: u32 })
export type Skb = View<typeof Skb>
const Private = struct('rtl8169_private', {
  TxDescArray: ptr, RxDescArray: ptr, TxPhyAddr: u64, RxPhyAddr: u64, cur_rx: u32, cur_tx: u32, dirty_tx: u32,
  Rx_databuff: ptr, tx_skb: ptr, rx_packets: u32, rx_dropped: u32, tx_packets: u32, tx_dropped: u32,
})
export type Private = View<typeof Private>

const rx_desc = (tp: Private, i: number): Desc => tp.RxDescArray.add(i * DESC_SIZE).as(Desc)
const tx_desc = (tp: Private, i: number): Desc => tp.TxDescArray.add(i * DESC_SIZE).as(Desc)
const databuff = (tp: Private, i: number): View<typeof Databuff> =>
  tp.Rx_databuff.add(i * sizeof(Databuff)).as(Databuff)
const tx_info = (tp: Private, i: number): View<typeof RingInfo> => tp.tx_skb.add(i * sizeof(RingInfo)).as(RingInfo)

export function alloc_skb(len: number, gfp: number): Skb | null {
  const memory = kmalloc(sizeof(Skb), gfp)
  if (memory === null) return null
  const data = kmalloc(len, gfp)
  if (data === null) {
    kfree(memory)
    return null
  }
  const skb = memory.as(Skb)
  skb.data = data
  skb.len = len
  return skb
}
function kfree_skb(skb: Skb): void {
  kfree(skb.data)
  kfree(skb.ptr)
}
/** The stack takes the packet over. */
function napi_gro_receive(skb: Skb): void {
  pr_info(`received ${skb.len} bytes, the first is ${skb.data.read_u8(0)}`)
  kfree_skb(skb)
}

/** Gives a descriptor, and the buffer behind it, to the card. */
function rtl8169_mark_to_asic(tp: Private, i: number): void {
  rx_desc(tp, i).opts2 = 0
  rx_desc(tp, i).opts1 = (DescOwn | (i === NUM_RX_DESC - 1 ? RingEnd : 0) | R8169_RX_BUF_SIZE) >>> 0
}

function rtl8169_alloc_rx_data(tp: Private, i: number): boolean {
  const data = alloc_pages(GFP_KERNEL, RX_BUF_ORDER)
  if (data === null) return false
  const mapping = dma_map_page(pdev, data, 0, R8169_RX_BUF_SIZE, DMA_FROM_DEVICE)
  if (dma_mapping_error(pdev, mapping)) {
    __free_pages(data, RX_BUF_ORDER)
    return false
  }
  rx_desc(tp, i).addr = mapping
  databuff(tp, i).page = data
  rtl8169_mark_to_asic(tp, i)
  return true
}

function rtl8169_rx_clear(tp: Private): void {
  for (let i = 0; i < NUM_RX_DESC; i++) {
    const data = databuff(tp, i).page
    if (data === null) break
    __free_pages(data, RX_BUF_ORDER)
    dma_unmap_page(pdev, rx_desc(tp, i).addr, R8169_RX_BUF_SIZE, DMA_FROM_DEVICE)
    databuff(tp, i).page = null
    rx_desc(tp, i).addr = 0n
    rx_desc(tp, i).opts1 = 0
  }
}

function rtl8169_init_ring(tp: Private): number {
  tp.cur_rx = 0
  tp.cur_tx = 0
  tp.dirty_tx = 0
  for (let i = 0; i < NUM_RX_DESC; i++) {
    if (rtl8169_alloc_rx_data(tp, i)) continue
    rtl8169_rx_clear(tp)
    return -ENOMEM
  }
  return 0
}

function rtl_rx(tp: Private): void {
  for (;;) {
    const entry = tp.cur_rx % NUM_RX_DESC
    const status = rx_desc(tp, entry).opts1
    if ((status & DescOwn) !== 0) break
    const pkt_size = status & 0x3fff
    const addr = rx_desc(tp, entry).addr
    const rx_buf = page_address(databuff(tp, entry).page)!

    const skb = alloc_skb(pkt_size, GFP_ATOMIC)
    if (skb === null) {
      tp.rx_dropped++
    } else {
      dma_sync_single_for_cpu(pdev, addr, pkt_size, DMA_FROM_DEVICE)
      memcpy(skb.data, rx_buf, pkt_size)
      dma_sync_single_for_device(pdev, addr, pkt_size, DMA_FROM_DEVICE)
      tp.rx_packets++
      napi_gro_receive(skb)
    }
    rtl8169_mark_to_asic(tp, entry)
    tp.cur_rx++
  }
}

function rtl8169_tx_map(tp: Private, skb: Skb, entry: number): number {
  const len = skb.len
  const mapping = dma_map_single(pdev, skb.data, len, DMA_TO_DEVICE)
  if (dma_mapping_error(pdev, mapping)) return -ENOMEM
  const txd = tx_desc(tp, entry)
  txd.addr = mapping
  tx_info(tp, entry).skb = skb
  tx_info(tp, entry).len = len
  txd.opts1 = (DescOwn | (entry === NUM_TX_DESC - 1 ? RingEnd : 0) | len) >>> 0
  return 0
}

function rtl8169_unmap_tx_skb(tp: Private, entry: number): void {
  const info = tx_info(tp, entry)
  dma_unmap_single(pdev, tx_desc(tp, entry).addr, info.len, DMA_TO_DEVICE)
  tx_desc(tp, entry).opts1 = (tx_desc(tp, entry).opts1 & RingEnd) >>> 0
  kfree_skb((info.skb as Ptr).as(Skb))
  memset(info.ptr, 0, sizeof(RingInfo))
}

/** ndo_start_xmit: the driver takes the packet, whatever becomes of it; -EBUSY leaves it with the caller. */
export function rtl8169_start_xmit(tp: Private, skb: Skb): number {
  const entry = tp.cur_tx % NUM_TX_DESC
  if (tp.cur_tx - tp.dirty_tx >= NUM_TX_DESC) return -EBUSY
  if (rtl8169_tx_map(tp, skb, entry) !== 0) {
    kfree_skb(skb)
    tp.tx_dropped++
    return 0
  }
  tp.cur_tx++
  return 0
}

function rtl_tx(tp: Private): void {
  while (tp.dirty_tx !== tp.cur_tx) {
    const entry = tp.dirty_tx % NUM_TX_DESC
    if ((tx_desc(tp, entry).opts1 & DescOwn) !== 0) break
    rtl8169_unmap_tx_skb(tp, entry)
    tp.tx_packets++
    tp.dirty_tx++
  }
}
function rtl8169_tx_clear(tp: Private): void {
  for (; tp.dirty_tx !== tp.cur_tx; tp.dirty_tx++) {
    rtl8169_unmap_tx_skb(tp, tp.dirty_tx % NUM_TX_DESC)
    tp.tx_dropped++
  }
}

/** The interrupt; what NAPI's poll does in softirq context is done at once. */
function rtl8169_interrupt(_irq: number, dev: unknown): number {
  const tp = dev as Private
  rtl_tx(tp)
  rtl_rx(tp)
  return IRQ_HANDLED
}

/** ndo_open. */
export function rtl_open(tp: Private): number {
  const handle: bigint[] = []
  let retval = -ENOMEM
  tp.TxDescArray = dma_alloc_coherent(pdev, RING_BYTES, handle, GFP_KERNEL)
  if (tp.TxDescArray === null) return retval
  tp.TxPhyAddr = handle[0]!
  tp.RxDescArray = dma_alloc_coherent(pdev, RING_BYTES, handle, GFP_KERNEL)
  if (tp.RxDescArray === null) return err_free_tx_0(tp, retval)
  tp.RxPhyAddr = handle[0]!

  retval = rtl8169_init_ring(tp)
  if (retval < 0) return err_free_rx_1(tp, retval)
  retval = request_irq(IRQ, rtl8169_interrupt, 0, 'eth0', tp)
  if (retval < 0) {
    rtl8169_rx_clear(tp)
    return err_free_rx_1(tp, retval)
  }
  regs.rx_desc = tp.RxPhyAddr
  regs.tx_desc = tp.TxPhyAddr
  regs.running = true
  return 0
}
function err_free_rx_1(tp: Private, retval: number): number {
  dma_free_coherent(pdev, RING_BYTES, tp.RxDescArray, tp.RxPhyAddr)
  tp.RxDescArray = null
  return err_free_tx_0(tp, retval)
}
function err_free_tx_0(tp: Private, retval: number): number {
  dma_free_coherent(pdev, RING_BYTES, tp.TxDescArray, tp.TxPhyAddr)
  tp.TxDescArray = null
  return retval
}

/** ndo_stop: the card is silent before anything it can reach goes away. */
export function rtl8169_close(tp: Private): void {
  rtl_hw_reset()
  rtl8169_tx_clear(tp)
  rtl8169_rx_clear(tp)
  free_irq(IRQ, tp)
  err_free_rx_1(tp, 0)
}

/** Probe and remove. */
export function rtl_init_one(): Private | null {
  const memory = kzalloc(sizeof(Private), GFP_KERNEL)
  if (memory === null) return null
  const tp = memory.as(Private)
  tp.Rx_databuff = kcalloc(NUM_RX_DESC, sizeof(Databuff), GFP_KERNEL)
  tp.tx_skb = tp.Rx_databuff === null ? null : kcalloc(NUM_TX_DESC, sizeof(RingInfo), GFP_KERNEL)
  if (tp.tx_skb !== null) return tp
  kfree(tp.Rx_databuff)
  kfree(memory)
  return null
}
export function rtl_remove_one(tp: Private): void {
  kfree(tp.tx_skb)
  kfree(tp.Rx_databuff)
  kfree(tp.ptr)
}

traffic({ rtl_init_one, rtl_open, alloc_skb, rtl8169_start_xmit, rtl8169_close, rtl_remove_one })
