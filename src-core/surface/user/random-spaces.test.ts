/**
 * Random user programs against a plain model of what memory they see: mmap, munmap, mremap, fork, stores, pins. After
 * each program the counts, entries and areas have to agree (mm/user-invariants.ts).
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkInvariants } from '../../mm/invariants.ts'
import { checkUserMaps } from '../../mm/user-invariants.ts'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

const PAGES = 12

/** One page of the model: what it holds, and whether a child shares it. Device pages are the same for all. */
interface Cell {
  value: number
  readonly kind: 'private' | 'shared' | 'device'
  readonly device: number
}

type Act = readonly [what: number, at: number, count: number, value: number]

const SETUP = `
  import * as k from 'linux'
  import * as user from 'user'
  const P = k.PAGE_SIZE
  const pages = Array.from({ length: ${PAGES} }, () => k.alloc_page(k.GFP_KERNEL | k.__GFP_ZERO))
  const held = []
  k.misc_register({ name: 'lab', fops: {
    mmap: (f, v) => { v.vm_ops = {
      fault: (vmf) => { const p = pages[vmf.pgoff]; k.get_page(p); vmf.page = p; return 0 } } },
    ioctl: (f, c, a) => { const got = []
      if (k.pin_user_pages_fast(a, 1, c, got) === 1) held.push(got[0])
      return 0 } } })
  const { PROT_READ, PROT_WRITE, MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED } = user
  const RW = PROT_READ | PROT_WRITE
  const BASE = 0x10000000
  const at = (i) => BASE + i * P
  const ptr = (i) => base.add(i * P)
  let base = null
  const check = (i, want) => { const got = ptr(i).read_u32(0)
    if (got !== want) k.pr_err('page ' + i + ': ' + got + ' instead of ' + want) }
`

/** The program as text, with what the model says it sees. */
function write(acts: readonly Act[]): string {
  const space: (Cell | null)[] = Array.from({ length: PAGES }, () => null)
  const device = Array.from({ length: PAGES }, () => 0)
  const see = (cell: Cell): number => (cell.kind === 'device' ? device[cell.device]! : cell.value)
  const checks = (): string => space.map((cell, i) => (cell === null ? '' : `check(${i}, ${see(cell)});`)).join(' ')
  const lines: string[] = []
  for (const [what, first, n, value] of acts) {
    const at = first % PAGES
    const count = 1 + (n % Math.min(4, PAGES - at))
    const to = value % PAGES
    if (what < 25) {
      const kind = (['private', 'shared', 'device'] as const)[value % 3]!
      const flags = kind === 'private' ? 'MAP_PRIVATE' : 'MAP_SHARED'
      const [more, fd] = kind === 'device' ? ['', 'fd'] : [' | MAP_ANONYMOUS', '-1']
      lines.push(`user.mmap(at(${at}), ${count} * P, RW, ${flags} | MAP_FIXED${more}, ${fd}, ${at} * P)`)
      for (let i = 0; i < count; i++) space[at + i] = { value: 0, kind, device: at + i }
    } else if (what < 35) {
      lines.push(`user.munmap(at(${at}), ${count} * P)`)
      space.fill(null, at, at + count)
    } else if (what < 65) {
      const cell = space[at]
      if (cell === null || cell === undefined) continue
      lines.push(`ptr(${at}).write_u32(0, ${value})`)
      if (cell.kind === 'device') device[cell.device] = value
      else cell.value = value
    } else if (what < 75) {
      const apart = to + count <= at || at + count <= to
      // One area only may be moved at once.
      const whole = Array.from({ length: count }, (_, i) => space[at + i]).every((cell) => cell !== null)
      if (!apart || to + count > PAGES || !whole || count > 1) continue
      lines.push(`user.mremap(at(${at}), P, P, 3, at(${to}))`)
      space[to] = space[at]!
      space[at] = null
    } else if (what < 85) {
      // A child writes all over: the parent sees it where memory is shared, and no page of the child is left.
      const writes = space.map((cell, i) => (cell === null ? '' : `ptr(${i}).write_u32(0, ${value + i});`)).join(' ')
      lines.push(`user.waitpid(user.fork(() => { ${checks()} ${writes} return 0 }))`)
      space.forEach((cell, i) => {
        if (cell?.kind === 'device') device[cell.device] = value + i
        else if (cell?.kind === 'shared') cell.value = value + i
      })
    } else if (what < 95) {
      if (space[at] !== null) lines.push(`user.ioctl(fd, ${value % 2}, at(${at}))`)
    } else {
      lines.push(`while (held.length > 0) k.unpin_user_page(held.pop())`)
    }
    lines.push(checks())
  }
  return `${SETUP}
    user.waitpid(user.spawn('lab', () => {
      const fd = user.open('/dev/lab', 2)
      base = user.mmap(at(0), P, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); user.munmap(at(0), P)
      ${lines.join('\n      ')}
    }))
    while (held.length > 0) k.unpin_user_page(held.pop())
    k.pr_info(pages.map((p) => k.page_count(p) + '/' + k.page_mapcount(p)).join(' '))
    for (const p of pages) k.__free_page(p)
  `
}

const acts = fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(9999)), { maxLength: 30, size: 'max' })

const MACHINES = {
  x86_64: { arch: 'x86_64', memory: '16M', debug: 'on' },
  'arm64-16k': { arch: 'arm64-16k', memory: '32M', debug: 'on' },
  'i386-highmem': { arch: 'i386-highmem', memory: '32M', highmem: '16M', debug: 'on' },
}

describe.each(Object.entries(MACHINES))('user programs on %s', (_, machine) => {
  it('see the memory that a plain model says, and leave nothing behind', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const text = write(list)
        const { log, reports, session } = runSnippet(text, machine)
        const { kernel, surface } = session.inside
        expect({ log, reports }, text).toEqual({ log: [Array(PAGES).fill('1/0').join(' ')], reports: [] })
        checkUserMaps(kernel, surface.users.map)
        checkInvariants(kernel)
        // Whatever the program had is free again: no frame is a folio or a table.
        const left = kernel.frames.use.reduce((sum, use) => sum + (use >>> 28 === 4 || use >>> 28 === 8 ? 1 : 0), 0)
        expect(left, text).toBe(0)
      }),
      { numRuns: 25, seed: 7 },
    )
  })
})
