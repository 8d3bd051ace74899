/** The inspector beside struct page: walks, structs, origins of bytes, the biography by ranges, two moments. */
import { describe, expect, it } from 'vitest'
import { AreaState } from '../../trace/fields.ts'
import { Painted } from '../messages.ts'
import { liveRun } from '../testing/live-run.ts'
import { areasNow } from './areas.ts'
import { originsOf } from './byte-origins.ts'
import { inspect } from './inspect.ts'
import { RunView } from './run-view.ts'
import { walk } from './walks.ts'

const of = (text: string, machine: Readonly<Record<string, string>> = {}): RunView =>
  new RunView(liveRun(text, 'v6.12', machine))

/** The allocation of a variable. */
function memory(view: RunView, name: string): number {
  for (let id = 1; view.store.allocation(id) !== null; id++) if (view.variable(id) === name) return id
  throw new Error(`no memory is called ${name}`)
}
function stepOf(view: RunView, line: number): number {
  for (let step = view.steps; step > 0; step--) if (view.spanOf(step).line === line) return step
  throw new Error(`line ${line} has no step`)
}

const MAPPED = `import { alloc_page, __free_page, GFP_KERNEL, vm_insert_page, misc_register } from 'linux'
import * as user from 'user'
import type { Ptr } from 'linux'
const page = alloc_page(GFP_KERNEL)!
misc_register({
  name: 'lab',
  fops: { mmap: (file, vma) => vm_insert_page(vma, vma.vm_start, page) },
})
const bytes = 16384
const pid = user.spawn('lab', () => {
  const fd = user.open('/dev/lab', 2)
  const at = user.mmap(null, bytes, user.PROT_READ | user.PROT_WRITE, user.MAP_SHARED, fd, 0) as Ptr
  at.write_u8(0, 1)
  const child = user.fork(() => at.write_u8(0, 2))
  user.waitpid(child)
  user.munmap(at, bytes)
})
user.waitpid(pid)
`

