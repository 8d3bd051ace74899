/**
 * The judge: feeds a trace through the ledger, shows the notable rows to the rules, and hands back findings.
 * It only reads the trace: with the rules off the trace has the same bytes (DESIGN §1.3).
 */
import type { Site } from '../compiler/contract.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field, TaskState } from '../trace/fields.ts'
import { Family, Flag, KindFlag, OP_FAMILY, Op } from '../trace/ops.ts'
import type { CacheInfo, MachineInfo, Outcome, RunRecord, TaskInfo } from '../trace/record.ts'
import { Mark, type SpareRows } from './allocation-table.ts'
import { Desk } from './desk.ts'
import type { Finding } from './finding.ts'
import { Ledger } from './ledger.ts'
import { Names } from './names.ts'
import { IS_CACHE_ALLOC, IS_FOLIO_OP, IS_PAGE_FREE, IS_USER_GET, isDmaOp, isPageKind, isUserMap } from './op-classes.ts'
import type { Row } from './row.ts'
import { accessRule, resizeRule } from './rules/access.ts'
import { assertRule, exceptionRule, notSimulatedRule } from './rules/assertions.ts'
import { staleCacheRule } from './rules/caches.ts'
import { deadlockRule } from './rules/deadlocks.ts'
import { contextRule } from './rules/contexts.ts'
import { deviceTableRule } from './rules/device-tables.ts'
import { dmaRule, mappingsLeft, mixupsLeft } from './rules/dma.ts'
import { flagRule, flagsLeft, mappingRule } from './rules/flags.ts'
import { poisonReportRule, slubReportRule } from './rules/kernel-findings.ts'
import { deferRule, freeRule } from './rules/frees.ts'
import { headTestRule, staleHandleRule } from './rules/identity.ts'
import { kmapLeaks, unmapRule } from './rules/kmap.ts'
import { leakRule, noteFailedRealloc } from './rules/leaks.ts'
import { addressRule } from './rules/null-and-wild.ts'
import { lruRule, reclaimRule } from './rules/reclaim.ts'
import { Races } from './rules/races.ts'
import { freedWhileMapped, leavesRights } from './rules/reachable.ts'
import { folioRule, getRule } from './rules/gets.ts'
import { longtermRule, pinsPutBack, userGetRule } from './rules/pins.ts'
import { putRule } from './rules/puts.ts'
import { nameClauses, rustRule, secondReleases } from './rules/rust.ts'
import { Uninitialised } from './rules/uninitialised.ts'
import { splitRule } from './rules/splits.ts'
import { areaRule, userMapRule, zapRule, zapsThatMissed } from './rules/user-mappings.ts'
import { vfreesThatLeaked } from './rules/vmap.ts'
import type { Scene } from './scene.ts'
import { maySleep } from './sleepers.ts'
import { StoryTeller } from './story.ts'

/** What the judge needs beside the trace. The functions give the tables as they are so far; they grow during a run. */
export interface JudgeContext {
  readonly sites: readonly Site[]
  readonly files: readonly string[]
  readonly machine: MachineInfo
  readonly era: string
  tasks(): readonly TaskInfo[]
  caches(): readonly CacheInfo[]
  strings(): readonly string[]
  /** Rows of an older judge's ledger that nobody reads any more. */
  readonly spareRows?: SpareRows | null
}

/** Rows that the rules of reclaim look at, in runs with shrinkers. */
const HAS_RECLAIM = Uint8Array.from(OP_FAMILY, (family, op) =>
  family === Family.LOCK ||
  family === Family.UNLOCK ||
  family === Family.ALLOC ||
  op === Op.shrink_scan ||
  op === Op.shrink_scanned
    ? 1
    : 0,
)

/** Rows that are folded at once where the rules may have something to say, before that is asked again. */
const BATCH = 2048
/** Rows that are folded at once where they have not: what the ledger writes for them stays in the cache. */
const QUIET_BATCH = 8192

export class Judge {
  readonly ledger: Ledger
  private readonly scene: Scene
  private readonly desk: Desk
  private readonly races: Races
  private readonly uninitialised: Uninitialised
  private folded = 0
  private readonly chunks: TraceChunk[] = []

