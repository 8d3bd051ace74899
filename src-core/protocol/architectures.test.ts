/** What a report says of memory follows the machine: words, pages, caches, addresses. */
import { describe, expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

const MACHINES = {
  x86_64: {},
  'arm64-16k': { arch: 'arm64-16k' },
  'i386-highmem': { arch: 'i386-highmem', memory: '64M', highmem: '32M' },
} as const
type Arch = keyof typeof MACHINES
const ARCHES = Object.keys(MACHINES) as Arch[]

const report = (arch: Arch, text: string) =>
  liveRun(`import * as k from 'linux'\n${text}`, 'v6.12', MACHINES[arch]).report

describe.each(ARCHES)('a report on %s', (arch) => {
  it('tells one leak of a structure with what its fields point at, vmalloc and all', () => {
    const { diagnoses } = report(
      arch,
      `const Item = k.struct('item', { n: k.u32, data: k.ptr, area: k.ptr, page: k.ptr })
       const item = k.kzalloc(k.sizeof(Item), k.GFP_KERNEL)!.as(Item)
       item.data = k.kmalloc(100, k.GFP_KERNEL)
       item.area = k.vmalloc(100)
       item.page = k.alloc_page(k.GFP_HIGHUSER)`,
    )
    expect(diagnoses.map(({ code, at }) => `${code} ${at?.line}`)).toEqual(['memory-leak 3'])
  })

  it('calls an access NULL in the first page, and wild after it', () => {
    const codes = [0x100n, 0x2000n, 0x5000n].map(
      (address) => report(arch, `k.IS_ERR(null); k.ERR_PTR(Number(${address}n)).read_u8(0)`).diagnoses[0]?.code,
    )
    expect(codes).toEqual([
      'null-dereference',
      arch === 'arm64-16k' ? 'null-dereference' : 'wild-access',
      'wild-access',
    ])
  })

  it('names the cache of an object, and writes addresses with all digits of a word', () => {
    const [first] = report(arch, `k.kmalloc(5000, k.GFP_KERNEL); k.kmalloc(20000, k.GFP_KERNEL)`).diagnoses
    const large = report(arch, `const a = k.kmalloc(20000, k.GFP_KERNEL)!; k.kfree(a); a.read_u8(0)`).diagnoses[0]
    expect(first?.memory?.address).toMatch(arch === 'i386-highmem' ? /^0xc[0-9a-f]{7}$/ : /^0xffff[0-9a-f]{12}$/)
    expect(large?.story[0]?.text).toContain(arch === 'arm64-16k' ? 'kmalloc-32k' : 'large kmalloc')
  })
})

it.each([
  ['x86_64', 16],
  ['arm64-16k', 16],
  ['i386-highmem', 8],
] as const)('a box of an object takes a word a field on %s', (arch, bytes) => {
  const { diagnoses } = report(
    arch,
    `import { KBox } from 'kernel'; KBox.into_raw(KBox.new({ a: 1, b: 2 }, k.GFP_KERNEL))`,
  )
  expect(diagnoses.map(({ memory }) => memory?.bytes)).toEqual([bytes])
})

it('a page of high memory has no address in a report', () => {
  const { diagnoses } = report('i386-highmem', `k.alloc_page(k.GFP_HIGHUSER)`)
  expect(diagnoses.map(({ memory }) => memory?.address)).toEqual(['0x00000000'])
})