describe('a walk through user page tables', () => {
  it('goes down four levels of 9 bits on x86-64 and names the bits of each entry', () => {
    const view = of(MAPPED)
    const page = memory(view, 'page')
    const step = stepOf(view, 12)
    const { walks, pfn } = inspect(view, { run: 1, full: true, step, target: { allocation: page } })
    expect(walks).toHaveLength(1)
    const [only] = walks
    expect(only.space).toBe('mm 1')
    expect(BigInt(only.address) > 1n << 32n).toBe(true)
    expect(only.levels.map(({ name, bits }) => [name, bits])).toEqual([
      ['PGD', 9],
      ['PUD', 9],
      ['PMD', 9],
      ['PTE', 9],
    ])
    const address = BigInt(only.address)
    expect(only.levels.map(({ index }) => index)).toEqual(
      [39n, 30n, 21n, 12n].map((shift) => Number((address >> shift) & 511n)),
    )
    // Each entry names the table of the next level, and the last one the page.
    expect(only.levels.map((level) => level.pfn)).toEqual([...only.levels.slice(1).map((level) => level.table), pfn])
    expect([only.pfn, only.stops]).toEqual([pfn, ''])
    expect(only.levels[0].flags.map(({ name }) => name)).toEqual(['PRESENT', 'RW', 'USER', 'ACCESSED', 'DIRTY'])
    const leaf = only.levels[3].flags.map(({ name }) => name)
    expect(leaf).toEqual(expect.arrayContaining(['PRESENT', 'USER', 'NX']))
    expect(leaf).not.toContain('SPECIAL')
    expect(only.levels[3].entry).toMatch(/^0x8[0-9a-f]{15}$/)
  })

  it('goes down three levels of 11 bits on arm64 with 16 KiB pages', () => {
    const view = of(MAPPED, { arch: 'arm64-16k' })
    const { walks } = inspect(view, {
      run: 1,
      full: true,
      step: stepOf(view, 12),
      target: { allocation: memory(view, 'page') },
    })
    expect(walks[0].levels.map(({ name, bits }) => [name, bits])).toEqual([
      ['PGD', 11],
      ['PMD', 11],
      ['PTE', 11],
    ])
    const address = BigInt(walks[0].address)
    expect(walks[0].levels.map(({ index }) => index)).toEqual(
      [36n, 25n, 14n].map((shift) => Number((address >> shift) & 2047n)),
    )
    expect(walks[0].levels[0].flags.map(({ name }) => name)).toEqual(['VALID', 'TABLE', 'TABLE_PXN'])
    expect(walks[0].levels[2].flags.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['VALID', 'PAGE', 'USER', 'AF', 'PXN', 'UXN']),
    )
  })

  it('goes down two levels of 10 bits on i386, whose entries have four bytes and no NX', () => {
    const view = of(MAPPED, { arch: 'i386-highmem' })
    const page = memory(view, 'page')
    const { walks, pfn } = inspect(view, { run: 1, full: true, step: stepOf(view, 12), target: { allocation: page } })
    const [{ levels, address }] = walks
    expect(levels.map(({ name, bits }) => [name, bits])).toEqual([
      ['PGD', 10],
      ['PTE', 10],
    ])
    expect(levels.map(({ index }) => index)).toEqual([
      Number(BigInt(address) >> 22n),
      Number(BigInt(address) >> 12n) & 1023,
    ])
    expect(levels.map((level) => level.pfn)).toEqual([levels[1].table, pfn])
    expect(levels[0].entry).toBe(`0x${(levels[1].table * 4096 + 0x67).toString(16).padStart(8, '0')}`)
    expect(levels[1].entry).toBe(`0x${(pfn * 4096 + 0x27).toString(16).padStart(8, '0')}`)
    expect(levels[1].flags.map(({ name }) => name)).toEqual(['PRESENT', 'RW', 'USER', 'ACCESSED'])
    // The entry lies in the frame of the table, four bytes for each of 1024.
    const { cursor } = view
    const bytes = new DataView(cursor.bytes(levels[1].table * 4096 + 4 * levels[1].index, 4).buffer)
    expect(bytes.getUint32(0, true)).toBe(pfn * 4096 + 0x27)
  })

  it('tells the address spaces of a parent and its child apart', () => {
    const view = of(MAPPED)
    const page = memory(view, 'page')
    const forked = inspect(view, { run: 1, full: true, step: stepOf(view, 14), target: { allocation: page } })
    const spaces = new Set<string>()
    for (let step = 1; step <= view.steps; step++)
      for (const each of inspect(view, { run: 1, full: true, step, target: { allocation: page } }).walks)
        spaces.add(each.space)
    expect([...spaces].sort()).toEqual(['mm 1', 'mm 2'])
    expect(new Set(forked.walks.map(({ levels }) => levels[0].table)).size).toBe(forked.walks.length)
  })

  it('says where it stops and why', () => {
    const view = of(MAPPED)
    const step = stepOf(view, 12)
    const [mapped] = inspect(view, { run: 1, full: true, step, target: { allocation: memory(view, 'page') } }).walks
    const ask = (address: string) => walk(view, { run: 1, step, space: 0, address })
    expect(ask(mapped.address).walk).toEqual(mapped)
    const beside = ask(`0x${(BigInt(mapped.address) + 4096n).toString(16)}`).walk!
    expect(beside.levels.at(-1)).toMatchObject({ name: 'PTE', pfn: -1, flags: [] })
    expect(beside.stops).toContain('pte_none')
    expect(ask('0x1000').walk!.levels).toHaveLength(1)
    expect(ask('0x1000').walk!.stops).toContain('pgd_none')
    expect(ask('nonsense')).toMatchObject({ walk: null, spaces: [1] })
    expect(ask('0xffff888000000000').why).toContain('user space only')
    expect(walk(view, { run: 1, step: 1, space: 0, address: '0x1000' }).why).toContain('No address space')
  })

  it('shows what a page of vmalloc space maps, of which no tables are kept', () => {
    const view = of(`import { vmalloc, vfree } from 'linux'
const area = vmalloc(8192)!
vfree(area)
`)
    const target = { allocation: memory(view, 'area') }
    const seen = inspect(view, { run: 1, full: true, step: stepOf(view, 2), target })
    expect(seen.walks).toMatchObject([{ space: 'vmalloc space', levels: [], stops: '', address: seen.address }])
    const { address } = seen
    const gone = walk(view, { run: 1, step: view.steps, space: 0, address })
    expect(gone.walk?.stops).toContain('Nothing is mapped')
    const [area] = seen.structs
    expect(area.name).toBe('struct vm_struct')
    expect(Object.fromEntries(area.fields.map(({ name, value }) => [name, value]))).toMatchObject({
      size: '12288',
      nr_pages: '2',
    })
  })
})

