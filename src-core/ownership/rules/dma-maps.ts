/**
 * Rules over maps, unmaps and syncs of streaming DMA (KERNEL_FACTS D36, D39, D40, D41, D42; SURFACE §9 "Verdicts").
 * Texts of dma-debug: KERNEL_FACTS 6.7.
 */
import { Field } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op, OP_NAMES } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { directionOf, isListOp, isListSync, rightOf, type DmaMapping } from '../dma-table.ts'
import { warning } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import {
  bytesOf,
  deviceAddress,
  deviceNames,
  dmaApi,
  goneMemory,
  isGoneAt,
  mapLine,
  typeName,
  isUnchecked,
  uncheckedMap,
  wrongSync,
} from './dma-words.ts'
import { directionName } from './dma-touch.ts'

const TO_DEVICE = 1
const CACHE_LINE = 64

/** A map: of memory that a device may use, that still exists, and that no other mapping covers. */
export function mapRule(scene: Scene, row: Row): void {
  const { names } = scene
  if (isListOp(row.op)) {
    const first = firstOf(row)
    const entries = row.b & 0xffff
    for (let entry = first; entry < first + entries; entry++) {
      if (sgOutlivesPages(scene, row, entry)) return
    }
  } else {
    if (row.has(Flag.VMALLOC | Flag.WILD)) {
      badArea(scene, row)
      return
    }
    // A page handle has no provenance: a frame that nobody has belonged to whoever freed it last.
    const given = row.allocation || lastOwner(scene, row)
    if (given !== 0 && isGoneAt(scene, given, firstOf(row))) {
      goneMemory(scene, row, given, `${names.described(given)} is given to a device`)
      return
    }
  }
  if (!row.has(Flag.FAILED)) overlapRule(scene, row)
}

/** The last allocation of the frame that a row maps, if it is free. */
function lastOwner({ ledger, machine }: Scene, row: Row): number {
  const pfn = firstOf(row) >>> machine.pageShift
  return ledger.occupant(pfn) === 0 ? ledger.lastOccupant(pfn) : 0
}

/** Where the range that a row maps starts: a physical address, or the first entry of a list. */
function firstOf(row: Row): number {
  let first = row.subject
  row.deltas(Field.DMA_RANGE, (_right, _old, next) => (first = next))
  return first
}

function badArea(scene: Scene, row: Row): void {
  const { names, desk, story } = scene
  const buffer = names.argument(row.site, 1)
  const what = buffer === '' ? names.described(row.allocation) : `\`${buffer}\``
  const vmalloc = row.has(Flag.VMALLOC)
  desk.raise({
    code: 'dma-map-bad-area',
    step: row.step,
    allocation: row.allocation,
    message: vmalloc
      ? `${what} is vmalloc memory: its pages are not in the linear map and need not be neighbours`
      : `${what} is no memory of the linear map: a device cannot be given it`,
    story: [...story.of(row.allocation), usedLine(scene, row)],
    fix: vmalloc
      ? 'map a kmalloc() buffer, or the pages of the area (vmalloc_to_page) in a scatterlist'
      : 'map a kmalloc() buffer or pages from the page allocator',
    kernel: vmalloc
      ? `${warning(scene, row, 'include/linux/dma-mapping.h:381 dma_map_single_attrs')}`
      : dmaApi(scene, row, 'maps memory from invalid area'),
  })
}

/** A map of memory that another mapping covers, to the cache line. What the device only reads may be mapped twice. */
function overlapRule(scene: Scene, row: Row): void {
  const { ledger, names, desk, story } = scene
  if (directionOf(row.a) === TO_DEVICE) return
  const made = ledger.dma.segmentsOf(row, firstOf(row))
  const other = ledger.dma
    .live()
    .find((old) => !old.isCoherent && old.direction !== TO_DEVICE && shareLine(old.segments, made))
  if (other === undefined) return
  desk.raise({
    code: 'dma-map-bad-area',
    step: row.step,
    allocation: row.allocation,
    key: `overlap ${row.site}`,
    because: desk.blameFor(other.allocation),
    message:
      `${names.call(row.site, row.op)} maps memory that shares a cache line with ` +
      `${names.call(other.site, other.op)}: what one device writes, the other mapping may undo`,
    story: [
      ...(row.allocation === 0 ? [] : [story.allocated(row.allocation)]),
      mapLine(scene, other),
      usedLine(scene, row),
    ],
    fix: 'give each mapping a buffer of its own, aligned to cache lines, or end the first mapping before',
    kernel:
      scene.machine.debug && startTogether(other.segments, made)
        ? `DMA-API: ${deviceNames(scene, row)}: cacheline tracking EEXIST, overlapping mappings aren't supported`
        : '',
  })
}

/** True if two segments start in one cache line: dma-debug keeps the first line of each only. */
function startTogether(x: DmaMapping['segments'], y: DmaMapping['segments']): boolean {
  const line = (at: number): number => Math.floor(at / CACHE_LINE)
  return x.some((a) => y.some((b) => line(a.phys) === line(b.phys)))
}

