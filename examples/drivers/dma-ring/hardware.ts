/**
 * The network card: it reads descriptors that the driver wrote, moves packets by DMA, and raises its interrupt.
 * Registers are the fields of `regs`.
 */
import type { device } from 'linux'
import { device as make_device, raise_irq } from 'sim'

export const IRQ = 17
export const DescOwn = 0x8000_0000
export const RingEnd = 0x4000_0000
export const DESC_SIZE = 16

export const regs = { rx_desc: 0n, tx_desc: 0n, running: false }
let rx = 0
let tx = 0

export const pdev: device = make_device('0000:02:00.0')

export function rtl_hw_reset(): void {
  regs.running = false
  rx = 0
  tx = 0
}

function u32_at(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}
function u64_at(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true)
}
function le32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]
}

/** A packet comes from the cable. False: the card is stopped, or has no descriptor for it. */
export function receive(packet: number[]): boolean {
  if (!regs.running) return false
  const at = regs.rx_desc + BigInt(rx * DESC_SIZE)
  const desc = pdev.dma_read(at, DESC_SIZE)
  const opts1 = u32_at(desc, 0)
  if ((opts1 & DescOwn) === 0) return false
  pdev.dma_write(u64_at(desc, 8), packet)
  pdev.dma_write(at, le32((opts1 & RingEnd) | packet.length))
  rx = (opts1 & RingEnd) !== 0 ? 0 : rx + 1
  raise_irq(IRQ)
  return true
}

/** The card sends what the driver gave it. Returns the packets. */
export function transmit(): number[][] {
  const sent: number[][] = []
  while (regs.running) {
    const at = regs.tx_desc + BigInt(tx * DESC_SIZE)
    const desc = pdev.dma_read(at, DESC_SIZE)
    const opts1 = u32_at(desc, 0)
    if ((opts1 & DescOwn) === 0) break
    sent.push([...pdev.dma_read(u64_at(desc, 8), opts1 & 0xffff)])
    pdev.dma_write(at, le32((opts1 & RingEnd) >>> 0))
    tx = (opts1 & RingEnd) !== 0 ? 0 : tx + 1
  }
  if (sent.length > 0) raise_irq(IRQ)
  return sent
}