const AREAS = `import { alloc_page, GFP_KERNEL, vm_insert_page, vm_flags_set, VM_DONTCOPY, misc_register } from 'linux'
import * as user from 'user'
import type { Ptr } from 'linux'
const page = alloc_page(GFP_KERNEL)!
misc_register({
  name: 'lab',
  fops: { mmap: (file, vma) => {
    vm_flags_set(vma, VM_DONTCOPY)
    return vm_insert_page(vma, vma.vm_start, page)
  } },
})
const [rw, moves] = [user.PROT_READ | user.PROT_WRITE, user.MREMAP_MAYMOVE | user.MREMAP_FIXED]
const pid = user.spawn('lab', () => {
  const fd = user.open('/dev/lab', 2)
  const at = user.mmap(0x40000000n, 16384, rw, user.MAP_SHARED, fd, 8192) as Ptr
  user.mremap(at, 16384, 16384, moves, 0x50000000n)
  user.munmap(0x50001000n, 4096)
  user.munmap(0x50002000n, 8192)
  user.munmap(0x50000000n, 4096)
})
user.waitpid(pid)
`

describe('areas', () => {
  /** Rows of the area that maps the page, after the last step of a line. */
  function rows(view: RunView, step: number) {
    const { structs } = inspect(view, { run: 1, full: true, step, target: { allocation: memory(view, 'page') } })
    return structs.map(({ which, fields }) => ({
      which,
      ...Object.fromEntries(fields.map((row) => [row.name, row.changed ? [row.before, row.value] : row.value])),
    }))
  }
  const at = (view: RunView, line: number) => rows(view, stepOf(view, line))

  it('show where they lie at the step, and what changed', () => {
    const view = of(AREAS)
    const [made] = at(view, 15)
    expect(made).toEqual({
      which: 'area 1',
      vm_start: ['', '0x40000000'],
      vm_end: ['', '0x40004000'],
      vm_pgoff: ['', '2'],
      vm_mm: ['', 'mm 1'],
      vm_flags: ['', expect.any(String)],
    })
    expect(JSON.stringify(made)).toMatch(/VM_READ\|VM_WRITE\|VM_SHARED.*VM_DONTCOPY\|VM_MIXEDMAP/)
    // Moved: another area has the entry.
    expect(at(view, 16)).toContainEqual(expect.objectContaining({ which: 'area 2', vm_end: ['', '0x50004000'] }))
    // Split on both sides of what is unmapped.
    const split = areasAt(view, 17)
    expect(split.map(({ start, end, pgoff }) => [start, end, pgoff])).toEqual([
      [0x5000_0000n, 0x5000_1000n, 2],
      [0x5000_2000n, 0x5000_4000n, 4],
    ])
    expect(areasAt(view, 18)).toHaveLength(1)
    expect(areasAt(view, view.spanOf(view.steps).line)).toEqual([])
  })

  it('in a hook are in no tree yet, and between the halves of munmap in none any more', () => {
    const view = of(AREAS)
    expect(at(view, 9).map(({ which }) => which)).toEqual(['area 1, in no tree yet'])
    const states = new Set<string>()
    for (let step = 1; step <= view.steps; step++) for (const { which } of rows(view, step)) states.add(which)
    // What munmap() leaves below a cut is the new area.
    expect([...states]).toContain('area 3, detached')
  })

  it('grow and merge', () => {
    const view = of(`import { misc_register } from 'linux'
import * as user from 'user'
misc_register({ name: 'lab', fops: {} })
const [rw, priv] = [user.PROT_READ | user.PROT_WRITE, user.MAP_PRIVATE | user.MAP_ANONYMOUS]
const pid = user.spawn('lab', () => {
  user.mmap(0x40000000n, 4096, rw, priv, -1, 0)
  user.mmap(0x40002000n, 4096, rw, priv, -1, 0)
  user.mmap(0x40001000n, 4096, rw, priv, -1, 0)
  user.mremap(0x40000000n, 12288, 16384, 0)
  user.fork(() => 0)
})
user.waitpid(pid)
`)
    const spans = (line: number) => areasAt(view, line).map(({ space, start, end }) => [space, start, end])
    expect(spans(7)).toHaveLength(2)
    expect(spans(8)).toEqual([[1, 0x4000_0000n, 0x4000_3000n]])
    expect(spans(9)).toEqual([[1, 0x4000_0000n, 0x4000_4000n]])
    const seen = new Set<string>()
    for (let step = 1; step <= view.steps; step++) {
      view.cursor.seek(step)
      for (const { space, start, end, state } of areasNow(view)) seen.add(`${state} mm ${space} ${start} ${end}`)
    }
    expect(seen).toContain(`${AreaState.IN_TREE} mm 2 ${0x4000_0000} ${0x4000_4000}`)
    expect(areasNow(view)).toEqual([])
  })

  function areasAt(view: RunView, line: number) {
    view.cursor.seek(stepOf(view, line))
    return areasNow(view).filter(({ state }) => state === AreaState.IN_TREE)
  }
})

