/**
 * Devices that walk tables of their own: follows what a driver writes into its tables, step by step, and performs the
 * device's accesses through its TLB. Every change of a leaf entry and every access is a row of the trace.
 */
import { DeviceTable, gpuEntryBits, type DeviceTranslation, type TableGeometry } from '../dma/device-table.ts'
import { GFP_KERNEL, __GFP_ZERO } from '../mm/gfp.ts'
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../trace/ops.ts'
import { countOf, wholeOf, wordOf } from './arguments.ts'
import type { Site, Surface } from './surface.ts'

const EINVAL = -22
const ENOMEM = -12
const EFAULT = -14
const MAX_BYTES = 2 ** 24
/** Rights in `flags` of `map`, if it is a number. */
export const GPU_READ = 1
export const GPU_WRITE = 2

export class GpuTables {
  private readonly list: DeviceTable[] = []
  /** Frames of known tables that the step wrote to. */
  private readonly touched = new Set<number>()
  /** Tables that `map` made, by device table. */
  private readonly owned = new Map<DeviceTable, number[]>()
  private rights = 0
  private busy = false

  constructor(private readonly s: Surface) {
    // A surface made for another execution watches nothing yet.
    s.kernel.memory.watch = null
    s.control.afterStep = null
  }

  create(site: Site, geometry: TableGeometry): DeviceTable {
    const { s } = this
    s.trace.begin(site)
    const table = new DeviceTable(this.list.length + 1, geometry, s.kernel, () => ++this.rights)
    this.list.push(table)
    s.kernel.memory.watch = (pfn) => this.touch(pfn)
    s.control.afterStep = () => this.after()
    s.done(Op.gpu_table, 0, table.id, geometry.levels, geometry.pageShift, 0)
    return table
  }

  private touch(pfn: number): void {
    for (const table of this.list) {
      const first = pfn - (pfn % table.tableFrames)
      if (table.tables.has(first)) this.touched.add(first)
    }
  }

  /** After each step: what became of tables that were written or freed. */
  private after(): void {
    if (this.busy) return
    this.busy = true
    const written = [...this.touched]
    this.touched.clear()
    for (const table of this.list) {
      for (const pfn of written) this.rows(table, () => table.follow(pfn))
      for (const { pfn, level, valid, reached, ended } of table.takeFreed()) {
        this.begin()
        this.s.done(Op.gpu_table_freed, 0, pfn, valid, level + 16 * table.id, reached ? Flag.WARNED : 0)
        for (const leaf of ended) this.ended(table, leaf)
      }
    }
    this.busy = false
  }

  private begin(): void {
    this.s.trace.begin(this.s.trace.lastSite)
  }

  private ended(table: DeviceTable, leaf: { readonly right: number; readonly pfn: number }): void {
    this.begin()
    this.s.done(Op.gpu_pte_clear, this.s.occupant(leaf.pfn), leaf.pfn >>> 0, leaf.right, table.id, 0)
  }

  private rows(table: DeviceTable, look: () => ReturnType<DeviceTable['follow']>): void {
    for (const { ended, begun } of look()) {
      if (begun === null) {
        if (ended !== null) this.ended(table, ended)
        continue
      }
      this.begin()
      this.s.done(Op.gpu_pte_set, this.s.occupant(begun.pfn), begun.pfn >>> 0, begun.right, ended?.right ?? 0, 0)
    }
  }

  /** A new zeroed table for `map`: its physical address, -1 = no memory. */
  private makeTable(table: DeviceTable): number {
    const { pages, info } = this.s.kernel
    const order = table.geometry.pageShift - info.pageShift
    const pfn = pages.waiting(() => pages.take(order, GFP_KERNEL | __GFP_ZERO))
    if (pfn < 0) return -1
    pages.prepare(pfn, order, GFP_KERNEL | __GFP_ZERO, packUse(FrameKind.TABLE, 0))
    const owned = this.owned.get(table)
    if (owned === undefined) this.owned.set(table, [pfn])
    else owned.push(pfn)
    return pfn * 2 ** info.pageShift
  }

