/**
 * The unsafe contracts of the Rust surface: each `# Safety` and `# Invariants` clause that is checked at run time, with
 * whose duty it is and the code that its breach is reported under (KERNEL_FACTS §12; rust/kernel at v6.12 and later).
 * A breach is one row of kind `contract` whose first detail is the position in this table: append, never reorder.
 *
 * What is not checked is said in `UNCHECKED`.
 */

/** Who has to see to it that a clause holds. */
export type Duty = 'caller' | 'implementer' | 'type'

export interface Contract {
  /** Short name, as reports spell it: `Page::from_phys#once`. */
  readonly name: string
  /** Item of the kernel crate that the clause belongs to. */
  readonly item: string
  readonly section: 'Safety' | 'Invariants'
  /** The clause, in our words. */
  readonly clause: string
  readonly duty: Duty
  /** Code of the diagnosis. */
  readonly code: 'two-owners' | 'foreign-ownable-misuse' | 'pt-double-take' | 'unsafe-contract'
  readonly fix: string
}

function contract(
  name: string,
  section: Contract['section'],
  duty: Duty,
  code: Contract['code'],
  clause: string,
  fix: string,
): Contract {
  return { name, item: name.slice(0, name.indexOf('#')), section, clause, duty, code, fix }
}

const BORROW_INSTEAD = 'borrow what belongs to another: BorrowedPage, or a reference that lives as long as the owner'

export const CONTRACTS = [
  contract(
    'Owned::from_raw#exclusive',
    'Safety',
    'caller',
    'two-owners',
    'the pointer is given exclusively: nobody else owns the value, and nobody else will release it',
    BORROW_INSTEAD,
  ),
  contract(
    'Page#owner',
    'Invariants',
    'caller',
    'two-owners',
    'an owning Page is the only owner of its page, which is one page of the page allocator',
    BORROW_INSTEAD,
  ),
  contract(
    'KBox::from_raw#into_raw',
    'Safety',
    'caller',
    'two-owners',
    'the pointer comes from into_raw() of the same type and was not taken back before',
    'take a pointer back once, and set it to NULL then',
  ),
  contract(
    'Page::from_phys#into_phys',
    'Safety',
    'caller',
    'pt-double-take',
    'the physical address comes from into_phys()',
    'borrow memory that firmware or somebody else owns: borrow_phys()',
  ),
  contract(
    'Page::from_phys#once',
    'Safety',
    'caller',
    'pt-double-take',
    'an address is taken back once for each into_phys()',
    'clear the parent entry when its table is taken',
  ),
  contract(
    'ForeignOwnable::from_foreign#into_foreign',
    'Safety',
    'caller',
    'foreign-ownable-misuse',
    'the pointer was returned by into_foreign() of the same type',
    'hand over only what into_foreign() returned, and take it back with the same type',
  ),
  contract(
    'ForeignOwnable::from_foreign#once',
    'Safety',
    'caller',
    'foreign-ownable-misuse',
    'no from_foreign() was called yet for this into_foreign()',
    'set the foreign pointer to NULL when it is taken back',
  ),
  contract(
    'ForeignOwnable::from_foreign#no-borrows',
    'Safety',
    'caller',
    'foreign-ownable-misuse',
    'every value that borrow() returned for this object is gone',
    'end the borrows first; synchronise with whoever holds one',
  ),
  contract(
    'ForeignOwnable::borrow#into_foreign',
    'Safety',
    'caller',
    'foreign-ownable-misuse',
    'the pointer was returned by into_foreign() and was not taken back',
    'borrow only while the foreign side has the object',
  ),
  contract(
    'ARef::from_raw#increment',
    'Safety',
    'caller',
    'two-owners',
    'the caller gives up one increment of the count that it holds',
    'call ARef.from(), which takes an increment of its own',
  ),
  contract(
    'ARef#owns-increment',
    'Invariants',
    'implementer',
    'unsafe-contract',
    'every ARef owns one increment: the type has inc_ref() and dec_ref()',
    'implement both inc_ref() and dec_ref()',
  ),
  contract(
    'Ownable::release#frees',
    'Safety',
    'implementer',
    'unsafe-contract',
    'release() frees the value; it is called once, by the drop of the owner',
    'give the class a static release(self)',
  ),
  contract(
    'VmaRef::from_raw#locked',
    'Safety',
    'caller',
    'unsafe-contract',
    'the mmap lock or the lock of the area is held as long as the reference lives',
    'take mmap_read_lock() (or mmap_write_lock()) around the use of the area',
  ),
  contract(
    'VmaMixedMap#flag',
    'Invariants',
    'caller',
    'unsafe-contract',
    'the area has VM_MIXEDMAP set',
    'set it in mmap (VmaNew.set_mixedmap()), and ask with as_mixedmap_vma()',
  ),
  contract(
    'VmaNew::from_raw#mmap',
    'Safety',
    'caller',
    'unsafe-contract',
    'the area is being set up by the mmap hook: the mmap lock is held for writing and nobody else sees it',
    'use VmaNew in the mmap hook only',
  ),
  contract(
    'MmWithUser::from_raw#users',
    'Safety',
    'caller',
    'unsafe-contract',
    'mm_users is not zero and stays so',
    'mmget_not_zero(), and use the mm only if it succeeded',
  ),
  contract(
    'Vec::set_len#capacity',
    'Safety',
    'caller',
    'unsafe-contract',
    'the new length is at most the capacity and the elements below it are initialised',
    'reserve first, or push',
  ),
  contract(
    'SGTable::from_raw#alive',
    'Safety',
    'caller',
    'unsafe-contract',
    'the sg_table is initialised and outlives the reference',
    'keep the sg_table, and its mapping, as long as it is used',
  ),
  contract(
    'Page::borrow_phys#owned',
    'Safety',
    'caller',
    'unsafe-contract',
    'somebody owns the page at the address and keeps it as long as the borrow lives',
    'borrow only while the owner of the table is borrowed too',
  ),
  contract(
    'Folio::from_raw#reference',
    'Safety',
    'caller',
    'two-owners',
    'the caller hands over a reference of the folio that it holds',
    'folio_get() first, or keep a borrow',
  ),
  contract(
    'VmallocPageIter::new#vmalloc',
    'Safety',
    'caller',
    'unsafe-contract',
    'the buffer is vmalloc memory of at least the size given, and outlives the iterator',
    'pass what vmalloc() returned, with its size; page_iter() of a VBox or VVec needs no unsafe',
  ),
] as const satisfies readonly Contract[]

