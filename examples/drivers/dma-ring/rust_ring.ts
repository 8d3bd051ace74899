/**
 * The rings of hardware.ts driven from Rust, as far as its DMA types go: rust/kernel/dma.rs, scatterlist.rs (Coherent
 * is coming, CoherentAllocation in v6.18). Descriptors are coherent memory. A packet to be sent is a VVec, moved into
 * an SGTable until the card is done. A packet that comes is in coherent memory: a table does not lend its pages to the
 * CPU, so there is no sync to forget, and no streaming receive either.
 */
import { Coherent, GFP_KERNEL, KernelError, SGTable, VVec, drop, type Ref } from 'kernel'
import { DMA_TO_DEVICE, EBUSY, pr_info } from 'linux'
import { DescOwn, RingEnd, pdev, receive, regs, rtl_hw_reset, transmit } from './hardware.ts'

const NUM_DESC = 2
const RX_BUF_SIZE = 2048
type Table = ReturnType<typeof SGTable.new<VVec<number>>>
/** A descriptor is two words: length and flags, address. */
type Ring = Ref<Coherent<number>>
const word = (ring: Ring, i: number): bigint => BigInt(ring.field_read(i))
const opts = (i: number, len: number): number => (DescOwn | (i === NUM_DESC - 1 ? RingEnd : 0) | len) >>> 0

class Nic {
  /** In the order in which they are dropped: what is sent, what the card reads, what it writes. */
  readonly sending = new Map<number, Table>()
  cur_rx = 0
  cur_tx = 0
  dirty_tx = 0
  constructor(readonly tx: Ring, readonly rx: Ring, readonly buffers: Ring) {}

  /** Gives a packet to the card, which owns it by way of the table. Throws EBUSY, ENOMEM. */
  xmit(packet: VVec<number>, len: number): void {
    if (this.cur_tx - this.dirty_tx >= NUM_DESC) {
      drop(packet)
      throw new KernelError(-EBUSY)
    }
    const entry = this.cur_tx % NUM_DESC
    const table = SGTable.new(pdev, packet, DMA_TO_DEVICE, GFP_KERNEL)
    this.tx.field_write(2 * entry + 1, table.iter()[0]!.dma_address())
    this.tx.field_write(2 * entry, opts(entry, len))
    this.sending.set(entry, table)
    this.cur_tx++
  }

  /** The card is done with what it gave back: unmapped, and the packet freed. */
  tx_clean(all: boolean): void {
    for (; this.dirty_tx !== this.cur_tx; this.dirty_tx++) {
      const entry = this.dirty_tx % NUM_DESC
      if (!all && (word(this.tx, 2 * entry) & BigInt(DescOwn)) !== 0n) break
      const table = this.sending.get(entry)!
      this.sending.delete(entry)
      drop(table)
    }
  }

  rx_poll(): void {
    for (;;) {
      const entry = this.cur_rx % NUM_DESC
      const status = Number(word(this.rx, 2 * entry))
      if ((status & DescOwn) !== 0) break
      const first = this.buffers.as_slice().read_u8(entry * RX_BUF_SIZE)
      pr_info(`received ${status & 0x3fff} bytes, the first is ${first}`)
      this.rx.field_write(2 * entry, opts(entry, RX_BUF_SIZE))
      this.cur_rx++
    }
  }
}

function packet(first: number): VVec<number> {
  const data = VVec.with_capacity<number>(64, GFP_KERNEL)
  data.extend_with(64, first, GFP_KERNEL)
  return data
}

/** Two packets in, two out, one still waiting at the end. */
export function traffic(): void {
  using tx = Coherent.zeroed_slice(pdev, 2 * NUM_DESC, GFP_KERNEL, 8)
  using rx = Coherent.zeroed_slice(pdev, 2 * NUM_DESC, GFP_KERNEL, 8)
  using buffers = Coherent.zeroed_slice(pdev, NUM_DESC * RX_BUF_SIZE, GFP_KERNEL, 1)
  const nic = new Nic(tx, rx, buffers)
  for (let i = 0; i < NUM_DESC; i++) {
    rx.field_write(2 * i + 1, buffers.dma_handle() + BigInt(i * RX_BUF_SIZE))
    rx.field_write(2 * i, opts(i, RX_BUF_SIZE))
  }
  regs.rx_desc = rx.dma_handle()
  regs.tx_desc = tx.dma_handle()
  regs.running = true

  receive([1, 2, 3, 4])
  receive([2, 2, 3, 4])
  nic.rx_poll()
  nic.xmit(packet(41), 64)
  nic.xmit(packet(42), 64)
  try {
    nic.xmit(packet(43), 64)
  } catch (error) {
    pr_info(`a third one: ${(error as KernelError).errno}`)
  }
  pr_info(`the card sent ${transmit().map((bytes) => bytes[0]).join(' and ')}`)
  nic.tx_clean(false)
  nic.xmit(packet(44), 64)

  // The card is silent before anything that it can reach is dropped.
  rtl_hw_reset()
  nic.tx_clean(true)
}
