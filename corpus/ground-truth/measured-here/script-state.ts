/** What the commands of a script work on, and how it is printed. */
import * as k from 'linux'
import type { completion, file, mm_struct, page, Ptr } from 'linux'

export const SIZE = k.PAGE_SIZE
export const SCRATCH = 0x1000_0000n
const FLAGS: [string, number][] = [
  ['R', k.VM_READ], ['W', k.VM_WRITE], ['X', k.VM_EXEC], ['S', k.VM_SHARED], ['MR', k.VM_MAYREAD], ['MW', k.VM_MAYWRITE],
  ['MX', k.VM_MAYEXEC], ['MS', k.VM_MAYSHARE], ['PFNMAP', k.VM_PFNMAP], ['IO', k.VM_IO], ['DONTCOPY', k.VM_DONTCOPY],
  ['DONTEXPAND', k.VM_DONTEXPAND], ['DONTDUMP', k.VM_DONTDUMP], ['MIXEDMAP', k.VM_MIXEDMAP],
]

export interface Child {
  pid: number
  line: string
  step: number
  go: completion
  done: completion
}

export const pages: (page | null)[] = []
export const exact: (Ptr | null)[] = []
export const base: bigint[] = []
export const pipes: number[][] = []
export const children: Child[] = []

/** What the commands change. */
export const lab = {
  step: 0,
  /** How the driver maps `count` pages from page `first` on, with the flags `extra` set before. */
  mode: 'none',
  first: 0,
  count: 0,
  extra: 0,
  withVeto: false,
  withoutOps: false,
  splitVeto: 0,
  moveVeto: 0,
  /** Number of the mapping that is being made. */
  pending: -1,
  fd: -1,
  held: null as mm_struct | null,
  device: null as file | null,
  /** User memory of the program's own. */
  scratch: null as Ptr | null,
  /** Kernel memory to copy with. */
  bytes: null as Ptr | null,
  action: (): number => 0,
}

export const say = (text: string) => k.pr_info(`${lab.step} ${text}`)
export const flagsOf = (text: string | undefined) => (text ?? '').split('|').reduce((set, name) => set | (FLAGS.find(([one]) => one === name)?.[1] ?? 0), 0)
export const namesOf = (set: number) => FLAGS.filter(([, flag]) => (set & flag) !== 0).map(([name]) => name).join('|') || 'none'
export const number = (text: string | undefined) => (text === undefined ? 0 : Number(text))
export const index = (text: string | undefined) => number(text?.slice(1))
export const pageOf = (text: string | undefined) => pages[index(text)]!
export const away = (address: bigint) => Number((address - (base[0] ?? 0n)) / BigInt(SIZE))

/** `mN`, `mN+K`, `mN-K`, with `.BYTES` behind it; or a number. */
export function at(text: string | undefined): bigint {
  const match = /^m(\d+)([+-]\d+)?(?:\.(\d+))?$/.exec(text ?? '0')
  if (match === null) return BigInt(text!)
  return (base[Number(match[1])] ?? 0n) + BigInt(Number(match[2] ?? 0) * SIZE + Number(match[3] ?? 0))
}

/** Prints counts and flags of one page. */
export function show(name: string, p: page) {
  const typed = !k.PageTail(p) && (k.PageSlab(p) || k.PageBuddy(p))
  say(`${name}.ref = ${k.page_ref_count(p)}`)
  say(`${name}.map = ${typed ? 'typed' : k.page_mapcount(p)}`)
  const f = k.page_folio(p)
  const set = k.PageTail(p) ? ['tail'] : [
    k.PageHead(p) ? 'head' : '',
    k.PageLocked(p) ? 'locked' : '',
    k.PageWriteback(p) ? 'writeback' : '',
    k.PageReferenced(p) ? 'referenced' : '',
    k.PageUptodate(p) ? 'uptodate' : '',
    k.PageDirty(p) ? 'dirty' : '',
    k.PageLRU(p) ? 'lru' : '',
    k.PageActive(p) ? 'active' : '',
    k.PageWorkingset(p) ? 'workingset' : '',
    k.PageReserved(p) ? 'reserved' : '',
    k.PagePrivate(p) ? 'private' : '',
    k.folio_test_swapbacked(f) ? 'swapbacked' : '',
    k.folio_test_unevictable(f) ? 'unevictable' : '',
    k.folio_test_mlocked(f) ? 'mlocked' : '',
    k.folio_test_owner_2(f) ? 'owner_2' : '',
    !typed && k.page_ref_count(p) > 0 && k.PageAnon(p) ? 'anon' : '',
  ].filter((one) => one !== '')
  say(`${name}.flags = ${set.join('|') || 'none'}`)
}

export const some = (from: number, n: number) => pages.slice(from, from + n) as page[]