const LIST = `import { alloc_page, GFP_KERNEL, scatterlist, sg_init_table, sg_set_page } from 'linux'
import { dma_map_sg, dma_unmap_sg, DMA_TO_DEVICE } from 'linux'
import { device } from 'sim'
const dev = device('nic')
const page = alloc_page(GFP_KERNEL)!
const other = alloc_page(GFP_KERNEL)!
const sgl: scatterlist[] = []
sg_init_table(sgl, 2)
sg_set_page(sgl[0]!, page, 256, 64)
sg_set_page(sgl[1]!, other, 4096, 0)
dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE)
dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
`

describe('fields of scatterlist entries', () => {
  const fieldsAt = (view: RunView, line: number, name: string) => {
    const { structs } = inspect(view, {
      run: 1,
      full: true,
      step: stepOf(view, line),
      target: { allocation: memory(view, name) },
    })
    return structs.map(({ which, fields }) => ({
      which,
      ...Object.fromEntries(fields.map((field) => [field.name, field.value])),
    }))
  }

  it('are those of the entries that name the memory, with the end bit on the last one', () => {
    const view = of(LIST)
    const [first] = fieldsAt(view, 10, 'page')
    expect(first).toMatchObject({ which: 'entry 0 of 2', offset: '64', length: '256', dma_address: '0x0' })
    expect((first as Record<string, string>)['page_link']).not.toContain('SG_END')
    const [last] = fieldsAt(view, 10, 'other')
    expect(last).toMatchObject({ which: 'entry 1 of 2', offset: '0', length: '4096' })
    expect((last as Record<string, string>)['page_link']).toContain('SG_END')
    expect(fieldsAt(view, 8, 'page')).toEqual([])
  })

  it('have the DMA side that the map wrote, and keep it after the unmap', () => {
    const view = of(LIST)
    const { physical } = inspect(view, { run: 1, full: true, step: 9, target: { allocation: memory(view, 'page') } })
    const at = `0x${(BigInt(physical) + 64n).toString(16)}`
    for (const line of [11, 12])
      expect(fieldsAt(view, line, 'page')).toMatchObject([{ dma_address: at, dma_length: '256' }])
  })

  it('are laid out as the IOMMU of the machine does it', () => {
    const view = of(LIST, { iommu: 'on' })
    const address = view.run.ledger.dma.mappings[0].address
    expect(fieldsAt(view, 11, 'page')).toMatchObject([{ dma_address: `0x${address.toString(16)}`, dma_length: '256' }])
    expect(fieldsAt(view, 11, 'other')).toMatchObject([{ dma_length: '4096' }])
  })

  it('marks what the latest event changed', () => {
    const view = of(LIST)
    const { structs } = inspect(view, {
      run: 1,
      full: true,
      step: stepOf(view, 9),
      target: { allocation: memory(view, 'page') },
    })
    expect(structs[0].fields.filter(({ changed }) => changed).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['page_link', 'offset', 'length']),
    )
  })
})

