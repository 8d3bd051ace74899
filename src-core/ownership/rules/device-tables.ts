/**
 * Rules over page tables that a device or a CPU walks with a TLB of its own (KERNEL_FACTS D54, D58, D60, D62, §10):
 * entries written over, tables freed with entries in them, memory freed while a TLB still reaches it.
 */
import { Flag, Op } from '../../trace/ops.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

export function deviceTableRule(scene: Scene, row: Row): void {
  switch (row.op) {
    case Op.gpu_pte_set:
      if (row.b !== 0) overwrite(scene, row)
      break
    case Op.gpu_table_freed:
      tableFreed(scene, row)
      break
    case Op.gpu_read:
    case Op.gpu_write:
      if (row.has(Flag.WARNED)) staleDevice(scene, row)
      break
    case Op.stale_load:
    case Op.stale_store:
      staleCpu(scene, row)
      break
  }
}

function overwrite(scene: Scene, row: Row): void {
  const { ledger, names, story, desk } = scene
  const before = ledger.deviceEntry(row.b)
  // The same page with another protection is no other mapping; who had the right before has it until the TLB is told.
  if (before !== 0 && ledger.rights.pfn(before) === row.subject) return
  desk.raise({
    code: 'pte-overwrite',
    step: row.step,
    allocation: row.allocation,
    key: `pte-overwrite ${row.site}`,
    because: desk.blameFor(row.allocation),
    message:
      `${names.call(row.site, row.op)} maps ${names.described(row.allocation)} over a live entry` +
      (before === 0 ? '' : ` of ${names.described(ledger.rights.allocation(before))}`) +
      `: the device may use either until its TLB is invalidated`,
    story: [
      ...(before === 0
        ? []
        : [
            {
              role: 'mapped' as const,
              step: ledger.rights.from(before),
              text: names.call(ledger.rights.site(before), 0),
            },
          ]),
      ...(row.allocation === 0 ? [] : [story.allocated(row.allocation)]),
      usedLine(scene, row),
    ],
    fix: 'unmap the range and invalidate the TLB first, then map anew (break before make)',
  })
}

function tableFreed(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const reached = row.has(Flag.WARNED)
  if (row.a === 0 && !reached) return
  const finding = desk.raise({
    code: row.a > 0 ? 'pt-leaked-leaf' : 'freed-while-reachable',
    step: row.step,
    allocation: row.allocation,
    because: desk.blameFor(row.allocation),
    message:
      row.a > 0
        ? `${names.call(row.site, row.op)} frees a page table with ${row.a} valid ` +
          `entr${row.a === 1 ? 'y' : 'ies'} in it` +
          (reached ? ', and the device still walks it' : '')
        : `${names.call(row.site, row.op)} frees a page table that the device still reaches from its root`,
    story: [...story.of(row.allocation), usedLine(scene, row)],
    rightsLeft: story.rightsLeft(row.allocation),
    fix: 'clear every entry and the entry of the table above, invalidate the TLB, then free the table',
    kernel: row.a > 0 ? 'UATPageTable::drop: Leaked page at IOVA 0x…' : '',
  })
  desk.blame(row.allocation, finding)
}

/** A device reached memory through a TLB entry whose page-table entry is gone, after the memory was freed. */
function staleDevice(scene: Scene, row: Row): void {
  const { ledger, names, story, desk } = scene
  const entry = ledger.deviceEntry(row.a)
  const id = entry === 0 ? 0 : ledger.rights.allocation(entry)
  const freed = ledger.allocations.freedAt(id)
  if (id === 0 || freed === 0 || desk.find('pt-missing-tlbi', id) !== null) return
  const finding = desk.raise({
    code: 'pt-missing-tlbi',
    step: freed,
    allocation: id,
    because: desk.blameFor(id),
    message:
      `${names.call(ledger.allocations.freeSite(id), ledger.allocations.freedBy(id))} frees ` +
      `${names.described(id)} before ` +
      `the device's TLB is invalidated: ${names.call(row.site, row.op)} still reaches it`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'clear the entry, tlbi(), wait until it is done, then free the memory',
  })
  desk.blame(id, finding)
}

/** A user access went through a TLB entry of a CPU that should have been flushed, after the page was freed. */
function staleCpu(scene: Scene, row: Row): void {
  const { ledger, names, story, desk } = scene
  const id = ledger.allocationOfEntry(row.b)
  const freed = ledger.allocations.freedAt(id)
  if (id === 0 || freed === 0 || desk.find('stale-tlb-user', id) !== null) return
  const by = story.task(row.task)
  const finding = desk.raise({
    code: 'stale-tlb-user',
    step: freed,
    allocation: id,
    because: desk.blameFor(id),
    message:
      `${names.call(ledger.allocations.freeSite(id), ledger.allocations.freedBy(id))} frees ` +
      `${names.described(id)} after its ` +
      `entry was cleared, but before the TLB was flushed: ${by} still ` +
      `${row.op === Op.stale_store ? 'writes' : 'reads'} it`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'clear the entry, flush the TLBs, and only then put the page (the order of mmu_gather)',
  })
  desk.blame(id, finding)
}
