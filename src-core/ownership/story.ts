/** The story of a piece of memory, told from the ledger: allocated, referenced, mapped, freed, used (DESIGN §5). */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { CacheInfo, MachineInfo, TaskInfo } from '../trace/record.ts'
import { hex, kernelAddress } from './addresses.ts'
import type { FindingCandidate, FindingLine, FindingRight } from './finding.ts'
import type { Ledger } from './ledger.ts'
import type { Names } from './names.ts'
import { isSlabObject } from './op-classes.ts'
import { isBlockRight, RightKind } from './right-table.ts'

/** Most lines of one role in a story: a loop that takes a thousand references is told by its first few. */
const MOST_LINES = 4

export interface StoryContext {
  readonly ledger: Ledger
  readonly names: Names
  readonly machine: MachineInfo
  tasks(): readonly TaskInfo[]
  caches(): readonly CacheInfo[]
}

export class StoryTeller {
  /** The first rights on memory, as far as they were looked for, with the newest right there was then. */
  private readonly firsts = new Map<string, { readonly rows: readonly number[]; readonly newest: number }>()

  constructor(private readonly context: StoryContext) {}

  task(id: number): string {
    return this.context.tasks()[id]?.name ?? `task ${id}`
  }

  pid(id: number): number {
    return this.context.tasks()[id]?.pid ?? 0
  }

  cache(id: number): string {
    return this.context.caches()[id]?.name ?? 'cache'
  }

  address(allocation: number): string {
    const table = this.context.ledger.allocations
    return hex(
      this.context.machine,
      kernelAddress(this.context.machine, table.kind(allocation), table.base(allocation)),
    )
  }

  /** Allocated, referenced, mapped, freed: what there is to tell of an allocation, in the order of the run. */
  of(allocation: number): FindingLine[] {
    const { ledger, names } = this.context
    const table = ledger.allocations
    if (allocation === 0) return []
    const lines: FindingLine[] = [this.allocated(allocation)]
    const slab = table.slab(allocation)
    lines.push(
      ...this.references(
        slab === 0 ? allocation : slab,
        table.bornAt(allocation),
        isSlabObject(table.kind(allocation)),
      ),
    )
    lines.push(...this.mappings(slab === 0 ? allocation : slab, table.bornAt(allocation)))
    if (slab !== 0) lines.push(...this.mappings(allocation, table.bornAt(allocation)))
    const freed = table.freedAt(allocation)
    if (freed !== 0) {
      const text = names.call(table.freeSite(allocation), table.freedBy(allocation))
      lines.push({
        role: 'freed',
        step: freed,
        text: `${text}${this.byWhom(table.freeTask(allocation), table.task(allocation))}`,
      })
    } else if (table.ownerEnd(allocation) !== 0 && table.ownerEndOp(allocation) !== 0) {
      lines.push({
        role: 'freed',
        step: table.ownerEnd(allocation),
        text: isSlabObject(table.kind(allocation))
          ? `${names.call(ledger.steps.site(table.ownerEnd(allocation)), table.ownerEndOp(allocation))} — the memory ` +
            'goes back after a grace period'
          : 'the owner gave up its right; other references kept the memory',
      })
    }
    return lines.sort((x, y) => x.step - y.step)
  }

  allocated(allocation: number): FindingLine {
    const { ledger, names, machine } = this.context
    const table = ledger.allocations
    const what = names.call(table.site(allocation), table.madeBy(allocation))
    const address = kernelAddress(machine, table.kind(allocation), table.base(allocation))
    const at = address === 0n ? '' : ` ${hex(this.context.machine, address)}`
    return {
      role: 'allocated',
      step: table.bornAt(allocation),
      text: `${what} → ${this.noun(allocation)}${at}, owner: ${this.task(table.task(allocation))}`,
    }
  }

  private noun(allocation: number): string {
    const { ledger, machine, names } = this.context
    const table = ledger.allocations
    const pages = Math.ceil(table.size(allocation) / 2 ** machine.pageShift)
    switch (table.kind(allocation)) {
      case AllocationKind.KMALLOC:
        return `${this.cacheName(allocation)} object`
      case AllocationKind.CACHE_OBJECT: {
        const cache = this.context.caches()[table.cache(allocation) - 1]
        return cache === undefined ? 'cache object' : `${cache.name} object`
      }
      case AllocationKind.PAGES:
      case AllocationKind.COMPOUND:
        return pages === 1 ? 'page' : `${pages} pages`
      default:
        return names.kind(allocation)
    }
  }