export type ContractName = (typeof CONTRACTS)[number]['name']

const INDEX = new Map<string, number>(CONTRACTS.map(({ name }, index) => [name, index]))

/** Position of a clause in the table. */
export function contractIndex(name: ContractName | (string & {})): number {
  const found = INDEX.get(name)
  if (found === undefined) throw new Error(`there is no contract "${name}"`)
  return found
}

export function contractAt(index: number): Contract | undefined {
  return CONTRACTS[index]
}

/** A clause that the rules over accesses judge: their diagnosis at a call of the function names it. */
export interface AccessClause {
  /** The unsafe function, as it is called. */
  readonly callee: string
  readonly item: string
  readonly clause: string
  /** Diagnoses that say that it is broken. */
  readonly codes: readonly string[]
}

const RACES = ['data-race']
const INVALID = ['out-of-bounds', 'slab-use-after-free', 'krealloc-stale-alias', 'null-dereference', 'wild-access']

export const ACCESS_CLAUSES: readonly AccessClause[] = [
  {
    callee: 'read_raw',
    item: 'Page::read_raw',
    clause: 'the call does not race with a write to the same page that overlaps with the read',
    codes: RACES,
  },
  { callee: 'read_raw', item: 'Page::read_raw', clause: 'dst is valid for writing len bytes', codes: INVALID },
  {
    callee: 'write_raw',
    item: 'Page::write_raw',
    clause: 'the call does not race with a read or write of the same page that overlaps with the write',
    codes: RACES,
  },
  { callee: 'write_raw', item: 'Page::write_raw', clause: 'src is valid for reading len bytes', codes: INVALID },
  {
    callee: 'fill_zero_raw',
    item: 'Page::fill_zero_raw',
    clause: 'the call does not race with a read or write of the same page that overlaps with the write',
    codes: RACES,
  },
  {
    callee: 'copy_from_user_slice_raw',
    item: 'Page::copy_from_user_slice_raw',
    clause: 'the call does not race with a read or write of the same page that overlaps with the write',
    codes: RACES,
  },
]

/** Clauses that other rules judge, or that nothing judges; for the documentation. */
export const UNCHECKED: readonly { readonly item: string; readonly clause: string; readonly by: string }[] = [
  {
    item: 'Page::read_raw, write_raw, fill_zero_raw, copy_from_user_slice_raw',
    clause: 'the call does not race with an access of the page',
    by: 'data-race, where both sides are visible to the explorer',
  },
  {
    item: 'Page::read_raw, write_raw',
    clause: 'dst or src is valid for len bytes',
    by: 'out-of-bounds and the use-after-free codes, at the access',
  },
  {
    item: 'Coherent::as_slice, as_ref, as_mut',
    clause: 'the device does not access the memory while the slice lives',
    by: 'nobody: how long the pointer is used is not known',
  },
  {
    item: 'AlwaysRefCounted',
    clause: 'an increment keeps the object alive until its decrement',
    by: 'nobody: the implementation is the program’s own',
  },
]

/** Why a name is dead: second detail of `use_after_move`. */
export const Gone = { MOVED: 1, DROPPED: 2, RAW: 3 } as const
/** What kind of borrow outlived its owner: second detail of `borrow_outlived`. */
export const BorrowKind = { OWNER: 1, PHYS: 2, GROWN: 3, GUARD: 4, FOREIGN: 5 } as const
