/**
 * What the trace says of the areas (`vm_area_struct`) that map a piece of memory, at the cursor's step.
 *
 * Kernel: include/linux/mm_types.h, include/linux/mm.h (VM_*); KERNEL_FACTS 7.1.
 * Simplified: the trace keeps of an area the address space and the flags that it had when the entry was made, not where
 * it begins and ends; those rows are left out.
 */
import * as Vma from '../../mm/vma.ts'
import { Field as Column } from '../../trace/fields.ts'
import { frameName } from './effects.ts'
import type { RunView } from './run-view.ts'
import type { StructFields } from './structs.ts'
import type { Leaf } from './page-tables.ts'

/** Names of `vm_flags`, low bit to high. */
const NAMES: readonly (readonly [number, string])[] = [
  [Vma.VM_READ, 'VM_READ'],
  [Vma.VM_WRITE, 'VM_WRITE'],
  [Vma.VM_EXEC, 'VM_EXEC'],
  [Vma.VM_SHARED, 'VM_SHARED'],
  [Vma.VM_MAYREAD, 'VM_MAYREAD'],
  [Vma.VM_MAYWRITE, 'VM_MAYWRITE'],
  [Vma.VM_MAYEXEC, 'VM_MAYEXEC'],
  [Vma.VM_MAYSHARE, 'VM_MAYSHARE'],
  [Vma.VM_PFNMAP, 'VM_PFNMAP'],
  [Vma.VM_IO, 'VM_IO'],
  [Vma.VM_DONTCOPY, 'VM_DONTCOPY'],
  [Vma.VM_DONTEXPAND, 'VM_DONTEXPAND'],
  [Vma.VM_DONTDUMP, 'VM_DONTDUMP'],
  [Vma.VM_MIXEDMAP, 'VM_MIXEDMAP'],
]

/** Names of the bits that are set. */
export function vmFlagNames(flags: number): string[] {
  return NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
}

/** The areas of last-level entries, each space and set of flags once. `rights`: the largest right id of an entry. */
export function areasOf(view: RunView, leaves: readonly Leaf[], rights: number): StructFields[] {
  const out = new Map<string, StructFields>()
  for (const { space, address } of leaves) {
    const flags = flagsAt(view, space, address, rights)
    if (flags < 0) continue
    const key = `vma ${space} ${flags}`
    const names = vmFlagNames(flags)
    out.set(key, {
      key,
      name: 'struct vm_area_struct',
      which: `with 0x${address.toString(16)}`,
      fields: [
        { name: 'vm_mm', value: `mm ${space}`, help: 'The address space that the area belongs to.' },
        {
          name: 'vm_flags',
          value: names.length === 0 ? '0' : `${frameName(flags)} (${names.join('|')})`,
          help: 'Flags of the area as they were when the entry was made.',
        },
      ],
    })
  }
  return [...out.values()]
}

/** Flags of the area that the entry at an address was made in; -1 = not known. The newest entry there counts. */
function flagsAt(view: RunView, space: number, address: bigint, rights: number): number {
  const { cursor } = view
  const page = Number((address >> BigInt(view.info.pageShift)) & 0xffff_ffffn)
  for (let right = rights; right > 0; right--) {
    if (cursor.value(Column.PTE_ADDRESS, right) !== page || cursor.value(Column.PTE_SPACE, right) !== space) continue
    return cursor.value(Column.PTE_AREA, right)
  }
  return -1
}