  private cacheName(allocation: number): string {
    const size = this.context.ledger.allocations.size(allocation)
    const classes = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768]
    const fit = classes.find((bytes) => bytes >= size) ?? 32768
    return `kmalloc-${fit >= 1024 ? `${fit / 1024}k` : fit}`
  }

  private references(holder: number, since: number, ofObject: boolean): FindingLine[] {
    const { ledger, names } = this.context
    const { rights } = ledger
    return this.first(holder, since, true).map((row) => {
      const text = names.call(rights.site(row), 0)
      const took =
        rights.kind(row) === RightKind.LRU_BATCH
          ? ' — by the LRU batch of the cpu, until it is drained'
          : rights.kind(row) === RightKind.BELIEF
            ? ' — took nothing: pages of this kind have no reference count in this era'
            : ofObject
              ? ' — keeps the page, not the object: slab decides when the object dies'
              : ''
      const dropped = rights.to(row) === 0 ? '' : ` (dropped at step ${rights.to(row)})`
      return { role: 'referenced', step: rights.from(row), text: `${text}${took}${dropped}` }
    })
  }

  private mappings(holder: number, since: number): FindingLine[] {
    const { ledger, names } = this.context
    const { rights } = ledger
    return this.first(holder, since, false).map((row) => {
      const ended = rights.to(row) === 0 ? '' : ` (unmapped at step ${rights.to(row)})`
      return { role: 'mapped', step: rights.from(row), text: `${names.call(rights.site(row), 0)}${ended}` }
    })
  }

  /** Rows of the first block rights (or the first mappings) taken on an allocation since a step, oldest first. */
  private first(holder: number, since: number, blocks: boolean): readonly number[] {
    const { rights, allocations } = this.context.ledger
    const key = `${holder} ${since} ${blocks}`
    const known = this.firsts.get(key) ?? { rows: [], newest: 0 }
    if (known.rows.length === MOST_LINES) return known.rows
    const newest = allocations.rights(holder)
    const more: number[] = []
    for (let row = newest; row !== known.newest && rights.from(row) >= since; row = rights.older(row)) {
      if (isBlockRight(rights.kind(row)) === blocks) more.push(row)
    }
    const rows = [...known.rows, ...more.reverse()].slice(0, MOST_LINES)
    this.firsts.set(key, { rows, newest })
    return rows
  }

  private byWhom(task: number, owner: number): string {
    return task === owner ? '' : `, by ${this.task(task)}`
  }

  /** Rights in force on an allocation and, for a slab object, on its page. */
  rightsLeft(allocation: number): FindingRight[] {
    const { ledger } = this.context
    const table = ledger.allocations
    const rights = (kind: number): boolean => kind !== RightKind.BELIEF
    const rows = ledger.held(allocation, rights)
    const slab = table.slab(allocation)
    if (slab !== 0) rows.push(...ledger.held(slab, rights).filter((row) => ledger.reachesObject(row, allocation)))
    return rows.map((row) => {
      const right = ledger.right(row)
      return { kind: right.kind, on: right.on, step: right.from }
    })
  }

  /** The takings of rights that may be meant, oldest first. */
  candidates(rows: readonly number[]): FindingCandidate[] {
    const { ledger, names } = this.context
    const { rights } = ledger
    return rows.map((row) => ({
      step: rights.from(row),
      text: `${names.call(rights.site(row), rights.op(row))} by ${this.task(rights.task(row))}`,
    }))
  }

  /** Steps that made the plain pointers into an allocation. */
  pointers(allocation: number): number[] {
    const { ledger, names } = this.context
    const own = names.memory(allocation)
    const out: number[] = []
    const seen = new Set<string>()
    for (const row of ledger.pointerRows(allocation)) {
      const name = names.assigned(ledger.pointers.site(row))
      if (name === '' || name === own || seen.has(name)) continue
      seen.add(name)
      out.push(ledger.pointers.step(row))
    }
    return out
  }
}