function shareLine(x: DmaMapping['segments'], y: DmaMapping['segments']): boolean {
  const line = (at: number): number => Math.floor(at / CACHE_LINE)
  return x.some((a) =>
    y.some((b) => line(a.phys) <= line(b.phys + b.length - 1) && line(b.phys) <= line(a.phys + a.length - 1)),
  )
}

/** An entry is used after the memory it names was freed (D36). True if it was. */
export function sgOutlivesPages(scene: Scene, row: Row, entry: number): boolean {
  const { ledger, names, desk, story } = scene
  const memory = ledger.dma.memoryOf(entry)
  if (memory === 0 || (ledger.allocations.mark(memory) & Mark.FREED) === 0) return false
  const finding = desk.raise({
    code: 'sg-outlives-pages',
    step: row.step,
    allocation: memory,
    because: desk.blameFor(memory),
    message:
      `${names.call(row.site, row.op)} uses a scatterlist entry whose memory, ${names.described(memory)}, was freed: ` +
      `an entry holds no reference`,
    story: [...story.of(memory), usedLine(scene, row)],
    fix: 'keep the pages until the list is unmapped and freed: dma_unmap, sg_free_table, then free the pages',
  })
  desk.blame(memory, finding)
  return true
}

export function unmapRule(scene: Scene, row: Row): void {
  const { ledger } = scene
  const mapping = ledger.dma.mapping(rightOf(row.a))
  if (mapping === undefined) unmapOfNothing(scene, row)
  else {
    if (isUnchecked(scene, mapping)) uncheckedMap(scene, row, mapping)
    const difference = differs(scene, row, mapping)
    if (difference !== null) mismatch(scene, row, mapping, difference)
  }
}

/** An unmap that found no mapping. */
function unmapOfNothing(scene: Scene, row: Row): void {
  const { names, desk, story, ledger } = scene
  const list = isListOp(row.op)
  if (list && row.subject === NO_SUBJECT) return
  const { mappings } = ledger.dma
  const same = (mapping: DmaMapping): boolean =>
    mapping.isList === list && (list ? mapping.range : mapping.address) === row.subject
  const failed = mappings.findLast((mapping) => mapping.right === 0 && same(mapping))
  if (failed !== undefined && mappings.findLast(same) === failed) {
    if (!failed.checked) uncheckedMap(scene, row, failed)
    return
  }
  const ended = mappings.findLast((mapping) => mapping.endedAt !== 0 && !mapping.isCoherent && same(mapping))
  const call = names.call(row.site, row.op)
  const size =
    list && ended === undefined ? '' : ` [size=${list && ended !== undefined ? bytesOf(ended) : row.b} bytes]`
  const coherent = list ? undefined : ledger.dma.live().find((one) => one.isCoherent && one.address === row.subject)
  const wrong = `frees DMA memory with wrong function ${deviceAddress(row.subject)} [size=${row.b} bytes]`
  const kernel = dmaApi(
    scene,
    row,
    coherent !== undefined
      ? `${wrong} [mapped as coherent] [unmapped as single]`
      : `tries to free DMA memory it has not allocated ${deviceAddress(ended?.address ?? row.subject)}${size}`,
  )
  if (ended === undefined) {
    desk.raise({
      code: 'dma-unmap-mismatch',
      step: row.step,
      allocation: row.allocation,
      key: `unmap of nothing ${row.site}`,
      because: desk.blameFor(row.allocation),
      message: `${call} ends no mapping: ${list ? 'this list is not mapped' : 'no mapping starts at this address'}`,
      story: [usedLine(scene, row)],
      fix: 'unmap with exactly the address that the map returned',
      kernel,
    })
    return
  }
  desk.raise({
    code: 'dma-double-unmap',
    step: row.step,
    allocation: ended.allocation,
    because: desk.blameFor(ended.allocation),
    message:
      `${call} ends a mapping that was ended before: with an IOMMU the address may belong to another ` +
      `mapping by now`,
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
    fix: 'unmap once; set the handle to an invalid value or keep a flag',
    kernel,
  })
}

interface Difference {
  readonly message: string
  readonly kernel: string
  readonly fix: string
}

const PARTNER: Readonly<Record<number, number>> = {
  [Op.dma_map_single]: Op.dma_unmap_single,
  [Op.dma_map_page]: Op.dma_unmap_page,
}

