/** Pages of user programs: GUP, pins, address spaces, and who still holds a page after its mapping is gone. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { Reference } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { dropReference } from './pages.ts'
import { AddressSpace, areaAt, currentProcess, openAreas, pageIndex, touchUser } from './processes.ts'
import type { Area } from './processes.ts'
import { Address, isNull, List, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'
import { mustNotBeAtomic } from './perform.ts'

const FOLL_LONGTERM = 0x100
const VM_IO = 0x4000

interface Taking {
  readonly fast: boolean
  readonly pin: boolean
  readonly longterm: boolean
  readonly held?: boolean
}

/** References on `count` pages of a program from an address on; null if there are none to take. */
export function takeUserPages(core: Core, at: Value, count: number, how: Taking, node: ts.Node): PageRef[] | null {
  const address = at instanceof Numbered ? at.of : at
  const area = areaAt(core, address)
  if (area === undefined || !(address instanceof Address)) return null
  if (!how.fast && (area.flags & VM_IO) !== 0) return null
  const pages: PageRef[] = []
  for (let i = 0; i < count; i++) touchUser(core, address.at(i * core.world.pageSize), node)
  for (let i = 0; i < count; i++) {
    const page = pageOf(core, area, pageIndex(address) + i, how, node)
    if (page === null) break
    const reference: Reference = {
      node,
      task: core.world.task,
      hollow: false,
      pin: how.pin,
      held: how.held === true,
      gup: { area, ...how },
    }
    const counted = page.memory.page(page.index)
    counted.count++
    counted.references.push(reference)
    pages.push(page)
  }
  return pages.length === 0 ? null : pages
}

function pageOf(core: Core, area: Area, index: number, how: Taking, node: ts.Node): PageRef | null {
  const entry = area.entries.get(index)
  if (entry === undefined) return area.file === null && area.memory !== null ? new PageRef(area.memory, index) : null
  if (!entry.counted) return null
  if (how.fast && (area.flags & VM_IO) !== 0 && core.world.pageRef('page') !== 'none') {
    const { mapping, page } = entry
    core.world.raise('vm-io-not-enough', mapping.node, 'VM_IO does not keep GUP-fast from taking references', {
      memory: page.memory,
      notes: [{ text: 'a reference is taken here', node }],
    })
  }
  return entry.page
}

/** True if somebody looks at the result of a call. */
function isLookedAt(node: ts.Node): boolean {
  return node.parent.getText().replace(/;$/, '') !== node.getText()
}

/** The pages of a call go into its list argument, as many as it says. */
function take(
  core: Core,
  [at, count, flags, list]: readonly Value[],
  fast: boolean,
  pin: boolean,
  node: ts.Node,
): Value {
  if (typeof count !== 'number') return new Unknown()
  if (isLookedAt(node) && core.world.decide(2, 'environment') === 1) return -14
  const longterm = typeof flags === 'number' && (flags & FOLL_LONGTERM) !== 0
  const pages = takeUserPages(core, at, count, { fast, pin, longterm }, node)
  if (pages === null) return -14
  if (list instanceof List) list.items.splice(0, pages.length, ...pages)
  return pages.length
}

/** A call of the program has ended: a device may not keep pages that were taken for a short time. */
export function judgeLongterm(core: Core): void {
  for (const memory of core.world.memories) {
    for (const mapping of memory.mappings) {
      if ((mapping.kind !== 'dma' && mapping.kind !== 'sg') || mapping.ended !== null) continue
      const index = Math.floor(mapping.from / memory.pageSize)
      const short = memory.page(index).references.find((reference) => reference.gup?.longterm === false)
      if (short === undefined) continue
      core.world.raise(
        'longterm-get',
        short.node,
        'the device keeps pages after the call that were taken for a short time',
        {
          memory,
          notes: [{ text: 'mapped for the device here', node: mapping.node }],
        },
      )
    }
  }
}

/** mm_struct: users and what may be asked when there are none. */
function withMm(core: Core, value: Value, node: ts.Node, use: (mm: AddressSpace) => Value): Value {
  if (isNull(value)) core.present(value, node, 'the mm')
  return value instanceof AddressSpace ? use(value) : new Unknown()
}

const lookUp =
  (exact: boolean): NativeFunction =>
  (core, [mm, at], node) =>
    withMm(core, mm, node, (space) => {
      if (space.users === 0) {
        core.world.raise('mm-lifetime', node, 'the address space has no user any more: what was mapped is gone')
        return null
      }
      const address = at instanceof Numbered ? at.of : at
      const areas = openAreas(core).filter((area) => area.process.mm === space)
      if (address instanceof Address) {
        return areas.find((area) => area.memory === address.memory) ?? (exact ? null : (areas.at(-1) ?? null))
      }
      return exact ? new Unknown() : (areas.find((area) => area.file !== null) ?? null)
    })

const mmput: NativeFunction = (core, [mm], node) =>
  withMm(core, mm, node, (space) => {
    if (space.users > 0 && --space.users === 0 && core.world.locks().some(({ lock }) => lock === space.lock)) {
      core.world.raise('mm-lifetime', node, 'the last user goes while this task holds the lock that the teardown takes')
    }
    return undefined
  })

const use = (core: Core, [mm]: readonly Value[], node: ts.Node): Value =>
  withMm(core, mm, node, (space) => {
    space.users++
    return undefined
  })

const lockMm =
  (take_: boolean): NativeFunction =>
  (core, [mm], node) =>
    withMm(core, mm, node, ({ lock }) => {
      const held = core.world.locks()
      if (take_) held.push({ lock, node, spin: false })
      else {
        const at = held.findLastIndex((one) => one.lock === lock)
        if (at >= 0) held.splice(at, 1)
      }
      return true
    })

const unpinAll: NativeFunction = (core, [list, count], node) => {
  const pages =
    list instanceof List ? list.items.slice(0, typeof count === 'number' ? Math.max(0, count) : undefined) : []
  for (const page of pages) if (page instanceof PageRef) dropReference(core, page, node, 'unpin_user_pages')
  return undefined
}

export const GUP_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  get_user_pages: (core, args, node) => take(core, args, false, false, node),
  get_user_pages_fast: (core, args, node) => take(core, args, true, false, node),
  pin_user_pages: (core, args, node) => take(core, args, false, true, node),
  pin_user_pages_fast: (core, args, node) => take(core, args, true, true, node),
  unpin_user_pages: (core, args, node) => unpinAll(core, args, node),
  unpin_user_pages_dirty_lock: (core, args, node) => {
    if (args[2] === true) mustNotBeAtomic(core, 'unpin_user_pages_dirty_lock', node)
    return unpinAll(core, args, node)
  },
  find_vma: lookUp(false),
  vma_lookup: lookUp(true),
  mmget: use,
  mmget_not_zero: (core, [mm], node) =>
    withMm(core, mm, node, (space) => {
      if (space.users === 0) return false
      space.users++
      return true
    }),
  mmput: (core, args, node) => {
    mustNotBeAtomic(core, 'mmput', node)
    return mmput(core, args, node)
  },
  mmput_async: mmput,
  mmgrab: () => undefined,
  mmdrop: () => undefined,
  mmap_read_lock: lockMm(true),
  mmap_write_lock: lockMm(true),
  mmap_read_trylock: lockMm(true),
  mmap_read_unlock: lockMm(false),
  mmap_write_unlock: lockMm(false),
}

/** A field of `current`. */
export function currentField(core: Core, name: string): Value {
  return name === 'mm' ? currentProcess(core).mm : new Unknown()
}
