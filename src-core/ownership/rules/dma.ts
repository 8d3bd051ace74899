/** The rules over scatterlists, DMA mappings and devices, by operation (KERNEL_FACTS D36 to D44). */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, Op } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { isMap, isSync, rightOf } from '../dma-table.ts'
import { nullPointer } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { coherentFreeRule, deviceRule } from './dma-devices.ts'
import { pendingLine } from './dma-words.ts'
import { bufferRule, entryRule, freeTableRule, goneEntry, mixupOf } from './dma-lists.ts'
import { mapRule, syncRule, unmapRule } from './dma-maps.ts'

/** A row about scatterlists, mappings or devices, before it takes effect. */
export function dmaRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    if (row.has(Flag.FAULT)) nullArgument(scene, row)
    return
  }
  if (row.has(Flag.FAULT) && row.op !== Op.dma_free_coherent) {
    badDirection(scene, row)
    return
  }
  const { op } = row
  if (isMap(op)) mapRule(scene, row)
  else if (isSync(op)) syncRule(scene, row)
  else {
    switch (op) {
      case Op.dma_unmap_single:
      case Op.dma_unmap_page:
      case Op.dma_unmap_sg:
      case Op.dma_unmap_sgtable: {
        unmapRule(scene, row)
        const mapping = scene.ledger.dma.mapping(rightOf(row.a))
        if (mapping !== undefined) mixupOf(scene, mapping)
        break
      }
      case Op.sg_page:
      case Op.sg_virt:
      case Op.sg_dma_address:
      case Op.sg_dma_len:
      case Op.sg_field:
        entryRule(scene, row)
        break
      case Op.sg_next:
      case Op.sg_nents:
      case Op.for_each_sg:
        goneEntry(scene, row)
        break
      case Op.sg_set_buf:
      case Op.sg_init_one:
        bufferRule(scene, row)
        break
      case Op.sg_free_table:
        freeTableRule(scene, row)
        break
      case Op.dma_free_coherent:
        coherentFreeRule(scene, row)
        break
      case Op.dma_read:
      case Op.dma_write:
        deviceRule(scene, row)
        break
    }
  }
}

/** A call was given NULL: its buffer or list, which comes after the device. */
function nullArgument(scene: Scene, row: Row): void {
  const { names, desk } = scene
  const name = names.argument(row.site, 1) || names.argument(row.site, 0)
  desk.raise({
    code: 'null-dereference',
    step: row.step,
    allocation: 0,
    key: `null ${row.site}`,
    message: `${name === '' ? 'a NULL pointer' : `\`${name}\``} is NULL when ${names.call(row.site, row.op)} uses it`,
    story: [usedLine(scene, row)],
    fix: 'check the result of the allocation before it is used',
    kernel: nullPointer(scene),
  })
}

/** A direction that is none: the kernel stops the task (valid_dma_direction). */
function badDirection(scene: Scene, row: Row): void {
  const { names, desk } = scene
  desk.raise({
    code: 'bug-on',
    step: row.step,
    allocation: 0,
    key: `direction ${row.site}`,
    message: `${names.call(row.site, row.op)} is given a direction that is none`,
    story: [usedLine(scene, row)],
    fix: 'use DMA_TO_DEVICE, DMA_FROM_DEVICE or DMA_BIDIRECTIONAL',
    kernel: 'kernel BUG at kernel/dma/mapping.c:162!',
  })
}

/**
 * At the end of a run: streaming mappings that nobody ended. One that was told of before, or whose memory was,
 * is not.
 */
export function mappingsLeft(scene: Scene): void {
  const { ledger, names, desk, story } = scene
  for (const mapping of ledger.dma.live()) {
    if (mapping.isCoherent || mapping.step === 0) continue
    const memories = [mapping.allocation, ...mapping.segments.map(({ memory }) => memory)]
    if (memories.some((memory) => desk.blameFor(memory) !== null)) continue
    // Memory that leaks with its mapping is one mistake.
    if (memories.some((memory) => isHeld(scene, memory) || desk.isAbout(memory))) continue
    desk.raise({
      code: 'memory-leak',
      step: mapping.step,
      allocation: mapping.allocation,
      key: `mapping-leak ${mapping.site}`,
      message: `the mapping that ${names.call(mapping.site, mapping.op)} made is never ended`,
      story: mapping.allocation === 0 ? [] : story.of(mapping.allocation),
      rightsLeft: [{ kind: 'dma-mapping', on: 'bytes', step: mapping.step }],
      fix: 'end it with the unmap of the same form when the device is done',
      kernel: pendingLine(scene, mapping.step),
    })
  }
}

function isHeld(scene: Scene, id: number): boolean {
  const { allocations: table } = scene.ledger
  if (id === 0 || table.kind(id) === AllocationKind.ANONYMOUS) return false
  return (table.mark(id) & Mark.FREED) === 0 && table.ownerEnd(id) === 0
}

/** At the end of a run: loops over lists that are still mapped. */
export function mixupsLeft(scene: Scene): void {
  for (const mapping of scene.ledger.dma.live()) if (mapping.isList) mixupOf(scene, mapping)
}
