/**
 * Rules over what devices do, and over coherent memory (KERNEL_FACTS D36, D37, D41, D44; SURFACE §8): a device that
 * reaches memory through a mapping that ended, or that was never checked, shows the driver's mistake.
 */
import { ContextMask } from '../../trace/fields.ts'
import { CoherentMismatch, Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { directionOf, rightOf, type DmaMapping } from '../dma-table.ts'
import type { Finding } from '../finding.ts'
import { warning } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import {
  bufferOf,
  deviceAddress,
  typeName,
  dmaApi,
  goneMemory,
  isGoneAt,
  mapLine,
  isUnchecked,
  uncheckedMap,
} from './dma-words.ts'
import { directionName } from './dma-touch.ts'
import { strangers } from './reachable.ts'

const BIDIRECTIONAL = 0
const TO_DEVICE = 1

export function deviceRule(scene: Scene, row: Row): void {
  const { ledger } = scene
  const mapping = ledger.dma.mapping(rightOf(row.a))
  if (mapping === undefined) {
    unmappedAccess(scene, row)
    return
  }
  if (isUnchecked(scene, mapping)) uncheckedMap(scene, row, mapping)
  const freed = mapping.segments.find(({ memory, phys }) => isGoneAt(scene, memory, phys))
  if (freed !== undefined) {
    goneMemory(scene, row, freed.memory, reached(scene, row, freed.memory, freed.phys))
    return
  }
  if (directionOf(row.a) !== 0) beyondMapping(scene, row, mapping)
  // A read through a mapping for writing harms nobody, unless an IOMMU refuses it.
  else if (row.op === Op.dma_write ? mapping.direction === TO_DEVICE : faults(scene, row)) {
    if (!mapping.isCoherent && mapping.direction !== BIDIRECTIONAL) againstDirection(scene, row, mapping)
  }
}

/** True if an IOMMU refused the access (and not the reset of an unbound device). */
function faults(scene: Scene, row: Row): boolean {
  return row.has(Flag.WILD) && !scene.ledger.dma.isAnyUnbound
}

/** What the device did, and whose memory that is by now. */
function reached(scene: Scene, row: Row, id: number, phys: number): string {
  const verb = row.op === Op.dma_write ? 'writes' : 'reads'
  const holder = scene.ledger.memoryAt(phys)
  const now = holder !== 0 && holder !== id ? ` (now ${scene.names.described(holder)})` : ''
  return `the device ${verb} ${scene.names.described(id)}${now}`
}

/** A device uses an address that no mapping has. */
function unmappedAccess(scene: Scene, row: Row): void {
  const { ledger, names, desk, story } = scene
  const { mappings } = ledger.dma
  const failed = mappings.findLast((mapping) => mapping.right === 0 && !mapping.checked)
  if (failed !== undefined && (row.subject === NO_SUBJECT || failed.isList)) {
    uncheckedMap(scene, row, failed)
    return
  }
  const mixedUp = row.subject !== NO_SUBJECT ? undefined : ledger.dma.live().find(({ made, size }) => made < size)
  if (mixedUp !== undefined && desk.find('sg-iteration-mixup', mixedUp.allocation) !== null) return
  const ended = mappings.findLast((mapping) => mapping.endedAt !== 0 && covers(mapping, row.subject))
  if (ended !== undefined) {
    // What an IOMMU or a reset stopped reached no memory, whoever has it by now.
    const gone = !row.has(Flag.WILD) && (ledger.allocations.mark(ended.allocation) & Mark.FREED) !== 0
    if (ended.isCoherent) freedWhileRunning(scene, row, ended)
    else if (gone)
      goneMemory(scene, row, ended.allocation, reached(scene, row, ended.allocation, ended.segments[0]?.phys ?? 0))
    else afterUnmap(scene, row, ended)
    return
  }
  desk.raise({
    code: 'wild-access',
    step: row.step,
    allocation: row.allocation,
    key: `device at nothing ${row.site}`,
    message: `${names.call(row.site, row.op)}: no mapping has this DMA address`,
    story: [...(row.allocation === 0 ? [] : [story.allocated(row.allocation)]), usedLine(scene, row)],
    fix: 'give the device only addresses that dma_map_* or dma_alloc_coherent returned, and no physical ones',
    kernel: faultLine(row),
  })
}

function covers(mapping: DmaMapping, address: number): boolean {
  if (mapping.isList)
    return (
      mapping.segments.some(({ phys, length }) => address >= phys && address < phys + length) ||
      mapping.address === address
    )
  return address >= mapping.address && address < mapping.address + mapping.size
}

/** What an IOMMU reports; a directly mapped access is silent. */
function faultLine(row: Row): string {
  if (!row.has(Flag.WILD) || row.subject === NO_SUBJECT) return ''
  const kind = row.op === Op.dma_write ? 'Write' : 'Read'
  return `DMAR: [DMA ${kind} NO_PASID] Request device [00:01.0] fault addr 0x${row.subject.toString(16)}`
}

function afterUnmap(scene: Scene, row: Row, ended: DmaMapping): void {
  const { names, desk, story, ledger } = scene
  desk.raise({
    code: 'wild-access',
    step: row.step,
    allocation: ended.allocation,
    because: desk.blameFor(ended.allocation),
    message: `${names.call(row.site, row.op)} goes through a mapping of ${bufferOf(scene, ended)} that was ended`,
    story: [
      ...(ended.allocation === 0 ? [] : [story.allocated(ended.allocation)]),
      mapLine(scene, ended),
      {
        role: 'invalidated',
        step: ended.endedAt,
        text: names.call(ledger.steps.site(ended.endedAt), ledger.steps.op(ended.endedAt)),
      },
      usedLine(scene, row),
    ],
    fix: 'stop the device before the mapping is ended',
    kernel: faultLine(row),
  })
}

function beyondMapping(scene: Scene, row: Row, mapping: DmaMapping): void {
  const { names, desk, story } = scene
  desk.raise({
    code: 'out-of-bounds',
    step: row.step,
    allocation: mapping.allocation,
    because: desk.blameFor(mapping.allocation),
    message: `${names.call(row.site, row.op)} goes beyond the mapping of ${bufferOf(scene, mapping)}`,
    story: [...story.of(mapping.allocation), usedLine(scene, row)],
    fix: 'tell the device the size that was mapped, or map what it needs',
    kernel: faultLine(row),
  })
}

function againstDirection(scene: Scene, row: Row, mapping: DmaMapping): void {
  const { names, desk, story } = scene
  desk.raise({
    code: 'wild-access',
    step: row.step,
    allocation: mapping.allocation,
    because: desk.blameFor(mapping.allocation),
    message: `${names.call(row.site, row.op)} through a mapping that was made for ${directionName(mapping.direction)}`,
    story: [...story.of(mapping.allocation), usedLine(scene, row)],
    fix: 'map with the direction that the device needs: DMA_BIDIRECTIONAL if it reads and writes',
    kernel: faultLine(row),
  })
}

/** A device uses coherent memory that was freed: the free came too early (D44). */
function freedWhileRunning(scene: Scene, row: Row, memory: DmaMapping): Finding {
  const { names, desk, story, ledger } = scene
  const free = ledger.steps.site(memory.endedAt)
  return desk.raise({
    code: 'coherent-misuse',
    step: memory.endedAt,
    allocation: memory.allocation,
    because: desk.blameFor(memory.allocation),
    message:
      `${names.call(free, Op.dma_free_coherent)} frees ${names.described(memory.allocation)} while the device ` +
      `still uses it`,
    story: [...story.of(memory.allocation), usedLine(scene, row)],
    fix: 'halt the device first, then free',
    kernel: '',
  })
}

/** What a dma_free_coherent() names wrongly, in words, and what the kernel prints of it first. */
interface Misuse {
  readonly message: string
  readonly kernel: string
  readonly fix: string
}

/** dma_free_coherent() with other values than the allocation's, or where it may not be called. */
export function coherentFreeRule(scene: Scene, row: Row): void {
  const { ledger, desk, story } = scene
  if (row.has(Flag.NULL) || row.a === 0) return
  const memory = ledger.dma.mappings.findLast((mapping) => mapping.isCoherent && mapping.allocation === row.allocation)
  const isStranger = (row.a & CoherentMismatch.UNKNOWN) !== 0 && memory === undefined
  const finding = desk.raise({
    code: isStranger ? 'mismatched-free' : 'coherent-misuse',
    step: row.step,
    allocation: row.allocation,
    because: desk.blameFor(row.allocation),
    ...misuse(scene, row, memory),
    story: [...story.of(row.allocation), usedLine(scene, row)],
  })
  // What goes with it, and what is left of it.
  for (const victim of strangers(row, row.allocation)) desk.blame(victim, finding)
  const isLost = (row.a & CoherentMismatch.UNKNOWN) !== 0 || (memory?.size ?? 0) > row.b
  if (isLost) desk.blame(row.allocation, finding)
}

function misuse(scene: Scene, row: Row, memory: DmaMapping | undefined): Misuse {
  const { ledger, names } = scene
  const wrong = row.a
  const call = names.call(row.site, row.op)
  const given = names.described(row.allocation)
  const at = deviceAddress(row.subject)
  const notAllocated = dmaApi(scene, row, `tries to free DMA memory it has not allocated ${at} [size=${row.b} bytes]`)
  const otherHandle = {
    message: `${call} names another DMA address than ${given} has`,
    kernel: notAllocated,
    fix: 'free with the handle that dma_alloc_coherent() set',
  }
  if ((wrong & CoherentMismatch.UNKNOWN) !== 0) {
    if (memory?.endedAt === 0 && memory.address !== row.subject) return otherHandle
    const before = memory !== undefined && memory.endedAt !== 0
    const single = ledger.dma.live().find((one) => !one.isCoherent && one.address === row.subject)
    return {
      message: before
        ? `${call} frees ${given} a second time${taken(scene, row)}`
        : `${call} is given memory that dma_alloc_coherent() did not make for this device`,
      kernel:
        single === undefined
          ? notAllocated
          : dmaApi(
              scene,
              row,
              `frees DMA memory with wrong function ${at} [size=${row.b} bytes] ` +
                `[mapped as ${typeName(single)}] [unmapped as coherent]`,
            ),
      fix: before ? 'free it once' : 'free with the device, address and handle of the allocation',
    }
  }
  // dma-debug looks a mapping up by its bus address, then compares sizes, then CPU addresses.
  const { HANDLE, ADDRESS, SIZE } = CoherentMismatch
  const size = memory?.size ?? 0
  const sizes = `[map size=${size} bytes] [unmap size=${row.b} bytes]`
  const kernel =
    (wrong & HANDLE) !== 0
      ? notAllocated
      : (wrong & SIZE) !== 0
        ? dmaApi(scene, row, `frees DMA memory with different size ${at} ${sizes}`)
        : dmaApi(scene, row, `frees DMA memory with different CPU address ${at} [size=${row.b} bytes]`)
  if ((wrong & ADDRESS) !== 0) {
    return {
      message: `${call} names another CPU address than ${given} has`,
      kernel,
      fix: 'free with the pointer that dma_alloc_coherent() returned',
    }
  }
  if ((wrong & HANDLE) !== 0) return otherHandle
  if ((wrong & SIZE) !== 0) {
    return {
      message:
        `${given} was allocated with ${size} bytes and is freed with ${row.b}` +
        (taken(scene, row) || lost(scene, row, size)),
      kernel,
      fix: 'free with the size of the allocation',
    }
  }
  const isOff = (ledger.contexts.of(row.task) & (ContextMask.HARDIRQ | ContextMask.IRQS_OFF)) !== 0
  return {
    message: `${call} is called in atomic context: it may have to unmap, which sleeps`,
    kernel: isOff ? warning(scene, row, 'kernel/dma/mapping.c dma_free_attrs') : '',
    fix: 'free coherent memory from process context, outside of spinlocks',
  }
}

/** What a free of too few bytes leaves behind. */
function lost({ machine }: Scene, row: Row, size: number): string {
  const pages = (bytes: number): number => Math.ceil(bytes / 2 ** machine.pageShift)
  return row.b > 0 && pages(row.b) < pages(size) ? ': the rest is lost' : ''
}

/** Whose memory went with a free. */
function taken({ names }: Scene, row: Row): string {
  const [victim] = strangers(row, row.allocation)
  return victim === undefined ? '' : `: ${names.described(victim)} goes with it`
}