  /** Gives back the tables that `map` made. */
  private freeTables(table: DeviceTable): void {
    const { pages, frames, info } = this.s.kernel
    for (const pfn of this.owned.get(table) ?? []) {
      frames.setRefcount(pfn, 0)
      pages.freeUnref(pfn, table.geometry.pageShift - info.pageShift)
    }
    this.owned.delete(table)
  }

  setRoot(site: Site, table: DeviceTable, phys: bigint | number | null): void {
    const { s } = this
    const word = phys === null ? 0n : wordOf(phys, 'the root')
    s.trace.begin(site)
    const root = word === 0n ? -1 : Number(BigInt.asUintN(52, word))
    if (root < 0) this.freeTables(table)
    this.root(table, root < 0 ? -1 : root - (root % table.pageSize))
    const pfn = root < 0 ? NO_SUBJECT : Math.floor(root / s.pageSize)
    s.done(Op.gpu_root, root < 0 ? 0 : s.occupant(pfn), pfn >>> 0, table.id, 0, 0)
    if (root >= 0) this.rows(table, () => table.scan(table.root, table.geometry.levels - 1))
  }

  /** The device walks from another table, -1 = from none. */
  private root(table: DeviceTable, to: number): void {
    const name = (at: number): number => (at < 0 ? 0 : Math.floor(at / this.s.pageSize) + 1)
    if (to !== table.root) this.s.trace.delta(Field.DEVICE_ROOT, table.id, name(table.root), name(to))
    table.root = to
  }

  private pageOf(table: DeviceTable, iova: number): number {
    return Math.floor(iova / table.pageSize) >>> 0
  }

  /** Maps one page. 0, -EINVAL (not aligned), -ENOMEM (no memory for a table). */
  map(site: Site, table: DeviceTable, iova: bigint | number, phys: bigint | number, flags: bigint | number): number {
    const { s } = this
    const at = table.mask(wordOf(iova, 'iova'))
    const to = Number(BigInt.asUintN(48, wordOf(phys, 'phys')))
    if (typeof flags !== 'bigint') wholeOf(flags, 'flags')
    s.trace.begin(site)
    const end = (errno: number): number => {
      s.done(Op.gpu_map, 0, this.pageOf(table, at), errno, table.id, errno < 0 ? Flag.FAILED : 0)
      return errno
    }
    if (at % table.pageSize !== 0 || to % table.pageSize !== 0) return end(EINVAL)
    if (table.root < 0) {
      const made = this.makeTable(table)
      if (made < 0) return end(ENOMEM)
      this.root(table, made)
    }
    const entry = table.leafEntry(at, () => this.makeTable(table))
    if (entry < 0) return end(table.root + table.pageSize > s.kernel.config.memory ? EFAULT : ENOMEM)
    const old = s.kernel.memory.readU64(entry)
    if (old !== 0n) {
      s.log.line('err', `map_pages: Page at IOVA 0x${at.toString(16)} is mapped (PTE: 0x${old.toString(16)})`)
    }
    const bits =
      typeof flags === 'bigint' ? flags | 3n : gpuEntryBits((flags & GPU_READ) !== 0, (flags & GPU_WRITE) !== 0)
    s.kernel.memory.writeU64(entry, BigInt(to) | BigInt.asUintN(64, bits))
    const result = end(0)
    this.rows(table, () => table.scan(table.root, table.geometry.levels - 1))
    return result
  }

  /** Clears the entries of a range. Tables stay, and so does what the device has cached. */
  unmap(site: Site, table: DeviceTable, iova: bigint | number, bytes: number): number {
    const { s } = this
    const first = table.mask(wordOf(iova, 'iova'))
    countOf(bytes, 'bytes')
    s.trace.begin(site)
    if (first % table.pageSize !== 0 || bytes % table.pageSize !== 0) {
      s.done(Op.gpu_unmap, 0, this.pageOf(table, first), EINVAL, table.id, Flag.FAILED)
      return EINVAL
    }
    for (let at = first; at < first + bytes; at += table.pageSize) {
      const entry = table.leafEntry(at, null)
      if (entry < 0) continue
      if ((s.kernel.memory.readU64(entry) & 3n) !== 3n) {
        s.log.line('err', `unmap_pages: Page at IOVA 0x${at.toString(16)} is not mapped`)
      }
      if (s.kernel.memory.readU64(entry) !== 0n) s.kernel.memory.writeU64(entry, 0n)
    }
    s.done(Op.gpu_unmap, 0, this.pageOf(table, first), 0, table.id, 0)
    return 0
  }