  constructor(context: JudgeContext) {
    const tasks = (): readonly TaskInfo[] => context.tasks()
    const ledger: Ledger = new Ledger(
      context.machine,
      tasks,
      (get, put): number => names.affinity(get, put),
      context.spareRows,
    )
    this.races = new Races(tasks)
    this.uninitialised = new Uninitialised(context.machine, ledger.allocations)
    const names: Names = new Names(context.sites, ledger.allocations)
    const caches = (): readonly CacheInfo[] => context.caches()
    const story = new StoryTeller({ ledger, names, machine: context.machine, tasks, caches })
    this.ledger = ledger
    this.desk = new Desk({
      taint: (allocation) => ledger.allocations.addMark(allocation, Mark.TAINTED),
      siteOf: (step) => ledger.steps.site(step),
      taskOf: (step) => ledger.steps.task(step),
      originOf: (allocation) => ledger.allocations.site(allocation),
      told: (step) =>
        `${names.call(ledger.steps.site(step), ledger.steps.op(step))}, by ${story.task(ledger.steps.task(step))}`,
    })
    this.scene = {
      ledger,
      names,
      desk: this.desk,
      story,
      machine: context.machine,
      era: context.era,
      strings: () => context.strings(),
    }
  }

  /** Folds the rows of a chunk that were not folded yet. Call it again when the chunk has grown. */
  feed(chunk: TraceChunk): void {
    this.chunks[chunk.index] = chunk
    const to = chunk.opCount
    let at = Math.max(0, this.folded + 1 - chunk.firstStep)
    if (at >= to) return
    while (at < to) {
      at = this.quietRows(chunk, at, to)
      const end = Math.min(at + BATCH, to)
      if (at < end) this.rows(chunk, at, end)
      at = end
    }
    this.folded = chunk.firstStep + to - 1
  }

  /** Folds rows from `from` on as far as no rule has anything to say; returns the first that it did not. */
  private quietRows(chunk: TraceChunk, from: number, to: number): number {
    let at = from
    for (let end = from; at === end && at < to;) {
      const { quietFrames } = this.uninitialised
      if (quietFrames === null || !this.races.isIdle(chunk.ops.task[at])) break
      end = Math.min(at + QUIET_BATCH, to)
      at = this.ledger.feedQuiet(chunk, at, end, quietFrames)
    }
    return at
  }

  /** Folds rows [from, to): by each of those that fold the trace, one after the other. */
  private rows(chunk: TraceChunk, from: number, to: number): void {
    let at = from
    const races = this.races.feed(chunk, from, to)
    const unwritten = this.uninitialised.feed(chunk, from, to)
    const pending = unwritten.length === 0 ? races : [...races, ...unwritten].sort((x, y) => x.step - y.step)
    for (const { step, tell } of pending) {
      const end = step - chunk.firstStep + 1
      if (end > at) this.ledger.feed(chunk, at, end, this)
      at = Math.max(at, end)
      tell(this.scene)
    }
    if (at < to) this.ledger.feed(chunk, at, to, this)
  }

  /**
   * A notable row, before it takes effect (`Witness`). A step that ended its task is a mistake even if the rules of its
   * kind have nothing to say of it.
   */
  row(row: Row): void {
    const { stated } = this.desk
    this.rulesOf(row)
    if (row.has(Flag.FAULT) && this.desk.stated === stated) addressRule(this.scene, row)
  }

