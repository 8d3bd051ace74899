import { expect, it, test } from 'vitest'
import type { MachineInfo } from '../../../src-core/trace/record.ts'
import { namedFirst, parseSearch } from './search.ts'

const MACHINE = {
  frames: 0x4000,
  pageShift: 12,
  pageOffset: 0xffff_8880_0000_0000n,
  zones: [] as MachineInfo['zones'],
} as MachineInfo

test('a frame is found by its number in hexadecimal', () => {
  expect(parseSearch('pfn:1000', MACHINE)).toEqual({ pfn: 0x1000 })
  expect(parseSearch(' 0x1a3c ', MACHINE)).toEqual({ pfn: 0x1a3c })
})

test('an address of the linear map or of physical memory is its frame', () => {
  expect(parseSearch('addr:0xffff 8880 0100 0100', MACHINE)).toEqual({ pfn: 0x1000, linear: true })
  expect(parseSearch('0xffff888001000100', MACHINE)).toEqual({ pfn: 0x1000, linear: true })
  expect(parseSearch('addr:1000100', MACHINE)).toEqual({ pfn: 0x1000 })
})

test('an address beyond memory is one of vmalloc space or of a program', () => {
  expect(parseSearch('addr:0xffffc90000001000', MACHINE)).toEqual({ address: 0xffff_c900_0000_1000n })
  expect(parseSearch('0x7f0000001000', MACHINE)).toEqual({ address: 0x7f00_0000_1000n })
})

test('an address behind the linear map is none of high memory', () => {
  const zones = [
    { name: 'Normal', start: 0x100, end: 0x2000 },
    { name: 'HighMem', start: 0x2000, end: 0x4000 },
  ]
  const i386 = { ...MACHINE, arch: 'i386-highmem', pageOffset: 0xc000_0000n, zones } as MachineInfo
  expect(parseSearch('0xc1fff000', i386)).toEqual({ pfn: 0x1fff, linear: true })
  expect(parseSearch('0xc2800000', i386)).toEqual({ address: 0xc280_0000n })
  expect(parseSearch('pfn:2800', i386)).toEqual({ pfn: 0x2800 })
})

test('an address of a device is one of the device, even where there is RAM', () => {
  expect(parseSearch('addr:1000100', MACHINE, true)).toEqual({ address: 0x100_0100n })
  expect(parseSearch('pfn:1000', MACHINE, true)).toEqual({ pfn: 0x1000 })
})

test('other text is a name, and what cannot be is said', () => {
  expect(parseSearch('Page', MACHINE)).toEqual({ words: 'page' })
  expect(parseSearch('pfn:zz', MACHINE)).toEqual({ wrong: '“zz” is not a hexadecimal number.' })
  expect(parseSearch('pfn:4000', MACHINE)).toEqual({ wrong: 'Outside the machine: its frames end at 0x3fff.' })
  expect(parseSearch('', MACHINE)).toEqual({ nothing: true })
})

it('finds memory by a part of its name or kind, and first what is called just that', () => {
  const memory = [
    { label: 'cache', kind: 'cache' },
    { label: 'a', kind: 'slab-object' },
    { label: 'b', kind: 'vmalloc-area' },
    { label: 'x', kind: 'folio' },
  ]
  const found = (words: string) => namedFirst(memory, words).map(({ label }) => label)
  expect(found('a')).toEqual(['a', 'cache', 'b'])
  expect(found('slab object')).toEqual(['a'])
})
