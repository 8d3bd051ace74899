/** How addresses, pages and entries of an address space are written. */
import { PageBit, type SpaceView } from '../../../../src-core/protocol/messages.ts'
import { formatBytes } from '../../../canvas/number-format.ts'

/** Hexadecimal digits of a page's first address, as long as the largest of the space. */
export function addressDigits(view: SpaceView, page: number): string {
  const digits = (BigInt(page) << BigInt(view.pageShift)).toString(16)
  return digits.padStart(digitsOf(view), '0')
}

/** Digits that addresses of a space are written with: 8, 12 or 16. */
export function digitsOf(view: SpaceView): number {
  const last = view.areas.at(-1)
  const end = Math.max(last === undefined ? 0 : last.page + last.pages, view.page.at(-1) ?? 0)
  const bits = Math.log2(Math.max(1, end)) + view.pageShift
  return bits > 48 ? 16 : bits > 32 ? 12 : 8
}

/** `0xffff c900 0000 0000`. */
export function fullAddress(view: SpaceView, page: number): string {
  return '0x' + addressDigits(view, page).replaceAll(/(?<=[0-9a-f])(?=([0-9a-f]{4})+$)/g, ' ')
}

export function sizeOf(view: SpaceView, pages: number): string {
  return formatBytes(pages * 2 ** view.pageShift)
}

const BIT_WORDS: readonly (readonly [bit: number, words: string])[] = [
  [PageBit.PROT_NONE, 'PROT_NONE: every access faults'],
  [PageBit.SPECIAL, 'special: no struct page counts it'],
  [PageBit.DIRTY, 'dirty'],
  [PageBit.YOUNG, 'used since it was made'],
  [PageBit.BOUNCE, 'a bounce buffer stands for the frame'],
  [PageBit.LEFT, 'outside of every area of the tree'],
  [PageBit.FREED_TABLE, 'found through a table that is free memory'],
]

/** What an entry says, in words: `writable, dirty, in a TLB`. */
export function entryWords(bits: number): string {
  const has = (bit: number): boolean => (bits & bit) !== 0
  if (has(PageBit.STALE))
    return `gone from the tables; a TLB still ${has(PageBit.WRITE) ? 'writes' : 'reads'} through it`
  const access = has(PageBit.WRITE) ? (has(PageBit.READ) ? 'writable' : 'write only') : 'read only'
  const words = has(PageBit.PROT_NONE) ? [] : [access]
  for (const [bit, text] of BIT_WORDS) if (has(bit)) words.push(text)
  if (has(PageBit.CACHED)) words.push('in a TLB')
  return words.join(', ')
}

/** Names of the bits, for tests. */
export function bitNames(bits: number): string[] {
  return Object.entries(PageBit)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
}