/** How an unmap differs from its map; null if it does not. */
function differs(scene: Scene, row: Row, mapping: DmaMapping): Difference | null {
  const at = deviceAddress(mapping.address)
  const bytes = bytesOf(mapping)
  const list = isListOp(row.op)
  const partner = PARTNER[mapping.op]
  if (list !== mapping.isList || (partner !== undefined && partner !== row.op)) {
    const to = mapping.isList ? 'dma_unmap_sg' : OP_NAMES[partner ?? row.op]
    const silent = list === mapping.isList
    const type = list ? 'scatter-gather' : 'single'
    return {
      message: `${OP_NAMES[row.op]}() ends a mapping that ${OP_NAMES[mapping.op]}() made`,
      fix: `end it with ${to}()`,
      kernel: silent
        ? ''
        : dmaApi(
            scene,
            row,
            `frees DMA memory with wrong function ${at} [size=${bytes} bytes] ` +
              `[mapped as ${typeName(mapping)}] [unmapped as ${type}]`,
          ),
    }
  }
  if (list && row.b !== mapping.size) {
    const rest = row.b < mapping.size ? 'the others stay mapped' : 'the others were never mapped'
    const returned = row.b === mapping.made ? ', the number that the map returned,' : ''
    return {
      message: `the list was mapped with ${mapping.size} entries and is unmapped with ${row.b}${returned}: ` + rest,
      fix: `unmap with the number given to the map (${mapping.size}), or use dma_unmap_sgtable()`,
      kernel: dmaApi(
        scene,
        row,
        `frees DMA sg list with different entry count [map count=${mapping.size}] [unmap count=${row.b}]`,
      ),
    }
  }
  if (!list && row.b !== mapping.size) {
    return {
      message: `${mapping.size} bytes were mapped and ${row.b} are unmapped`,
      fix: 'unmap with the size of the map',
      kernel: dmaApi(
        scene,
        row,
        `frees DMA memory with different size ${at} [map size=${mapping.size} bytes] [unmap size=${row.b} bytes]`,
      ),
    }
  }
  const direction = directionOf(row.a)
  if (direction === mapping.direction) return null
  const [was, is] = [directionName(mapping.direction), directionName(direction)]
  return {
    message: `the mapping was made for ${was} and is ended as ${is}`,
    fix: `unmap with the direction of the map: ${was}`,
    kernel: dmaApi(
      scene,
      row,
      `frees DMA memory with different direction ${at} [size=${bytes} bytes] ` +
        `[mapped with ${was}] [unmapped with ${is}]`,
    ),
  }
}

function mismatch(scene: Scene, row: Row, mapping: DmaMapping, { message, fix, kernel }: Difference): void {
  const { desk, story } = scene
  desk.raise({
    code: 'dma-unmap-mismatch',
    step: row.step,
    allocation: mapping.allocation,
    // Another mapping of the same buffer is another mistake; a loop over buffers is not.
    key: `unmap-mismatch ${mapping.step}`,
    byPlace: true,
    because: desk.blameFor(mapping.allocation),
    message,
    story: [
      ...(mapping.allocation === 0 ? [] : [story.allocated(mapping.allocation)]),
      mapLine(scene, mapping),
      usedLine(scene, row),
    ],
    fix,
    kernel,
  })
}

/** True if a mapping covers a range of DMA addresses. */
function liesIn(mapping: DmaMapping, address: number, bytes: number): boolean {
  return address >= mapping.address && address + bytes <= mapping.address + mapping.size
}

/** A sync of a range that no mapping covers, or in another direction. */
export function syncRule(scene: Scene, row: Row): void {
  const { ledger, names, desk } = scene
  const mapping = ledger.dma.mapping(rightOf(row.a))
  const direction = directionOf(row.a)
  if (mapping === undefined) {
    const list = isListSync(row.op)
    const past = ledger.dma.mappings.findLast(
      (old) => !old.isCoherent && old.isList === list && (list ? old.range : old.address) === row.subject,
    )
    if (past !== undefined && past.right === 0) {
      if (!past.checked) uncheckedMap(scene, row, past)
      return
    }
    // Coherent memory needs no sync, and one does nothing to it: dma-debug finds its mapping and is silent.
    if (!list && ledger.dma.live().some((one) => one.isCoherent && liesIn(one, row.subject, row.b))) return
    desk.raise({
      code: 'dma-unmap-mismatch',
      step: row.step,
      allocation: past?.allocation ?? 0,
      key: `sync of nothing ${row.site}`,
      because: desk.blameFor(past?.allocation ?? 0),
      message:
        past?.endedAt !== undefined && past.endedAt !== 0
          ? `${names.call(row.site, row.op)} comes after the mapping was ended`
          : `${names.call(row.site, row.op)} names a range that lies in no mapping`,
      story: [...(past === undefined ? [] : [mapLine(scene, past)]), usedLine(scene, row)],
      fix: 'sync only what is mapped: before the unmap, and not beyond the size of the map',
      kernel: dmaApi(
        scene,
        row,
        `tries to sync DMA memory it has not allocated ${deviceAddress(row.subject)} [size=${row.b} bytes]`,
      ),
    })
    return
  }
  if (mapping.isList && isListSync(row.op) && row.b !== mapping.size) {
    mismatch(scene, row, mapping, {
      message: `the list was mapped with ${mapping.size} entries and is synced with ${row.b}`,
      fix: `sync with the number given to the map (${mapping.size}), or use the calls for an sg_table`,
      kernel: dmaApi(
        scene,
        row,
        `syncs DMA sg list with different entry count [map count=${mapping.size}] [sync count=${row.b}]`,
      ),
    })
    return
  }
  if (direction === mapping.direction || mapping.direction === 0) return
  const [was, is] = [directionName(mapping.direction), directionName(direction)]
  mismatch(scene, row, mapping, {
    message: `the mapping was made for ${was} and is synced as ${is}`,
    fix: `sync with the direction of the map: ${was}`,
    kernel: wrongSync(scene, row, mapping, [was, is]),
  })
}
