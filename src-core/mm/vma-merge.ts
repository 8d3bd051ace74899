/**
 * When neighbouring areas become one.
 *
 * Kernel: mm/vma.c vma_merge_new_range(), is_mergeable_vma(), can_vma_merge_left(), can_merge_remove_vma().
 * Simplified: areas of anonymous memory count as compatible whatever their anon_vma.
 */
import { Part, reads } from '../machine/state-watch.ts'
import type { MmStruct } from './mm-struct.ts'
import { VM_SPECIAL, type Vma } from './vma.ts'

/** An area that is about to be made. */
export type NewArea = Pick<Vma, 'start' | 'end' | 'pgoff' | 'flags' | 'file' | 'shmem'>

function compatible(vma: Vma, area: NewArea): boolean {
  return vma.flags === area.flags && vma.file === area.file && vma.shmem === area.shmem
}

/** True if the area may go away in a merge: a driver that wants to be told keeps it. */
function removable(vma: Vma): boolean {
  return typeof vma.ops?.close !== 'function'
}

/**
 * Makes a new range part of an area that touches it, if flags, file and offset fit; the areas on both sides may become
 * one. Returns the area that contains the range then, or null: it needs an area of its own.
 */
export function mergeNewRange(mm: MmStruct, area: NewArea, pageSize: number): Vma | null {
  if ((area.flags & VM_SPECIAL) !== 0) return null
  const prev = mm.vmas.find((vma) => vma.end === area.start)
  const next = mm.vmas.find((vma) => vma.start === area.end)
  reads(Part.AREAS, mm, area.start - 1, area.end + 1)
  const pages = (area.end - area.start) / pageSize
  const left =
    prev !== undefined && compatible(prev, area) && prev.pgoff + (prev.end - prev.start) / pageSize === area.pgoff
  const right = next !== undefined && compatible(next, area) && area.pgoff + pages === next.pgoff
  if (left) {
    mm.changed({ ...prev, end: right ? next.end : area.end })
    if (right && removable(next)) {
      prev.end = next.end
      prev.anonVma ||= next.anonVma
      mm.remove(next)
    } else {
      prev.end = area.end
    }
    mm.updated(prev)
    return prev
  }
  if (!right) return null
  mm.changed({ ...next, start: area.start })
  next.start = area.start
  next.pgoff = area.pgoff
  mm.updated(next)
  return next
}
