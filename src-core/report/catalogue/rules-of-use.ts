/** Codes of RCU, context, Rust ownership (KERNEL_FACTS §16.9), and the further codes of SURFACE §8. */
import { entry, type CatalogueEntry } from './entry.ts'

export const USE_CODES = {
  'free-without-grace-period': entry(
    'An object that RCU readers can reach is freed at once',
    'A reader that found the object before it was unlinked may hold it until its read section ends.',
    'BUG: KASAN: slab-use-after-free in the reader.',
    'kfree_rcu(), call_rcu(), or synchronize_rcu() before the free.',
    'Documentation/RCU/whatisRCU.rst',
  ),
  'double-call-rcu': entry(
    'The same rcu_head is queued twice',
    'The callback list is linked through the head; queueing it again corrupts the list or runs the callback twice.',
    '__call_rcu_common(): Double-freed CB …!!! with DEBUG_OBJECTS_RCU_HEAD.',
    'Queue once; keep a flag.',
    'kernel/rcu/tree.c',
  ),
  'sleep-in-atomic': entry(
    'A call that may sleep in a section that may not',
    'Under a spinlock, in an interrupt or with preemption off the CPU cannot be given away.',
    'BUG: sleeping function called from invalid context, with DEBUG_ATOMIC_SLEEP; BUG: scheduling while atomic.',
    'GFP_ATOMIC or GFP_NOWAIT, or move the call out.',
    'Documentation/kernel-hacking/locking.rst',
  ),
  'foreign-ownable-misuse': entry(
    'A foreign pointer is taken back wrongly',
    'from_foreign() may be called once for each into_foreign(), with the same type, and with no borrow alive.',
    'As a double free.',
    'Set the pointer to NULL after it was taken.',
    'rust/kernel/types.rs, ForeignOwnable',
  ),
  'two-owners': entry(
    'The same memory has two owners',
    'Each owner frees when it is dropped. Wrapping a page that somebody else owns makes a second one.',
    'As double-free-page at the second drop.',
    'Borrow (BorrowedPage) what belongs to another.',
    'the thread of November 2024, version 1 of the series',
  ),
  'stale-lookup-identity': entry(
    'A page found by number is used without a recheck',
    'Between the lookup and the use the page may be freed and become something else.',
    'Nothing.',
    'folio_try_get(), then check that it is still the same folio.',
    'include/linux/page-flags.h, page_folio()',
  ),
  'freed-while-reachable': entry(
    'Memory goes back to its allocator while a right can still reach it',
    'A mapping, a reference or a borrow is left at the moment of the free. It need not be used to be a ' +
      'mistake: whoever holds the ' +
      'right believes that the memory is there.',
    'Nothing at the free. Whoever uses the right later touches memory of the next owner.',
    'End every right first, then free.',
    '',
  ),
  'unsafe-contract': entry(
    'A clause of an unsafe contract is broken',
    'An unsafe function says under # Safety what its caller has to see to, a type under # Invariants what always ' +
      'holds. The diagnosis says which clause, whose duty it was and where it broke.',
    'Nothing: undefined behaviour that no compiler and no tool is bound to see.',
    'Do what the clause says, before the call.',
    'Documentation/rust/coding-guidelines.rst',
  ),
  'use-after-move': entry(
    'A value is used after it was moved',
    'Passing an owner by value, storing or returning it gives it away. Its old name is dead.',
    'The Rust compiler refuses it (E0382). C has no such thing: there it is a double free or a use after free.',
    'Use the new owner, or borrow instead of moving.',
    'Documentation/rust/general-information.rst',
  ),
  'borrow-outlives-owner': entry(
    'A borrow is used after its owner was dropped',
    'A borrow has no right of its own: it ends with the owner.',
    'The Rust compiler refuses it (E0505, E0597), unless unsafe code chose the lifetime.',
    'Drop the owner last.',
    '',
  ),
  'not-in-this-era': entry(
    'A name that this version of the kernel does not have',
    'The Rust abstractions are young and change. The message names the replacement.',
    'Does not compile.',
    'Use the replacement, or another era.',
    '',
  ),
  'null-dereference': entry(
    'A NULL pointer is used',
    'Allocations and lookups may fail. Whoever uses the result without a check stops the kernel on the day they do.',
    'BUG: kernel NULL pointer dereference, address: 0000000000000000; with KASAN null-ptr-deref. The task is killed.',
    'Check the result before it is used.',
    '',
  ),
  'wild-access': entry(
    'An address that names no memory',
    'The pointer was made from a number, or by arithmetic that left its memory, or from the wrong kind of address.',
    'BUG: unable to handle page fault for address; with KASAN wild-memory-access.',
    'Use only addresses that came from an allocator or a mapping.',
    '',
  ),
  'out-of-bounds': entry(
    'An access before or behind the memory',
    'The bytes belong to another object, to the allocator, or to nobody.',
    'BUG: KASAN: slab-out-of-bounds (slab), vmalloc-out-of-bounds (vmalloc). slab_debug: Right Redzone ' +
      'overwritten, at the free.',
    'Check offset and length against the size that was allocated.',
    'Documentation/dev-tools/kasan.rst',
  ),
  'uninitialised-read': entry(
    'Memory is read before anything was written to it',
    'It holds what its last owner left: an accident, and sometimes a secret.',
    'KMSAN: uninit-value. Otherwise nothing.',
    'kzalloc(), __GFP_ZERO, or write first.',
    'Documentation/dev-tools/kmsan.rst',
  ),
  'memory-leak': entry(
    'Memory has lost its last owner',
    'Nothing can free it any more: a slab object, a vmalloc area, a cache.',
    'kmemleak: unreferenced object 0x… (size N).',
    'Free on every path; on unload free what the module still holds.',
    'Documentation/dev-tools/kmemleak.rst',
  ),
  'data-race': entry(
    'Two tasks touch the same variable without order, and one writes',
    'Compiler and CPU may tear, repeat and reorder such accesses.',
    'KCSAN: BUG: KCSAN: data-race.',
    'A lock, or READ_ONCE()/WRITE_ONCE() with a proof.',
    'Documentation/dev-tools/kcsan.rst',
  ),
  deadlock: entry(
    'Every task waits for another',
    'Locks taken in different orders, or a wait for something that can no longer happen.',
    'INFO: task … blocked for more than 120 seconds; lockdep: possible circular locking dependency.',
    'One order of locks everywhere.',
    'Documentation/locking/lockdep-design.rst',
  ),
  'bug-on': entry(
    "A BUG_ON() fired: the program's own, or one of the kernel's",
    'A state that its author thought impossible was reached, or a call was given what it cannot take: a direction ' +
      'that is none, a compound block to split, a page to unlock that is not locked (with DEBUG_VM).',
    'kernel BUG at …; the task is killed.',
    'Find out how the state was reached; prefer an error return to BUG_ON().',
    'Documentation/process/deprecated.rst',
  ),
  'warn-on': entry(
    'A WARN_ON() fired: the program’s own, that of refcount_t, or one about arguments',
    'A state that its author did not expect was reached; the program goes on. A refcount_t warns where it saturates: ' +
      'a reference is taken or dropped where none is left. Some functions warn of arguments that they refuse: ' +
      'get_user_pages() of FOLL_LONGTERM, which is for pins.',
    'WARNING: CPU: … at …; refcount_t: addition on 0; use-after-free.',
    'Find out how the state was reached.',
    'lib/refcount.c refcount_warn_saturate(), mm/gup.c is_valid_gup_args()',
  ),
  'uncaught-exception': entry(
    'A JavaScript error ended the task',
    'The snippet threw and nobody caught it. A driver has no exceptions: it is treated like an oops.',
    'Nothing: there is no such thing in C.',
    'Correct the snippet, or catch the error where it can happen.',
    '',
  ),
  'not-simulated': entry(
    'A listed function that is not simulated was called',
    'The simulator does not do what the kernel does here, and says so instead of guessing.',
    'Nothing: it is a limit of the simulator.',
    'Leave the call out, or do not rely on what follows it.',
    '',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry>>
