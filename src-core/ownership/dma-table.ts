/**
 * The shadow of scatterlists, DMA mappings and devices, folded from the trace: what each entry names, which ranges a
 * device reaches, and who owns them, CPU or device (KERNEL_FACTS 6.4).
 */
import { Field } from '../trace/fields.ts'
import { DMA_RIGHTS, Flag, NO_SUBJECT, Op, SgField } from '../trace/ops.ts'
import type { Row } from './row.ts'

/** One DMA mapping, live or ended; a map that failed has right 0. */
export interface DmaMapping {
  readonly right: number
  /** Operation kind, step and site of the map. */
  readonly op: number
  readonly step: number
  readonly site: number
  /** Memory mapped: an allocation; of a list that of its first entry. */
  readonly allocation: number
  readonly isList: boolean
  readonly isCoherent: boolean
  /** Physical address of the first byte; first entry of a list. */
  readonly range: number
  /** DMA address (low 32 bits). */
  readonly address: number
  /** Bytes; of a list the entries given. */
  readonly size: number
  /** DMA entries made of a list. */
  readonly made: number
  readonly direction: number
  /** Its result was checked, or the mistake was told. Of a list only what the text shows counts: `isUnchecked`. */
  checked: boolean
  /** Step that ended it; 0 = it lives. */
  endedAt: number
  /** Rows of the right table. */
  readonly rows: number[]
  /** Bytes that the CPU owns: from, to (exclusive), counted from the start of the mapping. */
  cpuOwned: readonly (readonly [number, number])[]
  /** Physical ranges of a list's entries when it was mapped. */
  readonly segments: readonly { readonly phys: number; readonly length: number; readonly memory: number }[]
  /** The count of the table that was read last: what a loop is bounded by. */
  lastCount: number
  /** CPU side of the entries that a loop bounded by `nents` looked at; its first step and site. */
  walk: { readonly step: number; readonly site: number; readonly seen: Set<number> } | null
}

export interface DmaDeviceInfo {
  readonly id: number
  readonly site: number
  /** Index of its name in the run's strings. */
  readonly name: number
}

const SYNCS_FOR_CPU = new Set<number>([Op.dma_sync_single_for_cpu, Op.dma_sync_sg_for_cpu, Op.dma_sync_sgtable_for_cpu])
const SYNCS_FOR_DEVICE = new Set<number>([
  Op.dma_sync_single_for_device,
  Op.dma_sync_sg_for_device,
  Op.dma_sync_sgtable_for_device,
])
const MAPS = new Set<number>([Op.dma_map_single, Op.dma_map_page, Op.dma_map_sg, Op.dma_map_sgtable])

export function isListOp(op: number): boolean {
  return LIST_OPS.has(op)
}
const LIST_OPS = new Set<number>([Op.dma_map_sg, Op.dma_map_sgtable, Op.dma_unmap_sg, Op.dma_unmap_sgtable])
export function isSync(op: number): boolean {
  return SYNCS_FOR_CPU.has(op) || SYNCS_FOR_DEVICE.has(op)
}
/** A sync after which the CPU owns the memory. */
export function isSyncForCpu(op: number): boolean {
  return SYNCS_FOR_CPU.has(op)
}
/** A sync that names a list, not an address. */
export function isListSync(op: number): boolean {
  return isSync(op) && op !== Op.dma_sync_single_for_cpu && op !== Op.dma_sync_single_for_device
}
export function isMap(op: number): boolean {
  return MAPS.has(op)
}
/** Right id and direction of a row's first detail. */
export function rightOf(a: number): number {
  return a % DMA_RIGHTS
}
export function directionOf(a: number): number {
  return Math.floor(a / DMA_RIGHTS)
}

export class DmaTable {
  /** Mappings in the order of the run, failed ones too. */
  readonly mappings: DmaMapping[] = []
  readonly devices: DmaDeviceInfo[] = []
  /** Unbinds of devices that had mappings left. */
  readonly unbinds: { readonly step: number; readonly device: number; readonly left: number }[] = []
  /** A driver was released from a device, which from then on reaches nothing. */
  isAnyUnbound = false
  /** The mapping that the row folded last began, ended. */
  begun: DmaMapping | null = null
  ended: DmaMapping | null = null
  private readonly byRight = new Map<number, DmaMapping>()
  /** Mappings in force, and failed maps whose result nobody checked yet. */
  private readonly inForce = new Set<DmaMapping>()
  private readonly unchecked = new Set<DmaMapping>()
  private readonly address: number[] = []
  private readonly length: number[] = []
  private readonly memory: number[] = []

  mapping(right: number): DmaMapping | undefined {
    return this.byRight.get(right)
  }

  /** True while any mapping is in force. */
  get isAnyInForce(): boolean {
    return this.inForce.size > 0
  }

  /** Mappings in force, oldest first. */
  live(): DmaMapping[] {
    return [...this.inForce]
  }

  /** The live mapping of a list that an entry lies in, and the entry's place in it. */
  listOf(entry: number): { readonly mapping: DmaMapping; readonly at: number } | null {
    let found: { mapping: DmaMapping; at: number } | null = null
    for (const mapping of this.inForce) {
      const at = entry - mapping.range
      if (mapping.isList && at >= 0 && at < mapping.size) found = { mapping, at }
    }
    return found
  }

  /** Allocation whose memory an entry named when it was set; 0 = none. */
  memoryOf(entry: number): number {
    return this.memory[entry] ?? 0
  }

