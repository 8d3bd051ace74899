/**
 * The bits of page-table entries by their kernel names, and the levels of a walk, for whoever shows a table.
 *
 * Kernel: arch/x86/include/asm/pgtable_types.h (_PAGE_BIT_*), pgtable-2level_types.h (i386 without PAE: two levels, and
 * no bits above 31, so no NX), arch/arm64/include/asm/pgtable-hwdef.h and pgtable-prot.h
 * (PTE_*), at v6.12; KERNEL_FACTS 7.2.
 */
import type { MachineInfo } from '../trace/record.ts'

/** A bit, or a field of some bits, that is set in an entry. */
export interface NamedBit {
  readonly name: string
  /** What it says, one sentence. */
  readonly help: string
}

interface BitRule extends NamedBit {
  readonly mask: bigint
  /** Value of the masked bits that carries the name; left out = all of them set. */
  readonly is?: bigint
  /** Only in an entry of the last level, only in one of another; left out = both. */
  readonly at?: 'leaf' | 'table'
  /** Only in an entry that is present, only in one that is not. */
  readonly when?: 'present' | 'absent'
  /** Only on this architecture; left out = on each that has the table. */
  readonly only?: MachineInfo['arch']
}

const bit = (n: number, name: string, help: string, more: Partial<BitRule> = {}): BitRule => ({
  mask: 1n << BigInt(n),
  name,
  help,
  ...more,
})

const SAVED_DIRTY = 'The dirty state of an entry that may not be written: only a shadow stack is both.'
const X86_RULES: readonly BitRule[] = [
  bit(0, 'PRESENT', 'The MMU may use the entry.'),
  bit(1, 'RW', 'Writes are allowed.'),
  bit(2, 'USER', 'User mode may use it.'),
  bit(3, 'PWT', 'Write-through caching.'),
  bit(4, 'PCD', 'Not cached.'),
  bit(5, 'ACCESSED', 'The MMU walked through it.'),
  bit(6, 'DIRTY', 'Somebody wrote through it.'),
  bit(7, 'PSE', 'A huge page: the walk ends here.', { at: 'table' }),
  bit(7, 'PAT', 'Third bit of the memory type.', { at: 'leaf' }),
  bit(8, 'GLOBAL', 'Kept at a switch of address spaces.', { when: 'present' }),
  bit(8, 'PROTNONE', 'PROT_NONE: the page is kept, and every access faults.', { when: 'absent' }),
  bit(9, 'SPECIAL', 'No struct page counts this mapping (pte_special).', { at: 'leaf' }),
  bit(10, 'SAVED_DIRTY', SAVED_DIRTY, { at: 'leaf', only: 'i386-highmem' }),
  bit(58, 'SAVED_DIRTY', SAVED_DIRTY, { at: 'leaf' }),
  bit(63, 'NX', 'Never executed.'),
]

const ARM_RULES: readonly BitRule[] = [
  bit(0, 'VALID', 'The MMU may use the entry.'),
  bit(1, 'TABLE', 'The next level is a table.', { at: 'table' }),
  bit(1, 'PAGE', 'The entry names a page.', { at: 'leaf' }),
  bit(6, 'USER', 'User mode may use it (AP[1]).', { at: 'leaf' }),
  bit(7, 'RDONLY', 'Writes fault (AP[2]); with DBM set, the first write clears it.', { at: 'leaf' }),
  { mask: 3n << 8n, name: 'SHARED', help: 'Inner shareable (SH = 3).', at: 'leaf' },
  bit(10, 'AF', 'Access flag: somebody used it.', { at: 'leaf' }),
  bit(11, 'NG', 'Not global: it belongs to one address space.', { at: 'leaf', when: 'present' }),
  bit(11, 'PRESENT_INVALID', 'PROT_NONE: the page is kept, and every access faults.', { at: 'leaf', when: 'absent' }),
  bit(51, 'DBM', 'PTE_WRITE: it may be written; the hardware keeps the dirty state.', { at: 'leaf' }),
  bit(53, 'PXN', 'The kernel never executes it.', { at: 'leaf' }),
  bit(54, 'UXN', 'User mode never executes it.', { at: 'leaf' }),
  bit(55, 'DIRTY', 'Software dirty bit.', { at: 'leaf' }),
  bit(56, 'SPECIAL', 'No struct page counts this mapping (pte_special).', { at: 'leaf' }),
  bit(59, 'TABLE_PXN', 'The kernel executes nothing that lies below.', { at: 'table' }),
]

/** Geometry of a walk: what each level is called, and where its index lies in an address. */
export interface Levels {
  readonly names: readonly string[]
  /** Lowest address bit of each level's index, top level first. */
  readonly shifts: readonly number[]
  /** Bits of the index, top level first. */
  readonly bits: readonly number[]
  /** Address bits of an entry. */
  readonly physMask: bigint
  /** All other bits of an entry that names a table. */
  readonly table: bigint
  /** sizeof(pte_t). */
  readonly entryBytes: 4 | 8
}

const LEVELS: Readonly<Record<MachineInfo['arch'], Levels>> = {
  x86_64: {
    names: ['PGD', 'PUD', 'PMD', 'PTE'],
    shifts: [39, 30, 21, 12],
    bits: [9, 9, 9, 9],
    physMask: 0x000f_ffff_ffff_f000n,
    table: 0x67n,
    entryBytes: 8,
  },
  'i386-highmem': {
    names: ['PGD', 'PTE'],
    shifts: [22, 12],
    bits: [10, 10],
    physMask: 0xffff_f000n,
    table: 0x67n,
    entryBytes: 4,
  },
  'arm64-16k': {
    names: ['PGD', 'PMD', 'PTE'],
    shifts: [36, 25, 14],
    bits: [11, 11, 11],
    physMask: 0x0000_ffff_ffff_c000n,
    // PMD_TYPE_TABLE, PMD_TABLE_PXN
    table: 3n | (1n << 59n),
    entryBytes: 8,
  },
}

/** The levels of a user page table of a machine. */
export function levelsOf(info: MachineInfo): Levels {
  return LEVELS[info.arch]
}

/** True if the MMU uses an entry: present on x86, valid on arm64. */
export function isPresent(entry: bigint): boolean {
  return (entry & 1n) !== 0n
}

/** The bits that are set in an entry, low to high, without its address. `leaf`: an entry of the last level. */
export function namedBits(info: MachineInfo, entry: bigint, leaf: boolean): NamedBit[] {
  const rules = info.arch === 'arm64-16k' ? ARM_RULES : X86_RULES
  const present = isPresent(entry)
  return rules
    .filter(({ mask, is = mask, at, when, only = info.arch }) => {
      if ((entry & mask) !== is || only !== info.arch) return false
      if (at !== undefined && (at === 'leaf') !== leaf) return false
      return when === undefined || (when === 'present') === present
    })
    .map(({ name, help }) => ({ name, help }))
}