  private rulesOf(row: Row): void {
    const { scene } = this
    if (this.ledger.contexts.of(row.task) !== 0 && maySleep(row.op)) contextRule(scene, row)
    if (HAS_RECLAIM[row.op] === 1) reclaimRule(scene, row)
    if (isDmaOp(row.op)) {
      dmaRule(scene, row)
      return
    }
    switch (OP_FAMILY[row.op]) {
      case Family.READ:
      case Family.WRITE:
        accessRule(scene, row)
        break
      case Family.FREE:
        if (IS_PAGE_FREE[row.op] === 1) this.flags(row)
        freeRule(scene, row)
        break
      case Family.GET:
        getRule(scene, row)
        if (IS_USER_GET[row.op] === 1 && row.allocation !== 0) userGetRule(scene, row)
        break
      case Family.MAP:
        if (isUserMap(row.op)) userMapRule(scene, row)
        else {
          staleHandleRule(scene, row)
          addressRule(scene, row)
        }
        break
      case Family.PUT:
        this.flags(row)
        putRule(scene, row)
        break
      case Family.UNMAP:
        if (row.op === Op.zap_pte || row.op === Op.pte_clear) zapRule(scene, row)
        else unmapRule(scene, row)
        break
      case Family.ALLOC:
        if (row.op === Op.krealloc) {
          if (resizeRule(scene, row, row.b)) break
          noteFailedRealloc(scene, row)
          if (row.allocation !== 0 && row.b > 0 && row.b !== row.allocation) leavesRights(scene, row, row.b, 0)
        } else if (IS_CACHE_ALLOC[row.op] === 1 && row.has(KindFlag.DESTROYED)) staleCacheRule(scene, row)
        else addressRule(scene, row)
        break
      case Family.LRU:
        lruRule(scene, row)
        break
      case Family.RCU:
        if (row.op === Op.call_rcu) deferRule(scene, row)
        break
      case Family.ASSERT:
        assertRule(scene, row)
        break
      case Family.EXCEPTION:
        exceptionRule(scene, row)
        break
      case Family.NOT_SIMULATED:
        notSimulatedRule(scene, row)
        break
      default:
        if (row.op === Op.slub_report || row.op === Op.poison_report) {
          if (row.op === Op.slub_report) slubReportRule(scene, row)
          else poisonReportRule(scene, row)
          break
        }
        if (row.op === Op.kmem_cache_shrink && row.has(KindFlag.DESTROYED)) {
          staleCacheRule(scene, row)
          break
        }
        if (rustRule(scene, row)) break
        staleHandleRule(scene, row)
        if (row.op === Op.page_flag_set || row.op === Op.page_flag_clear) flagRule(scene, row)
        else if (row.op === Op.set_page_mapping) mappingRule(scene, row)
        else if (IS_FOLIO_OP[row.op] === 1) folioRule(scene, row)
        else if (row.op === Op.sys_ioctl || row.op === Op.sys_read || row.op === Op.sys_write || row.op === Op.sys_mmap)
          longtermRule(scene, row)
        else if (row.op >= Op.stale_load && row.op <= Op.gpu_table_freed) deviceTableRule(scene, row)
        else if (row.op === Op.page_flag_test || row.op === Op.compound_order || row.op === Op.compound_nr)
          headTestRule(scene, row)
        else if (row.op === Op.list_lru_status) lruRule(scene, row)
        else if (row.op === Op.split_page) splitRule(scene, row)
        else if (row.op === Op.ksize) resizeRule(scene, row, row.allocation)
        else areaRule(scene, row)
        addressRule(scene, row)
    }
  }

  private flags(row: Row): void {
    const id = row.allocation
    if (id === 0 || !row.has(Flag.LAST) || !isPageKind(this.ledger.allocations.kind(id))) return
    if (this.ledger.allocations.base(id) === row.subject) flagsLeft(this.scene, row, id)
  }

  /** Judges what only the end of the run shows (leaks, deadlock) and returns all findings by place in the run. */
  finish(outcome: Outcome): Finding[] {
    const { scene } = this
    mixupsLeft(scene)
    secondReleases(scene)
    zapsThatMissed(scene)
    if (outcome === 'completed') {
      vfreesThatLeaked(scene)
      pinsPutBack(scene)
      kmapLeaks(scene, freedWhileMapped(scene))
      leakRule(scene, this.chunks)
      mappingsLeft(scene)
    }
    if (outcome === 'deadlock') deadlockRule(scene, this.chunks, killedTasks(this.chunks))
    return nameClauses(scene, this.desk.sorted())
  }
}

/** Judges a whole run at once. */
export function judgeRun(
  record: RunRecord,
  program: { readonly sites: readonly Site[]; readonly files: readonly string[] },
): {
  readonly findings: Finding[]
  readonly ledger: Ledger
} {
  const judge = new Judge({
    sites: program.sites,
    files: program.files,
    machine: record.machine,
    era: record.era,
    tasks: () => record.tasks,
    caches: () => record.caches,
    strings: () => record.strings,
  })
  for (const chunk of record.chunks) judge.feed(chunk)
  return { findings: judge.finish(record.outcome), ledger: judge.ledger }
}

/** Tasks that an oops ended, in the order of the run. */
function killedTasks(chunks: readonly TraceChunk[]): number[] {
  const out: number[] = []
  for (const { deltas, deltaCount } of chunks) {
    for (let d = 0; d < deltaCount; d++)
      if (deltas.field[d] === Field.TASK && deltas.new[d] === TaskState.OOPSED) out.push(deltas.index[d])
  }
  return out
}
