/**
 * Rules over calls that may sleep where sleeping is not allowed (KERNEL_FACTS D33, D65). RCU read-side sections count:
 * a reader that sleeps blocks every grace period (with CONFIG_PREEMPT_RCU it is told as a sleep in a section).
 */
import { ContextMask } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import type { FindingLine } from '../finding.ts'
import { warning } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { freesArea, sleeps } from '../sleepers.ts'

const WHY: Readonly<Record<number, string>> = {
  [ContextMask.HARDIRQ]: 'in an interrupt handler',
  [ContextMask.SOFTIRQ]: 'in softirq context',
  [ContextMask.PREEMPT]: 'with preemption off (a spinlock, preempt_disable)',
  [ContextMask.IRQS_OFF]: 'with interrupts off',
  [ContextMask.RCU]: 'inside an RCU read-side section',
}

/** A row of a task in atomic context whose kind may sleep. */
export function contextRule(scene: Scene, row: Row): void {
  const { contexts } = scene.ledger
  if (freesArea(row)) {
    // vfree() in an interrupt is put off to a worker; vunmap() has no such way.
    if (row.op === Op.vunmap || !contexts.inInterrupt(row.task)) areaFreed(scene, row)
  } else if (sleeps(row) && !isPreemptedReader(scene, row)) sleepInAtomic(scene, row)
}

/**
 * cond_resched() inside an RCU section and nothing else: with preemptible RCU a reader can lose its CPU at any place,
 * and this is how a snippet writes down where.
 */
function isPreemptedReader(scene: Scene, row: Row): boolean {
  return row.op === Op.cond_resched && (scene.ledger.contexts.of(row.task) & ~ContextMask.RCU) === 0
}

function sectionLines(scene: Scene, row: Row): FindingLine[] {
  const { names, ledger } = scene
  return ledger.contexts
    .sections(row.task)
    .filter(({ since }) => ledger.steps.site(since) !== 0)
    .map(({ mask, since }) => ({
      role: 'used' as const,
      step: since,
      text: `${names.call(ledger.steps.site(since), ledger.steps.op(since))} — from here on ${WHY[mask] ?? 'atomic'}`,
    }))
}

function whyOf(scene: Scene, row: Row): string {
  return WHY[scene.ledger.contexts.sections(row.task)[0]?.mask ?? 0] ?? 'in atomic context'
}

function areaFreed(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const interrupt = scene.ledger.contexts.inInterrupt(row.task)
  // A vector that moves allocates and frees in one call: one mistake.
  const same = desk.lastOf(row.task)
  const because = same !== null && same.code === 'sleep-in-atomic' && scene.ledger.steps.site(same.step) === row.site
  desk.raise({
    code: 'vfree-in-atomic',
    step: row.step,
    allocation: row.allocation,
    key: `vfree-in-atomic ${row.site}`,
    because: desk.blameFor(row.allocation) ?? (because ? same : null),
    message: `${names.call(row.site, row.op)} is called ${whyOf(scene, row)}: it may sleep`,
    story: [
      ...(row.allocation === 0 ? [] : [story.allocated(row.allocation)]),
      ...sectionLines(scene, row),
      usedLine(scene, row),
    ],
    fix:
      row.op === Op.vunmap
        ? 'move the vunmap() out of the section, to a work item if there is no other way'
        : 'use vfree_atomic(), or move the free out of the section',
    kernel: interrupt
      ? 'kernel BUG at mm/vmalloc.c'
      : scene.machine.debug
        ? `BUG: sleeping function called from invalid context at mm/vmalloc.c`
        : '',
  })
}

function sleepInAtomic(scene: Scene, row: Row): void {
  const { names, desk } = scene
  const scheduling = row.op === Op.schedule || row.op === Op.msleep
  desk.raise({
    code: 'sleep-in-atomic',
    step: row.step,
    allocation: 0,
    key: `sleep ${row.site}`,
    message: `${names.call(row.site, row.op)} may sleep, but it is called ${whyOf(scene, row)}`,
    story: [...sectionLines(scene, row), usedLine(scene, row)],
    fix:
      row.op === Op.synchronize_rcu
        ? 'leave the section before waiting for a grace period, or use call_rcu() or kfree_rcu(), which do not wait'
        : 'use GFP_ATOMIC or GFP_NOWAIT, a lock that does not sleep, or move the call out of the section',
    kernel: scheduling
      ? `BUG: scheduling while atomic: ${scene.story.task(row.task)}/${scene.story.pid(row.task)}/0x00000002`
      : scene.machine.debug
        ? `BUG: sleeping function called from invalid context`
        : row.op === Op.synchronize_rcu
          ? warning(scene, row, 'kernel/rcu/tree.c')
          : '',
  })
}