  /** Drops cached entries: of one page, or all. */
  invalidate(site: Site, table: DeviceTable, iova: bigint | number | undefined): void {
    const { s } = this
    const at = iova === undefined || iova === null ? -1 : table.mask(wordOf(iova, 'iova'))
    s.trace.begin(site)
    const dropped = table.invalidate(at)
    s.done(Op.gpu_tlbi, 0, at < 0 ? NO_SUBJECT : this.pageOf(table, at), table.id, dropped, 0)
  }

  /** Rows of what a translation did: tables it read that are free, an entry it cached. */
  private looked(site: Site, table: DeviceTable, found: DeviceTranslation): void {
    const { s } = this
    for (const { pfn, level } of found.freed) {
      s.trace.begin(site)
      s.done(Op.gpu_walk_freed, s.occupant(pfn), pfn, level, table.id, 0)
    }
    if (!found.filled) return
    const pfn = Math.floor(found.phys / s.pageSize)
    s.trace.begin(site)
    s.done(Op.gpu_tlb_fill, s.occupant(pfn), pfn, found.right, table.id, 0)
  }

  /** Where the device gets with an address: physical, -1 = fault. */
  translate(site: Site, table: DeviceTable, iova: bigint | number): number {
    const { s } = this
    const found = table.translate(table.mask(wordOf(iova, 'iova')))
    this.looked(site, table, found)
    s.trace.begin(site)
    const pfn = found.phys < 0 ? NO_SUBJECT : Math.floor(found.phys / s.pageSize)
    const flags = (found.phys < 0 ? Flag.WILD : 0) | (found.stale ? Flag.WARNED : 0)
    s.done(Op.gpu_translate, found.phys < 0 ? 0 : s.occupant(pfn), pfn >>> 0, found.right, table.id, flags)
    return found.phys
  }

  /** The device accesses bytes page by page; each page is one row. */
  private access(
    site: Site,
    table: DeviceTable,
    iova: bigint | number,
    length: number,
    kind: number,
    act: (phys: number, done: number, run: number) => void,
  ): void {
    const { s } = this
    const first = table.mask(wordOf(iova, 'iova'))
    for (let done = 0; done < length;) {
      const at = first + done
      const run = Math.min(length - done, s.pageSize - (at % s.pageSize))
      const found = table.translate(at)
      this.looked(site, table, found)
      const allowed = found.phys >= 0 && (kind === Op.gpu_write ? found.write : found.read)
      s.trace.begin(site)
      if (allowed) act(found.phys, done, run)
      const memory = allowed ? s.memoryAt(found.phys) : 0
      const flags = allowed ? (found.stale ? Flag.WARNED : 0) : Flag.WILD
      s.done(kind, memory, allowed ? found.phys : NO_SUBJECT, found.right, run, flags)
      done += run
    }
  }

  /** Bytes that the device reads; a fault reads as 0xff. */
  read(site: Site, table: DeviceTable, iova: bigint | number, n: number): Uint8Array {
    const bytes = new Uint8Array(this.s.integer(n, 'n', 0, MAX_BYTES)).fill(0xff)
    this.access(site, table, iova, bytes.length, Op.gpu_read, (phys, done, run) => {
      bytes.set(this.s.kernel.memory.bytes(phys, run), done)
    })
    return bytes
  }

  /** The device writes bytes; a fault writes nothing. */
  write(site: Site, table: DeviceTable, iova: bigint | number, bytes: Uint8Array | readonly number[]): void {
    if (!Array.isArray(bytes) && !ArrayBuffer.isView(bytes)) throw new TypeError('bytes has to be an array of bytes')
    const data = Uint8Array.from(bytes)
    this.access(site, table, iova, data.length, Op.gpu_write, (phys, done, run) => {
      this.s.kernel.memory.writeBytes(phys, data.subarray(done, done + run))
    })
  }
}