  /** Memory that a mapping covers: allocation and one of its frames, each once. */
  memoriesOf(mapping: DmaMapping, shift: number): Map<number, number> {
    if (!mapping.isList) return new Map([[mapping.allocation, mapping.range >>> shift]])
    const out = new Map<number, number>()
    for (const { phys, memory } of mapping.segments) if (!out.has(memory)) out.set(memory, phys >>> shift)
    return out
  }

  fold(row: Row, memoryAt: (phys: number) => number): void {
    this.begun = null
    this.ended = null
    row.deltas(Field.SG_ADDRESS, (entry, _old, next) => {
      this.address[entry] = next
      this.memory[entry] = next === 0 ? 0 : memoryAt(next)
    })
    row.deltas(Field.SG_LENGTH, (entry, _old, next) => {
      this.length[entry] = next
    })
    const { op } = row
    if (op === Op.sg_set_buf || op === Op.sg_init_one || op === Op.sg_set_page)
      this.memory[row.subject] = row.allocation
    else if (op === Op.device) this.devices.push({ id: row.subject, site: row.site, name: row.a })
    else if (op === Op.device_unbind) this.unbound(row)
    else if (isMap(op) || op === Op.dma_alloc_coherent) this.begin(row)
    else if (op === Op.dma_mapping_error) this.check(row)
    else if (isSync(op)) this.sync(row)
    else if (op === Op.sg_field && row.a >= SgField.NENTS && row.a !== SgField.SGL) this.count(row)
    row.deltas(Field.DMA_ADDRESS, (right, _old, next) => {
      const mapping = this.byRight.get(right)
      if (mapping === undefined || next !== 0 || mapping === this.begun) return
      mapping.endedAt = row.step
      this.inForce.delete(mapping)
      this.ended = mapping
    })
  }

  private unbound(row: Row): void {
    this.isAnyUnbound = true
    if (row.a > 0) this.unbinds.push({ step: row.step, device: row.subject, left: row.a })
  }

  private begin(row: Row): void {
    const isCoherent = row.op === Op.dma_alloc_coherent
    const failed = row.has(Flag.FAILED)
    if (row.has(Flag.FAULT) || (isCoherent && failed)) return
    const isList = isListOp(row.op)
    let range = failed && isList ? row.subject : 0
    let address = failed ? NO_SUBJECT : 0
    row.deltas(Field.DMA_RANGE, (_right, _old, next) => (range = next))
    row.deltas(Field.DMA_ADDRESS, (_right, _old, next) => (address = next))
    const size = isList ? row.b & 0xffff : row.b
    const segments = this.segmentsOf(row, range)
    const mapping: DmaMapping = {
      right: rightOf(row.a),
      op: row.op,
      step: row.step,
      site: row.site,
      allocation: row.allocation,
      isList,
      isCoherent,
      range,
      address,
      size,
      made: isList ? row.b >>> 16 : 1,
      direction: isCoherent ? 0 : directionOf(row.a),
      checked: isCoherent || row.has(Flag.VMALLOC | Flag.WILD),
      endedAt: 0,
      rows: [],
      cpuOwned: [],
      segments,
      // The count that dma_map_sg() returned is what a loop of its own is bounded by, unless it goes on.
      lastCount: row.op === Op.dma_map_sg && row.b >>> 16 > 1 ? SgField.NENTS : 0,
      walk: null,
    }
    this.mappings.push(mapping)
    if (mapping.right === 0) {
      this.unchecked.add(mapping)
      return
    }
    this.inForce.add(mapping)
    this.byRight.set(mapping.right, mapping)
    if (!isCoherent) this.begun = mapping
  }

  /** What a map covers: the buffer at `range`, or the entries from `range`. */
  segmentsOf(row: Row, range: number): DmaMapping['segments'] {
    if (!isListOp(row.op)) return [{ phys: range, length: row.b, memory: row.allocation }]
    return Array.from({ length: row.b & 0xffff }, (_, i) => ({
      phys: this.address[range + i] ?? 0,
      length: this.length[range + i] ?? 0,
      memory: this.memory[range + i] ?? 0,
    }))
  }

  /** dma_mapping_error(): the maps that returned this address are checked. */
  private check(row: Row): void {
    for (const mapping of row.subject === NO_SUBJECT ? this.unchecked : this.inForce) {
      if (mapping.isList || mapping.address !== row.subject) continue
      mapping.checked = true
      this.unchecked.delete(mapping)
    }
  }

  private sync(row: Row): void {
    const mapping = this.byRight.get(rightOf(row.a))
    if (mapping === undefined) return
    const all = mapping.segments.reduce((sum, { length }) => sum + length, 0)
    const from = mapping.isList ? 0 : row.subject - mapping.address
    const to = mapping.isList ? all : from + row.b
    const kept = mapping.cpuOwned.flatMap(([a, b]): (readonly [number, number])[] =>
      [[a, Math.min(b, from)] as const, [Math.max(a, to), b] as const].filter(([x, y]) => x < y),
    )
    mapping.cpuOwned = SYNCS_FOR_CPU.has(row.op) ? [...kept, [from, to]] : kept
  }

  /** `sgt.nents` or `sgt.orig_nents` was read. */
  private count(row: Row): void {
    const list = this.listOf(row.subject)
    if (list !== null) list.mapping.lastCount = row.a
  }

  /** True if the CPU owns all of [from, to) of a mapping. */
  isCpuOwned(mapping: DmaMapping, from: number, to: number): boolean {
    return mapping.cpuOwned.some(([a, b]) => a <= from && to <= b)
  }
}
