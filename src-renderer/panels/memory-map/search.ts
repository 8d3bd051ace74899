/**
 * What a person types into the search of the memory map: `pfn:0x1000`, a bare number (a frame too), `addr:` with an
 * address, or a part of a name or kind. Addresses of the linear map and of physical memory are frames; those of vmalloc
 * space and of programs the caller has to look up in their tables.
 */
import { firstHighFrame, type MachineInfo } from '../../../src-core/trace/record.ts'

export type SearchWish =
  /** A frame. `linear`: it was named by its address in the linear map. */
  | { readonly pfn: number; readonly linear?: true }
  /** An address that page tables have to say the frame of. */
  | { readonly address: bigint }
  | { readonly words: string }
  | { readonly wrong: string }
  | { readonly nothing: true }

/** Memory whose name or kind has the words in it; what is called just that comes first. */
export function namedFirst<T extends { readonly label: string; readonly kind: string }>(
  memory: readonly T[],
  words: string,
): T[] {
  const hits = memory.filter(({ label, kind }) =>
    `${label} ${kind} ${kind.replaceAll('-', ' ')}`.toLowerCase().includes(words),
  )
  const isCalled = ({ label }: T): boolean => label.toLowerCase() === words
  return [...hits.filter(isCalled), ...hits.filter((hit) => !isCalled(hit))]
}

/** Digits with or without `0x`; frames are written in hexadecimal everywhere, so both mean hexadecimal. */
function hexadecimal(text: string): bigint | null {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text.replaceAll(/[\s_]/g, ''))?.[1]
  return digits === undefined ? null : BigInt(`0x${digits}`)
}

/** `inSpace`: every address is one of the space that is shown, as for a device, whose addresses are not the CPU's. */
export function parseSearch(text: string, machine: MachineInfo, inSpace = false): SearchWish {
  const typed = text.trim()
  if (typed === '') return { nothing: true }
  const prefixed = /^(pfn|addr)\s*:\s*(.*)$/i.exec(typed)
  const prefix = prefixed?.[1]?.toLowerCase() ?? ''
  const bare = prefixed?.[2] ?? typed
  if (prefix === '' && !/^0x/i.test(bare)) return { words: typed.toLowerCase() }
  const value = hexadecimal(bare)
  if (value === null) return { wrong: `“${bare}” is not a hexadecimal number.` }
  const isAddress = prefix === 'addr' || (prefix === '' && value >= BigInt(machine.frames))
  if (isAddress && inSpace) return { address: value }
  const isKernel = isAddress && value >= machine.pageOffset
  const physical = isKernel ? value - machine.pageOffset : value
  const pfn = isAddress ? physical >> BigInt(machine.pageShift) : value
  // The linear map ends where high memory begins, and vmalloc space comes soon after it.
  if (pfn >= BigInt(isKernel ? firstHighFrame(machine) : machine.frames)) {
    if (isAddress) return { address: value }
    return { wrong: `Outside the machine: its frames end at 0x${(machine.frames - 1).toString(16)}.` }
  }
  return isKernel ? { pfn: Number(pfn), linear: true } : { pfn: Number(pfn) }
}