const OBJECT = `import { memset, GFP_KERNEL, SLAB_POISON } from 'linux'
import { kmem_cache_alloc, kmem_cache_create, kmem_cache_free } from 'linux/slab'
const cache = kmem_cache_create('lab', 64, 0, SLAB_POISON, null)!
const a = kmem_cache_alloc(cache, GFP_KERNEL)!
const b = kmem_cache_alloc(cache, GFP_KERNEL)!
a.write_u8(3, 1)
memset(b, 0x6b, 64)
kmem_cache_free(cache, a)
`

describe('origins of bytes', () => {
  const originsAt = (view: RunView, line: number, name: string) => {
    const step = stepOf(view, line)
    const { physical } = inspect(view, { run: 1, full: true, step, target: { allocation: memory(view, name) } })
    return originsOf(view, { run: 1, step, address: Number(physical), length: 64 })
  }

  it('name the step that wrote each byte last', () => {
    const view = of(OBJECT)
    const { steps } = originsAt(view, 6, 'a')
    expect(steps[3]).toBe(stepOf(view, 6))
    expect(steps[4]).toBe(stepOf(view, 4))
  })

  it('call a byte poison only where the slab allocator left it', () => {
    const view = of(OBJECT)
    const written = originsAt(view, 7, 'b')
    const bytes = [...written.painted]
    expect(bytes.every((each) => each === Painted.NONE)).toBe(true)
    const fresh = originsAt(view, 6, 'a').painted
    expect([fresh[0], fresh[3], fresh[63]]).toEqual([Painted.UNWRITTEN, Painted.NONE, Painted.UNWRITTEN])
    // KASAN keeps a freed object in its quarantine, where nothing is painted.
    expect(originsAt(view, 8, 'a').painted[3]).toBe(Painted.NONE)
    const freed = originsAt(of(OBJECT, { debug: 'off' }), 8, 'a').painted
    expect([freed[0], freed[3], freed[63]]).toEqual([Painted.POISON_FREE, Painted.POISON_FREE, Painted.POISON_END])
  })
})

describe('two moments', () => {
  it('compares with the event before the latest one, so that a slab page shows a changed `inuse`', () => {
    const view = of(OBJECT)
    const target = { allocation: memory(view, 'a') }
    const step = stepOf(view, 8)
    const { pfn } = inspect(view, { run: 1, full: true, step: stepOf(view, 4), target })
    const seen = inspect(view, { run: 1, full: true, step: stepOf(view, 5), target: { pfn } })
    const inuse = seen.fields.find(({ name }) => name === 'inuse')!
    expect([inuse.changed, inuse.before === inuse.value]).toEqual([true, false])
    const same = inspect(view, { run: 1, full: true, step, target, since: step })
    expect(same.fields.some(({ changed }) => changed)).toBe(false)
  })

  it('compares with any moment, earlier or later, rights included', () => {
    const view = of(OBJECT)
    const target = { allocation: memory(view, 'a') }
    const before = stepOf(view, 6)
    const seen = inspect(view, { run: 1, full: true, step: view.steps, target, since: before })
    expect(seen.since).toBe(before)
    expect(seen.gone.map(({ kind }) => kind)).toEqual(['owner'])
    const back = inspect(view, { run: 1, full: true, step: before, target, since: view.steps })
    expect([back.gone, back.rights.map(({ kind }) => kind)]).toEqual([[], ['owner']])
  })
})

describe('a bad page', () => {
  it('is leaked on purpose, not reserved', () => {
    const text = `import { alloc_pages, __free_pages, GFP_KERNEL, SetPagePrivate } from 'linux'
const page = alloc_pages(GFP_KERNEL, 0)!
SetPagePrivate(page)
__free_pages(page, 0)
`
    const view = of(text)
    const pfn = view.store.allocation(memory(view, 'page'))!.base
    const about = inspect(view, { run: 1, step: view.steps, target: { pfn } })
    expect([about.state, about.subtitle.split(' · ')[0]]).toEqual(['leaked', 'bad page'])
    expect(inspect(view, { run: 1, step: 1, target: { pfn } }).state).toBe('allocated')
    expect(inspect(view, { run: 1, step: 0, target: { pfn: 0 } }).state).toBe('reserved')
  })
})
