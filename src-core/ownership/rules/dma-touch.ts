/** The rule over accesses of the CPU to memory that a device owns, told at the access (KERNEL_FACTS D38). */
import { Flag, NO_SUBJECT } from '../../trace/ops.ts'
import type { DmaMapping } from '../dma-table.ts'
import type { Row } from '../row.ts'
import { isWrite, usedLine, type Scene } from '../scene.ts'

const TO_DEVICE = 1
const DIRECTIONS = ['DMA_BIDIRECTIONAL', 'DMA_TO_DEVICE', 'DMA_FROM_DEVICE', 'DMA_NONE'] as const

export function directionName(direction: number): string {
  return DIRECTIONS[direction] ?? 'DMA_NONE'
}

/** An access to memory that was given to a device. What the device only reads the CPU may read too. */
export function cpuTouch(scene: Scene, row: Row, allocation: number): void {
  const { ledger, names, desk, story } = scene
  if (row.subject === NO_SUBJECT || row.has(Flag.FAULT) || !ledger.dma.isAnyInForce) return
  const write = isWrite(row.op)
  const owner = ledger.dma
    .live()
    .find((mapping) => !mapping.isCoherent && !(mapping.direction === TO_DEVICE && !write) && owns(scene, mapping, row))
  if (owner === undefined) return
  const name = names.operandWord(row.site, names.described(allocation))
  const back = owner.isList ? 'dma_sync_sgtable_for_cpu' : 'dma_sync_single_for_cpu'
  desk.raise({
    code: 'cpu-touch-device-owned',
    step: row.step,
    allocation,
    because: desk.blameFor(allocation),
    message:
      `${name} is ${write ? 'written' : 'read'} by the CPU while a device owns it: ` +
      `${names.call(owner.site, owner.op)} gave it away (${directionName(owner.direction)})`,
    story: [...story.of(allocation), usedLine(scene, row)],
    fix: write
      ? 'write before the buffer is mapped, or between dma_sync_*_for_cpu() and dma_sync_*_for_device()'
      : `call ${back}() before the CPU reads, or end the mapping first`,
  })
}

/** True if the device owns a byte that the row touches. */
function owns(scene: Scene, mapping: DmaMapping, row: Row): boolean {
  const pageSize = 2 ** scene.machine.pageShift
  const start = row.subject
  // Neighbouring pages of a vmalloc area lie anywhere: only the bytes of the first page are looked at.
  const room = row.has(Flag.VMALLOC) ? pageSize - (start % pageSize) : Infinity
  const end = start + Math.min(Math.max(row.a, 1), room)
  let at = 0
  for (const { phys, length } of mapping.segments) {
    const from = Math.max(start, phys)
    const to = Math.min(end, phys + length)
    if (from < to && !scene.ledger.dma.isCpuOwned(mapping, at + from - phys, at + to - phys)) return true
    at += length
  }
  return false
}
